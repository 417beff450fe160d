import type { Backend, Place } from './backend.ts';
import { type FileStat, type Files, FilesError } from './port.ts';
import { Quota } from './quota.ts';
import { resolveInside } from './resolve.ts';

interface Jail {
  backend: Backend;
  /** Paths of the folders that this one lies in, outermost first: each is resolved within the one before it, at every call. */
  path: readonly string[];
  quotas: readonly Quota[];
  readOnly: boolean;
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

  async write(path: string, data: Uint8Array, options?: { mode?: number }): Promise<void> {
    const place = this.#resolveForWriting(path);
    await this.#takeForReplacing(place, data, path);
    await this.#jail.backend.write(place, data, options?.mode);
  }

  async append(path: string, data: Uint8Array): Promise<void> {
    const place = this.#resolveForWriting(path);
    for (const quota of this.#jail.quotas) await quota.take(data.length, path);
    await this.#jail.backend.append(place, data);
  }

  async replace(path: string, data: Uint8Array): Promise<void> {
    const place = this.#resolveForWriting(path);
    await this.#takeForReplacing(place, data, path);
    await this.#jail.backend.replace(place, data);
  }

  async stat(path: string): Promise<FileStat | undefined> {
    return this.#statAt(path, true);
  }

  async lstat(path: string): Promise<FileStat | undefined> {
    return this.#statAt(path, false);
  }

  async list(path: string): Promise<string[]> {
    return (await this.#jail.backend.list(this.#resolve(path))).sort();
  }

  async mkdir(path: string, options: { recursive?: boolean; mode?: number } = {}): Promise<void> {
    if (options.recursive) {
      const names = path.split('/').filter((name) => name !== '' && name !== '.');
      for (let i = 1; i < names.length; i++) await this.#mkdirUnlessThere(`/${names.slice(0, i).join('/')}`, undefined);
      return this.#mkdirUnlessThere(path, options.mode);
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
      if (error instanceof FilesError && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return;
      throw error;
    }
    // Removing the top empties it: the folder itself belongs to whoever made the jail.
    if (place.length <= this.#top().length) {
      for (const name of await this.#jail.backend.list(place)) await this.#jail.backend.remove([...place, name]);
    } else {
      await this.#jail.backend.remove(place);
    }
    for (const quota of this.#jail.quotas) quota.forget();
  }

  scope(path: string, options: { quotaBytes?: number; readOnly?: boolean } = {}): Files {
    const { backend, quotas } = this.#jail;
    const inner: Jail = { backend, path: [...this.#jail.path, path], quotas, readOnly: this.#jail.readOnly || options.readOnly === true };
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
    for (const path of this.#jail.path) top = resolveInside(path, top, lookup, true);
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
      if (error instanceof FilesError && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return undefined;
      throw error;
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
      // Somebody else made it meanwhile, which is just as well.
      if (this.#jail.backend.lookup(place)?.kind !== 'directory') throw error;
    }
  }

  async #takeForReplacing(place: Place, data: Uint8Array, path: string): Promise<void> {
    if (this.#jail.quotas.length === 0) return;
    const before = (await this.#jail.backend.stat(place))?.sizeBytes ?? 0;
    for (const quota of this.#jail.quotas) await quota.take(data.length - before, path);
  }
}
