import type { Files } from '@kubernats/files';
import { BackendError } from '../port.ts';

const decoder = new TextDecoder();
const encoder = new TextEncoder();

const PIECE_BYTES = 1024 * 1024;
const SYMBOLIC_REF = /^ref: refs\/(?!.*\.\.)[^\s\\]+$/;
const OBJECT_ID = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;
const LOOSE_OBJECT = /^\/[0-9a-f]{2}\/[0-9a-f]{38,62}$/;
const PACK = /^\/pack\/pack-[0-9a-f]+\.(?:pack|idx)$/;

/**
 * Copies what a repository holds, objects and refs, and nothing that could lead git elsewhere or make it run something: containers write to a node's disk.
 * So no settings, hooks, alternates, links, and no `gitdir:` file. Its own Files keep it on the node; the copy is git's to read.
 * @param address as errors name it
 */
export async function copyRepository(from: Files, to: Files, address: string, maxBytes: number | undefined): Promise<void> {
  const dotGit = await from.lstat('/.git');
  if (dotGit?.kind === 'file') {
    throw new BackendError(`${JSON.stringify(address)} is a work tree of a repository that is elsewhere: name that repository instead`);
  }
  const copy = new Copy(dotGit?.kind === 'directory' ? from.scope('/.git') : from, to, address, maxBytes);
  await copy.all();
}

class Copy {
  readonly #from: Files;
  readonly #to: Files;
  readonly #address: string;
  readonly #maxBytes: number;
  #bytes = 0;

  constructor(from: Files, to: Files, address: string, maxBytes = Number.POSITIVE_INFINITY) {
    this.#from = from;
    this.#to = to;
    this.#address = address;
    this.#maxBytes = maxBytes;
  }

  async all(): Promise<void> {
    const kinds = await Promise.all(['/HEAD', '/objects', '/refs'].map(async (path) => (await this.#from.lstat(path))?.kind));
    if (kinds.join() !== 'file,directory,directory') {
      throw new BackendError(`fatal: '${this.#address}' does not appear to be a git repository`);
    }
    for (const folder of ['/objects/pack', '/refs']) await this.#to.mkdir(folder, { recursive: true });
    await this.#to.write('/config', encoder.encode(await this.#settings()));
    await this.#ref('/HEAD');
    for (const path of ['/packed-refs', '/shallow']) if ((await this.#from.lstat(path))?.kind === 'file') await this.#file(path);
    for await (const path of this.#filesIn('/refs')) await this.#ref(path);
    for await (const path of this.#filesIn('/objects')) {
      const name = path.slice('/objects'.length);
      if (LOOSE_OBJECT.test(name) || PACK.test(name)) await this.#file(path);
    }
  }

  /** The one setting that says how objects are to be read. */
  async #settings(): Promise<string> {
    const isFile = (await this.#from.lstat('/config'))?.kind === 'file';
    const own = isFile ? decoder.decode(await this.#from.readRange('/config', 0, PIECE_BYTES)) : '';
    const sha256 = /^\s*objectformat\s*=\s*sha256\s*$/im.test(own);
    const format = sha256 ? '1\n[extensions]\n\tobjectFormat = sha256' : '0';
    return `[core]\n\tbare = true\n\trepositoryFormatVersion = ${format}\n`;
  }

  async *#filesIn(folder: string): AsyncGenerator<string> {
    for (const name of await this.#from.list(folder)) {
      const path = `${folder}/${name}`;
      const kind = (await this.#from.lstat(path))?.kind;
      if (kind === 'directory') yield* this.#filesIn(path);
      else if (kind === 'file') yield path;
    }
  }

  /** What a ref says is copied only if it names an object or another ref: git would look for anything else wherever it leads. */
  async #ref(path: string): Promise<void> {
    const text = decoder.decode(await this.#from.readRange(path, 0, PIECE_BYTES)).trim();
    if (OBJECT_ID.test(text) || SYMBOLIC_REF.test(text)) await this.#write(path, encoder.encode(`${text}\n`));
  }

  async #file(path: string): Promise<void> {
    const sizeBytes = (await this.#from.lstat(path))?.sizeBytes ?? 0;
    await this.#write(path, await this.#from.readRange(path, 0, PIECE_BYTES));
    for (let at = PIECE_BYTES; at < sizeBytes; at += PIECE_BYTES) {
      await this.#write(path, await this.#from.readRange(path, at, PIECE_BYTES), true);
    }
  }

  async #write(path: string, data: Uint8Array, more = false): Promise<void> {
    this.#bytes += data.length;
    if (this.#bytes > this.#maxBytes) throw tooLarge(this.#address, this.#maxBytes);
    if (more) return this.#to.append(path, data);
    await this.#to.mkdir(path.slice(0, path.lastIndexOf('/')) || '/', { recursive: true });
    await this.#to.write(path, data);
  }
}

export const tooLarge = (address: string, maxBytes: number): BackendError =>
  new BackendError(`repository ${JSON.stringify(address)} is larger than the volume, which holds ${maxBytes} bytes`);
