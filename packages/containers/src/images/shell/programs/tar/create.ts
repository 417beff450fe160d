import { matches } from '../../language/pattern.ts';
import { textOf } from '../../process/errors.ts';
import type { Invocation } from '../../process/invocation.ts';
import { BLOCK_BYTES, paddingOf, writeHeader } from './format.ts';
import type { TarRequest } from './tar.ts';

const READ_BYTES = 256 * 1024;
const RECORD_BLOCKS = 20;

type Write = (bytes: Uint8Array) => Promise<void>;

/** `tar c`: the members as they are, links kept as links. */
export async function create(run: Invocation, request: TarRequest, write: Write): Promise<number> {
  let status = 0;
  let written = 0;
  const counted: Write = (bytes) => {
    written += bytes.length;
    return write(bytes);
  };
  const folder = request.folder === undefined ? run.process.cwd : run.path(request.folder);
  let stripped = false;
  const add = async (word: string, name: string): Promise<void> => {
    if (request.excludes.some((pattern) => matches(pattern, name) || matches(pattern, name.slice(name.lastIndexOf('/') + 1)))) return;
    const { tree } = run.system;
    const path = word.startsWith('/') ? word : `${folder}/${word}`;
    const stat = await run.process.wait(request.follows ? tree.stat(path) : tree.lstat(path));
    if (!stat) {
      await run.warn(`${word}: No such file or directory`);
      status = 1;
      return;
    }
    // Devices and sockets have no content to send.
    if (stat.kind !== 'file' && stat.kind !== 'directory' && stat.kind !== 'symlink') return;
    if (request.verbose) await run.err(`${name}${stat.kind === 'directory' ? '/' : ''}\n`);
    const target = stat.kind === 'symlink' ? await tree.readlink(path) : '';
    const sizeBytes = stat.kind === 'file' ? stat.sizeBytes : 0;
    await counted(writeHeader({ name, kind: stat.kind, sizeBytes, mode: stat.mode & 0o7777, modifiedMs: stat.modifiedMs, target }));
    if (stat.kind === 'file') await content(run, path, sizeBytes, counted);
    if (stat.kind !== 'directory') return;
    for (const entry of await run.process.wait(tree.list(path))) await add(join(word, entry), join(name, entry));
  };
  for (const word of request.members) {
    const name = word.replace(/^\/+/, '');
    if (name !== word && !stripped) {
      stripped = true;
      await run.err(`tar: removing leading '/' from member names\n`);
    }
    try {
      await add(word.replace(/(.)\/+$/, '$1'), name.replace(/\/+$/, '') || '.');
    } catch (error) {
      if (!(error instanceof Error) || error.name !== 'FilesError') throw error;
      await run.warn(`${word}: ${textOf(error)}`);
      status = 1;
    }
  }
  // Two empty blocks end an archive; it fills whole records.
  const end = 2 * BLOCK_BYTES;
  const record = RECORD_BLOCKS * BLOCK_BYTES;
  await write(new Uint8Array(end + ((record - ((written + end) % record)) % record)));
  return status;
}

const join = (folder: string, entry: string): string => (folder === '/' ? `/${entry}` : `${folder}/${entry}`);

/** A file that changes meanwhile keeps the length that its header says. */
async function content(run: Invocation, path: string, sizeBytes: number, write: Write): Promise<void> {
  let at = 0;
  while (at < sizeBytes) {
    const bytes = await run.process.wait(run.system.tree.readRange(path, at, Math.min(READ_BYTES, sizeBytes - at)));
    if (bytes.length === 0) break;
    await write(bytes);
    at += bytes.length;
    const turn = run.system.step(run.process);
    if (turn) await turn;
  }
  await write(new Uint8Array(sizeBytes - at + paddingOf(sizeBytes)));
}
