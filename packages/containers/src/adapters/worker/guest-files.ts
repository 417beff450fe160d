import type { FileStat, Files, Space, Step } from '@kubernats/files';
import type { GuestLink } from './guest-link.ts';
import { type FilesMethod, ownBytes, type ScopeOptions } from './protocol.ts';

/** A folder of the host's, by its number. */
export class GuestFiles implements Files {
  readonly hostPath = undefined;
  readonly #link: GuestLink;
  readonly #id: number;

  constructor(link: GuestLink, id: number) {
    this.#link = link;
    this.#id = id;
  }

  async read(path: string): Promise<Uint8Array> {
    return bytes(await this.#ask('read', path));
  }
  async readRange(path: string, offset: number, length: number): Promise<Uint8Array> {
    return bytes(await this.#ask('readRange', path, offset, length));
  }
  async write(path: string, data: Uint8Array, options?: { mode?: number }): Promise<void> {
    await this.#ask('write', path, ownBytes(data), options);
  }
  async append(path: string, data: Uint8Array): Promise<void> {
    await this.#ask('append', path, ownBytes(data));
  }
  async replace(path: string, data: Uint8Array): Promise<void> {
    await this.#ask('replace', path, ownBytes(data));
  }
  async stat(path: string): Promise<FileStat | undefined> {
    return statOf(await this.#ask('stat', path));
  }
  async lstat(path: string): Promise<FileStat | undefined> {
    return statOf(await this.#ask('lstat', path));
  }
  async list(path: string): Promise<string[]> {
    const names = await this.#ask('list', path);
    return Array.isArray(names) ? names.map(String) : [];
  }
  async mkdir(path: string, options?: { recursive?: boolean; mode?: number }): Promise<void> {
    await this.#ask('mkdir', path, options);
  }
  async rename(from: string, to: string): Promise<void> {
    await this.#ask('rename', from, to);
  }
  async symlink(target: string, path: string): Promise<void> {
    await this.#ask('symlink', target, path);
  }
  async readlink(path: string): Promise<string> {
    return String(await this.#ask('readlink', path));
  }
  async chmod(path: string, mode: number): Promise<void> {
    await this.#ask('chmod', path, mode);
  }
  async setModified(path: string, modifiedMs: number): Promise<void> {
    await this.#ask('setModified', path, modifiedMs);
  }
  async realpath(path: string): Promise<string> {
    return String(await this.#ask('realpath', path));
  }
  async remove(path: string): Promise<void> {
    await this.#ask('remove', path);
  }
  async usage(path = '/'): Promise<number> {
    return Number(await this.#ask('usage', path));
  }
  async space(path = '/'): Promise<Space | undefined> {
    return spaceOf(await this.#ask('space', path));
  }
  lookup(path: string): Step | undefined {
    return this.#link.lookup(this.#id, path);
  }
  scope(path: string, options?: ScopeOptions): Files {
    const id = this.#link.nextId();
    this.#link.send({ type: 'scope', from: this.#id, id, path, options });
    return new GuestFiles(this.#link, id);
  }

  #ask(method: FilesMethod, ...args: unknown[]): Promise<unknown> {
    return this.#link.ask({ what: 'files', files: this.#id, method, args });
  }
}

// What the host's own files gave comes back as it was; these say so to the compiler without taking it on trust.
function bytes(value: unknown): Uint8Array {
  if (value instanceof Uint8Array) return value;
  throw new TypeError('the host gave no bytes');
}

function statOf(value: unknown): FileStat | undefined {
  const isStat = (stat: unknown): stat is FileStat => typeof stat === 'object' && stat !== null && 'kind' in stat;
  return isStat(value) ? value : undefined;
}

function spaceOf(value: unknown): Space | undefined {
  const isSpace = (space: unknown): space is Space => typeof space === 'object' && space !== null && 'sizeBytes' in space;
  return isSpace(value) ? value : undefined;
}
