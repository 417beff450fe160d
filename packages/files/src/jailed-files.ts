import type { Backend, Place } from './backend.ts';
import { type FileStat, type Files, FilesError, type Step } from './port.ts';
import { Quota } from './quota.ts';
import { type Lookup, resolveInside } from './resolve.ts';

interface Jail {
  backend: Backend;
  /** The folders that this one lies in, outermost first: each is resolved within the one before it, at every call. */
  path: readonly Top[];
  quotas: readonly Quota[];
  readOnly: boolean;
}

interface Top {
  path: string;
  /** A link on the way there, planted since, leads nowhere. */
  pinned: boolean;
}

/** The port over a back end: resolves paths, keeps the border, the quota and the read-only mark. */
export class JailedFiles implements Files {
  readonly #jail: Jail;

  constructor(jail: Jail) {
    this.#jail = jail;
  }

  async read(path: string): Promise<Uint8Array> {
    return this.#jail.backend.read(this.#resolve(path));
  }

  async readRange(path: string, offset: number, length: number): Promise<Uint8Array> {
    return this.#jail.backend.readRange(this.#resolve(path), offset, length);
  }

  // Between the walk to a place and what is done there nothing may wait: another container could swap a folder for a link.

  async write(path: string, data: Uint8Array, options?: { mode?: number }): Promise<void> {
    return this.#charged(path, data.length, true, () => this.#jail.backend.write(this.#resolveForWriting(path), data, options?.mode));
  }

  async append(path: string, data: Uint8Array): Promise<void> {
    return this.#charged(path, data.length, false, () => this.#jail.backend.append(this.#resolveForWriting(path), data));
  }

  async replace(path: string, data: Uint8Array): Promise<void> {
    return this.#charged(path, data.length, true, () => {
      const place = this.#resolveForWriting(path);
      // The top may be a single file. What is beside it is outside.
      const { backend } = this.#jail;
      return place.length <= this.#top().length ? backend.write(place, data, undefined) : backend.replace(place, data);
    });
  }

  async stat(path: string): Promise<FileStat | undefined> {
    return this.#statAt(path, true);
  }

  async lstat(path: string): Promise<FileStat | undefined> {
    return this.#statAt(path, false);
  }

  lookup(path: string): Step | undefined {
    try {
      return this.#jail.backend.lookup(this.#resolve(path, false));
    } catch (error) {
      if (isAbsence(error)) return undefined;
      throw error;
    }
  }

  async list(path: string): Promise<string[]> {
    return (await this.#jail.backend.list(this.#resolve(path))).sort();
  }

  async mkdir(path: string, options: { recursive?: boolean; mode?: number } = {}): Promise<void> {
    if (options.recursive) {
      const names = path.split('/').filter((name) => name !== '' && name !== '.');
      return this.#mkdirAll(names, options.mode);
    }
    const place = this.#resolveForWriting(path, false);
    if (place.length <= this.#top().length || this.#jail.backend.lookup(place)) throw new FilesError('EEXIST', path);
    await this.#jail.backend.mkdir(place, options.mode);
  }

  async rename(from: string, to: string): Promise<void> {
    const source = this.#resolveForWriting(from, false);
    const target = this.#resolveForWriting(to, false);
    const top = this.#top();
    if (source.length <= top.length || target.length <= top.length) throw new FilesError('EBUSY', from);
    if (target.length > source.length && source.every((name, i) => target[i] === name)) throw new FilesError('EINVAL', to);
    await this.#jail.backend.rename(source, target);
    for (const quota of this.#jail.quotas) quota.forget();
  }

  async symlink(target: string, path: string): Promise<void> {
    const place = this.#resolveForWriting(path, false);
    if (this.#jail.backend.lookup(place)) throw new FilesError('EEXIST', path);
    await this.#jail.backend.symlink(target, place);
  }

  async readlink(path: string): Promise<string> {
    const step = this.#jail.backend.lookup(this.#resolve(path, false));
    if (!step) throw new FilesError('ENOENT', path);
    if (step.kind !== 'symlink') throw new FilesError('EINVAL', path);
    return step.target;
  }

  async realpath(path: string): Promise<string> {
    const place = this.#resolve(path);
    if (!this.#jail.backend.lookup(place)) throw new FilesError('ENOENT', path);
    return `/${place.slice(this.#top().length).join('/')}`;
  }

  async chmod(path: string, mode: number): Promise<void> {
    await this.#jail.backend.chmod(this.#resolveForWriting(path), mode);
  }

  async setModified(path: string, modifiedMs: number): Promise<void> {
    await this.#jail.backend.setModified(this.#resolveForWriting(path), modifiedMs);
  }

  async remove(path: string): Promise<void> {
    let place: Place;
    try {
      place = this.#resolveForWriting(path, false);
    } catch (error) {
      if (isAbsence(error)) return;
      throw error;
    }
    // Removing the top empties it: the folder itself belongs to whoever made the jail.
    if (place.length <= this.#top().length) {
      for (const name of await this.#jail.backend.list(place)) await this.#jail.backend.remove([...this.#top(), name]);
    } else {
      await this.#jail.backend.remove(place);
    }
    for (const quota of this.#jail.quotas) quota.forget();
  }

  scope(path: string, options: { quotaBytes?: number; readOnly?: boolean; pinned?: boolean } = {}): Files {
    const { backend, quotas } = this.#jail;
    const tops = [...this.#jail.path, { path, pinned: options.pinned === true }];
    const inner: Jail = { backend, path: tops, quotas, readOnly: this.#jail.readOnly || options.readOnly === true };
    const files = new JailedFiles(inner);
    if (options.quotaBytes !== undefined) inner.quotas = [...quotas, new Quota(options.quotaBytes, () => files.usage())];
    return files;
  }

  async usage(path = '/'): Promise<number> {
    const place = this.#resolve(path);
    return this.#jail.backend.lookup(place) ? this.#jail.backend.usage(place) : 0;
  }

  get hostPath(): string | undefined {
    return this.#jail.backend.hostPath(this.#top());
  }

  #top(): string[] {
    const lookup = this.#jail.backend.lookup.bind(this.#jail.backend);
    let top: string[] = [];
    for (const { path, pinned } of this.#jail.path) {
      top = resolveInside(path, top, pinned ? withoutLinks(lookup, path) : lookup, true);
    }
    return top;
  }

  #resolve(path: string, followLast = true): string[] {
    return resolveInside(path, this.#top(), this.#jail.backend.lookup.bind(this.#jail.backend), followLast);
  }

  #resolveForWriting(path: string, followLast = true): string[] {
    if (this.#jail.readOnly) throw new FilesError('EROFS', path);
    return this.#resolve(path, followLast);
  }

  async #statAt(path: string, followLast: boolean): Promise<FileStat | undefined> {
    try {
      return await this.#jail.backend.stat(this.#resolve(path, followLast));
    } catch (error) {
      if (isAbsence(error)) return undefined;
      throw error;
    }
  }

  /** Makes what is missing, from the first folder that is there. */
  async #mkdirAll(names: readonly string[], mode: number | undefined): Promise<void> {
    const path = `/${names.join('/')}`;
    try {
      await this.#mkdirUnlessThere(path, mode);
    } catch (error) {
      if (!(error instanceof FilesError) || error.code !== 'ENOENT' || names.length < 2) throw error;
      await this.#mkdirAll(names.slice(0, -1), undefined);
      await this.#mkdirUnlessThere(path, mode);
    }
  }

  async #mkdirUnlessThere(path: string, mode: number | undefined): Promise<void> {
    const place = this.#resolveForWriting(path);
    const step = this.#jail.backend.lookup(place);
    if (step?.kind === 'directory') return;
    if (step) throw new FilesError('EEXIST', path);
    try {
      await this.#jail.backend.mkdir(place, mode);
    } catch (error) {
      // Another process made it meanwhile, which is just as well.
      if (this.#jail.backend.lookup(place)?.kind !== 'directory') throw error;
    }
  }

  /** Does a write under every quota that it falls under. `replaces`: the bytes that the file has now are given back. */
  async #charged(path: string, bytes: number, replaces: boolean, work: () => Promise<void>): Promise<void> {
    const { quotas, readOnly } = this.#jail;
    if (quotas.length === 0 || readOnly) return work();
    const before = replaces ? ((await this.stat(path))?.sizeBytes ?? 0) : 0;
    const outermost = quotas.reduceRight((inner, quota) => () => quota.charge(bytes - before, path, inner), work);
    return outermost();
  }
}

function isAbsence(error: unknown): boolean {
  return error instanceof FilesError && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
}

/** Looks as `lookup` does, and sees nothing behind a link. */
function withoutLinks(lookup: Lookup, path: string): Lookup {
  return (place) => {
    const step = lookup(place);
    if (step?.kind === 'symlink') throw new FilesError('ENOENT', path);
    return step;
  };
}
