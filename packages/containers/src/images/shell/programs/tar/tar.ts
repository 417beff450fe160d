import { Readable } from 'node:stream';
import { createGunzip, createGzip } from 'node:zlib';
import { Complaint, codeOf, textOf } from '../../process/errors.ts';
import type { Invocation, Program } from '../../process/invocation.ts';
import { strftime } from '../date.ts';
import { BlockReader } from './block-reader.ts';
import { create } from './create.ts';
import { eachEntry, extract } from './extract.ts';

export interface TarRequest {
  action: 'c' | 'x' | 't';
  /** The archive; undefined: the standard input or output. */
  file: string | undefined;
  gzip: boolean;
  verbose: boolean;
  /** `-O`: contents go to the standard output. */
  toOutput: boolean;
  /** `-h`: what links lead to, in their place. */
  follows: boolean;
  folder: string | undefined;
  strip: number;
  excludes: string[];
  members: string[];
}

/** Reads the command line; the first word may lack its dash. */
export function tarRequest(args: readonly string[]): TarRequest {
  const request: TarRequest = {
    action: 't',
    file: undefined,
    gzip: false,
    verbose: false,
    toOutput: false,
    follows: false,
    folder: undefined,
    strip: 0,
    excludes: [],
    members: [],
  };
  let action: TarRequest['action'] | undefined;
  const rest = [...args];
  if (rest[0] !== undefined && !rest[0].startsWith('-')) rest[0] = `-${rest[0]}`;
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (word === '--') {
      request.members.push(...rest.splice(0));
    } else if (word.startsWith('--')) {
      const [name, value] = word.includes('=')
        ? [word.slice(2, word.indexOf('=')), word.slice(word.indexOf('=') + 1)]
        : [word.slice(2), undefined];
      const given = (): string => value ?? rest.shift() ?? '';
      if (name === 'create') action = 'c';
      else if (name === 'extract' || name === 'get') action = 'x';
      else if (name === 'list') action = 't';
      else if (name === 'file') request.file = given();
      else if (name === 'directory') request.folder = given();
      else if (name === 'gzip') request.gzip = true;
      else if (name === 'verbose') request.verbose = true;
      else if (name === 'to-stdout') request.toOutput = true;
      else if (name === 'dereference') request.follows = true;
      else if (name === 'strip-components') request.strip = Number(given()) || 0;
      else if (name === 'exclude') request.excludes.push(given());
    } else if (word.startsWith('-') && word !== '-') {
      for (let i = 1; i < word.length; i++) {
        const letter = word[i] ?? '';
        if (letter === 'c' || letter === 'x' || letter === 't') action = letter;
        else if (letter === 'z') request.gzip = true;
        else if (letter === 'v') request.verbose = true;
        else if (letter === 'O') request.toOutput = true;
        else if (letter === 'h') request.follows = true;
        else if (letter === 'f' || letter === 'C') {
          // The rest of a dashed word is the value; a bundle's takes the next word, as in `tar xfC`.
          const value = i + 1 < word.length && letter === 'C' ? word.slice(i + 1) : (rest.shift() ?? '');
          if (letter === 'f') request.file = value;
          else request.folder = value;
          if (letter === 'C' && i + 1 < word.length) break;
        } else if (!'mopPkSjJ'.includes(letter)) throw new Complaint(`invalid option -- '${letter}'`);
        else if (letter === 'j' || letter === 'J') throw new Complaint('only gzip compression is simulated');
      }
    } else request.members.push(word);
  }
  if (!action) throw new Complaint('need at least one option of -c, -x, -t');
  if (request.file === '-') request.file = undefined;
  return { ...request, action };
}

/** `tar c|x|t [-z] [-f FILE] [-C FOLDER] [MEMBER…]`, also as a stream: this is what `kubectl cp` runs. */
const tar: Program = async (run) => {
  const request = tarRequest(run.args);
  if (request.action === 'c') return createArchive(run, request);
  const file = await run.open(request.file ?? '-');
  try {
    const reader = new BlockReader(await unpacked(run.chunks(file)));
    if (request.action === 'x') return await extract(run, request, reader);
    await eachEntry(reader, async (entry) => {
      const detail = request.verbose
        ? `${entry.kind === 'directory' ? 'd' : '-'}${'rwxr-xr-x'} root/root ${String(entry.sizeBytes).padStart(9)} ${strftime('%F %T', entry.modifiedMs)} `
        : '';
      await run.out(`${detail}${entry.name}\n`);
    });
    return 0;
  } finally {
    file.release();
  }
};

async function createArchive(run: Invocation, request: TarRequest): Promise<number> {
  if (request.members.length === 0) throw new Complaint('empty archive');
  const { process, system } = run;
  const file =
    request.file === undefined ? process.files.get(1)?.retain() : await system.tree.open(run.path(request.file), 'write', process);
  const write = async (bytes: Uint8Array): Promise<void> => {
    try {
      await file?.write(bytes, process.wait);
    } catch (error) {
      throw codeOf(error) === 'ENOSPC' ? new Complaint(`write error: ${textOf(error)}`) : error;
    }
  };
  try {
    if (!request.gzip) return await create(run, request, write);
    const gzip = createGzip();
    const written = (async () => {
      for await (const bytes of gzip) await write(bytes);
    })();
    written.catch(() => gzip.destroy());
    const status = await create(run, request, async (bytes) => {
      if (!gzip.write(bytes)) await process.wait(new Promise<void>((resolve) => gzip.once('drain', resolve)));
    });
    gzip.end();
    await process.wait(written);
    return status;
  } finally {
    file?.release();
  }
}

/** What is packed by gzip is unpacked, whatever the options say: its first bytes tell. */
async function unpacked(chunks: AsyncGenerator<Uint8Array>): Promise<AsyncIterable<Uint8Array>> {
  const first = await chunks.next();
  const all = (async function* () {
    if (first.done !== true) yield first.value;
    yield* chunks;
  })();
  const isGzip = first.done !== true && first.value[0] === 0x1f && first.value[1] === 0x8b;
  return isGzip ? gunzipped(all) : all;
}

async function* gunzipped(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const source = Readable.from(chunks);
  const gunzip = source.pipe(createGunzip());
  source.on('error', (error) => gunzip.destroy(error));
  try {
    yield* gunzip;
  } catch (error) {
    throw error instanceof Error && 'code' in error && String(error.code).startsWith('Z_') ? new Complaint('corrupted data') : error;
  }
}

export const TAR: Readonly<Record<string, Program>> = { tar };
