import { Complaint, codeOf, textOf } from '../../process/errors.ts';
import type { Invocation } from '../../process/invocation.ts';
import { absolute, parentOf } from '../../tree/paths.ts';
import type { BlockReader } from './block-reader.ts';
import { BLOCK_BYTES, type Overrides, paddingOf, readHeader, readPax, type TarEntry } from './format.ts';
import { memberName } from './member-name.ts';
import type { TarRequest } from './tar.ts';

const HEADER_BYTES_MAX = 1024 * 1024;
const WRITE_BYTES = 1024 * 1024;

/** Every entry of an archive, with what its headers say; what `use` leaves of a content is skipped. */
export async function eachEntry(reader: BlockReader, use: (entry: TarEntry) => Promise<void>): Promise<void> {
  let overrides: Overrides = {};
  for (;;) {
    const block = await reader.read(BLOCK_BYTES);
    if (block.length === 0) return;
    if (block.length < BLOCK_BYTES) throw new Complaint('short read');
    const header = readHeader(block, overrides);
    if (!header) break;
    if (header.kind === 'overrides') {
      if (header.sizeBytes > HEADER_BYTES_MAX) throw new Complaint('header is too large');
      const bytes = await reader.read(header.sizeBytes);
      await reader.skip(paddingOf(header.sizeBytes));
      const text = Buffer.from(bytes).toString('utf8').replace(/\0+$/, '');
      if (header.of === 'pax') overrides = { ...overrides, ...readPax(bytes) };
      else if (header.of !== 'ignored') overrides = { ...overrides, [header.of]: text };
      continue;
    }
    overrides = {};
    const { entry } = header;
    const before = reader.taken;
    await use(entry);
    await reader.skip(entry.sizeBytes - (reader.taken - before) + paddingOf(entry.sizeBytes));
  }
  // Whoever sends the archive may send more blocks behind its end; they are read, so that the sender is done.
  await reader.skip(Infinity);
}

/** `tar x`: nothing leaves the folder that it is told, and nothing of a name that tries to is written. */
export async function extract(run: Invocation, request: TarRequest, reader: BlockReader): Promise<number> {
  let status = 0;
  const folder = run.path(request.folder ?? '.');
  await eachEntry(reader, async (entry) => {
    const member = memberName(entry.name, request.strip);
    if (member === undefined || !wanted(request, entry.name)) {
      if (member === undefined && request.strip === 0 && entry.name !== './') {
        await run.warn(`${entry.name}: name with '..' in it: not extracted`);
        status = 2;
      }
      return;
    }
    if (request.verbose) await (request.toOutput ? run.err(`${entry.name}\n`) : run.out(`${entry.name}\n`));
    if (request.toOutput) {
      if (entry.kind === 'file') await reader.pieces(entry.sizeBytes, WRITE_BYTES, (bytes) => run.out(bytes));
      return;
    }
    try {
      await place(run, entry, absolute(folder, member), folder, reader);
    } catch (error) {
      if (codeOf(error) === undefined || codeOf(error) === 'EPIPE') throw error;
      await run.warn(
        `can't create ${entry.kind === 'symlink' ? 'symlink' : entry.kind === 'directory' ? 'directory' : 'file'} '${member}': ${textOf(error)}`,
      );
      status = 1;
    }
  });
  return status;
}

function wanted({ members }: TarRequest, name: string): boolean {
  const plain = name.replace(/^\.\//, '').replace(/\/$/, '');
  return (
    members.length === 0 ||
    members.map((one) => one.replace(/^\.?\//, '').replace(/\/$/, '')).some((one) => plain === one || plain.startsWith(`${one}/`))
  );
}

async function place(run: Invocation, entry: TarEntry, path: string, folder: string, reader: BlockReader): Promise<void> {
  const { tree } = run.system;
  await tree.mkdir(parentOf(path), { recursive: true });
  const before = await tree.lstat(path);
  if (entry.kind === 'directory') {
    if (before?.kind !== 'directory' && path !== folder) {
      // A link to a folder stays, as it does with tar.
      if ((await tree.stat(path))?.kind === 'directory') return;
      await tree.mkdir(path, { mode: entry.mode });
    } else if (path !== folder) await tree.chmod(path, entry.mode);
    return;
  }
  if (entry.kind === 'other') return;
  // A link in the way is replaced rather than followed.
  if (before?.kind === 'symlink' || (before && entry.kind !== 'file')) await tree.remove(path);
  if (entry.kind === 'symlink') return tree.symlink(entry.target, path);
  if (entry.kind === 'hardlink') {
    const target = memberName(entry.target, 0);
    if (target === undefined) throw new Complaint(`invalid hard link target '${entry.target}'`);
    return tree.write(path, await tree.read(absolute(folder, target)), { mode: entry.mode });
  }
  let first = true;
  await reader.pieces(entry.sizeBytes, WRITE_BYTES, async (bytes) => {
    if (first) await tree.write(path, bytes, { mode: entry.mode });
    else await tree.append(path, bytes);
    first = false;
  });
  if (first) await tree.write(path, new Uint8Array(), { mode: entry.mode });
  await tree.setModified(path, entry.modifiedMs);
}
