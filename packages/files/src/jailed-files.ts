import type { Backend, Place } from './backend.ts';
import { type FileStat, type Files, FilesError, type Space, type Step } from './port.ts';
import { Quota } from './quota.ts';
import { type Lookup, type Resolved, resolveInside } from './resolve.ts';

interface Jail {
  backend: Backend;
  /** The folders that this one lies in, outermost first: each is resolved within the one before it, at every call. */
  path: readonly Top[];
  borders: readonly Border[];
  readOnly: boolean;
}

interface Border {
  quota: Quota;
  /** The bytes of the folder that the quota was given to. */
  count: () => Promise<number>;
}

interface Top {
  path: string;
  /** A link on the way there, planted since, leads nowhere. */
  pinned: boolean;
}

/** Counts what may have changed where paths lead, in any folder of this process. */
let moves = 0;

/** The port over a back end: resolves paths, keeps the border, the quota and the read-only mark. */
export class JailedFiles implements Files {
  readonly #jail: Jail;
  #topNow: { place: string[]; moves: number } | undefined;

  constructor(jail: Jail) {
    this.#jail = jail;
  }

  async read(path: string): Promise<Uint8Array> {
    return this.#jail.backend.read(this.#resolve(path).place);
  }

  async readRange(path: string, offset: number, length: number): Promise<Uint8Array> {
    return this.#jail.backend.readRange(this.#resolve(path).place, offset, length);
  }

  // Between the walk to a place and what is done there nothing may wait: another container could swap a folder for a link.

  async write(path: string, data: Uint8Array, options?: { mode?: number }): Promise<void> {
    return this.#charged(path, data.length, true, (place) => this.#jail.backend.write(place, data, options?.mode));
  }

  async append(path: string, data: Uint8Array): Promise<void> {
    return this.#charged(path, data.length, false, (place) => this.#jail.backend.append(place, data));
  }

  async replace(path: string, data: Uint8Array): Promise<void> {
    const { step } = this.#resolve(path);
    // As on any disk, old and new are there at the same time for a moment.
    await this.#charged(path, data.length, false, (place) => {
      // The top may be a single file. What is beside it is outside.
      const { backend } = this.#jail;
      return place.length <= this.#top().length ? backend.write(place, data, undefined) : backend.replace(place, data);
    });
    if (step) for (const { quota } of this.#jail.borders) quota.usage.forget();
  }

  async stat(path: string): Promise<FileStat | undefined> {
    return this.#statAt(path, true);
  }

  async lstat(path: string): Promise<FileStat | undefined> {
    return this.#statAt(path, false);
  }

  lookup(path: string): Step | undefined {
    try {
      return this.#resolve(path, false).step;
    } catch (error) {
      if (isAbsence(error)) return undefined;
      throw error;
    }
  }

  async list(path: string): Promise<string[]> {
    return (await this.#jail.backend.list(this.#resolve(path).place)).sort();
  }

  async mkdir(path: string, options: { recursive?: boolean; mode?: number } = {}): Promise<void> {
    if (options.recursive) {
      const names = path.split('/').filter((name) => name !== '' && name !== '.');
      return this.#mkdirAll(names, options.mode);
    }
    const { place, step } = this.#resolveForWriting(path, false);
    if (place.length <= this.#top().length || step) throw new FilesError('EEXIST', path);
    await this.#jail.backend.mkdir(place, options.mode);
  }

  async rename(from: string, to: string): Promise<void> {
    const { place: source } = this.#resolveForWriting(from, false);
    const { place: target, step: replaced } = this.#resolveForWriting(to, false);
    const top = this.#top();
    if (source.length <= top.length || target.length <= top.length) throw new FilesError('EBUSY', from);
    if (target.length > source.length && source.every((name, i) => target[i] === name)) throw new FilesError('EINVAL', to);
    moves += 1;
    const isItself = source.join('/') === target.join('/');
    const writers = this.#jail.borders.map(({ quota }) => quota.usage).filter((usage) => usage.isBusy());
    await this.#frees(target, isItself ? undefined : replaced, this.#jail.backend.rename(source, target));
    // They write on to the files that were moved.
    for (const usage of writers) usage.forget();
  }

  async symlink(target: string, path: string): Promise<void> {
    const { place, step } = this.#resolveForWriting(path, false);
    if (step) throw new FilesError('EEXIST', path);
    moves += 1;
    await this.#jail.backend.symlink(target, place);
  }

  async readlink(path: string): Promise<string> {
    const { step } = this.#resolve(path, false);
    if (!step) throw new FilesError('ENOENT', path);
    if (step.kind !== 'symlink') throw new FilesError('EINVAL', path);
    return step.target;
  }

  async realpath(path: string): Promise<string> {
    const { place, step } = this.#resolve(path);
    if (!step) throw new FilesError('ENOENT', path);
    return `/${place.slice(this.#top().length).join('/')}`;
  }

  async chmod(path: string, mode: number): Promise<void> {
    await this.#jail.backend.chmod(this.#resolveForWriting(path).place, mode);
  }

  async setModified(path: string, modifiedMs: number): Promise<void> {
    await this.#jail.backend.setModified(this.#resolveForWriting(path).place, modifiedMs);
  }

  async remove(path: string): Promise<void> {
    let found: Resolved;
    try {
      found = this.#resolveForWriting(path, false);
    } catch (error) {
      if (isAbsence(error)) return;
      throw error;
    }
    // Removing the top empties it: the folder itself belongs to whoever made the jail.
    const { place, step } = found;
    moves += 1;
    const removal = place.length <= this.#top().length ? this.#empty(place) : this.#jail.backend.remove(place);
    await this.#frees(place, step, removal);
  }

  async #empty(top: Place): Promise<void> {
    for (const name of await this.#jail.backend.list(top)) {
      moves += 1;
      await this.#jail.backend.remove([...this.#top(), name]);
    }
  }

  scope(path: string, options: { quotaBytes?: number | Quota; readOnly?: boolean; pinned?: boolean } = {}): Files {
    const { backend, borders } = this.#jail;
    const { quotaBytes } = options;
    const isSame = path.split('/').every((name) => name === '' || name === '.');
    const tops = isSame ? this.#jail.path : [...this.#jail.path, { path, pinned: options.pinned === true }];
    const inner: Jail = { backend, path: tops, borders, readOnly: this.#jail.readOnly || options.readOnly === true };
    const files = new JailedFiles(inner);
    if (quotaBytes !== undefined) {
      const quota = typeof quotaBytes === 'number' ? new Quota(() => quotaBytes) : quotaBytes;
      inner.borders = [...borders, { quota, count: () => files.usage() }];
    }
    return files;
  }

  async usage(path = '/'): Promise<number> {
    const { place, step } = this.#resolve(path);
    return step ? this.#jail.backend.usage(place) : 0;
  }

  async space(path = '/'): Promise<Space | undefined> {
    const { borders, backend } = this.#jail;
    await countAnew(borders.filter(({ quota }) => !quota.usage.isKnown));
    const own = borders.map(({ quota }) => ({ sizeBytes: quota.limitBytes, usedBytes: quota.usage.bytes }));
    const inner = await backend.space?.(this.#resolve(path).place);
    const left = ({ sizeBytes, usedBytes }: Space): number => sizeBytes - usedBytes;
    return (inner ? [...own, inner] : own).sort((a, b) => left(a) - left(b))[0];
  }

  get hostPath(): string | undefined {
    return this.#jail.backend.hostPath(this.#top());
  }

  /** Looked for once a turn, unless this process moves things in it; what another one does is found out where the place is opened. */
  #top(): string[] {
    if (this.#topNow?.moves === moves) return this.#topNow.place;
    const { backend, path: tops } = this.#jail;
    const lookup: Lookup = (place) => backend.lookup(place);
    let top: string[] = [];
    for (const { path, pinned } of tops) top = resolveInside(path, top, pinned ? withoutLinks(lookup, path) : lookup, true).place;
    if (tops.length > 0) {
      this.#topNow = { place: top, moves };
      queueMicrotask(() => {
        this.#topNow = undefined;
      });
    }
    return top;
  }

  #resolve(path: string, followLast = true): Resolved {
    return resolveInside(path, this.#top(), this.#jail.backend.lookup.bind(this.#jail.backend), followLast);
  }

  #resolveForWriting(path: string, followLast = true): Resolved {
    if (this.#jail.readOnly) throw new FilesError('EROFS', path);
    return this.#resolve(path, followLast);
  }

  async #statAt(path: string, followLast: boolean): Promise<FileStat | undefined> {
    try {
      return await this.#jail.backend.stat(this.#resolve(path, followLast).place);
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
    const { place, step } = this.#resolveForWriting(path);
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
  async #charged(path: string, bytes: number, replaces: boolean, work: (place: Place) => Promise<void>): Promise<void> {
    const { borders } = this.#jail;
    if (borders.length === 0) return work(this.#resolveForWriting(path).place);
    for (let isCountedAnew = false; ; ) {
      const unknown = borders.filter(({ quota }) => !quota.usage.isKnown);
      if (unknown.length > 0) {
        await countAnew(unknown);
        continue;
      }
      const { place, step } = this.#resolveForWriting(path);
      const now = replaces && step?.kind === 'file' ? step.sizeBytes : 0;
      const file = place.join('/');
      const growths = borders.map(({ quota: { usage } }) => bytes - (usage.isBusy(file) ? 0 : now));
      if (borders.every(({ quota }, i) => quota.fits(growths[i] ?? 0))) {
        const writing = work(place);
        await Promise.all(borders.map(({ quota }, i) => quota.usage.during(file, growths[i] ?? 0, writing)));
        return;
      }
      if (isCountedAnew) throw new FilesError('ENOSPC', path);
      isCountedAnew = true;
      await countAnew(borders);
    }
  }

  /** Follows what has just begun and takes away what stood at a place. */
  async #frees(place: Place, what: Step | undefined, work: Promise<void>): Promise<void> {
    const file = place.join('/');
    const size = what?.kind === 'file' ? what.sizeBytes : 0;
    const usages = this.#jail.borders.map(({ quota }) => quota.usage);
    await Promise.all([work, ...usages.map((usage) => usage.during(file, usage.isBusy(file) ? 0 : -size, work))]);
    if (what?.kind === 'directory') for (const usage of usages) usage.forget();
  }
}

async function countAnew(borders: readonly Border[]): Promise<void> {
  await Promise.all(borders.map(({ quota, count }) => quota.usage.recount(count)));
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
