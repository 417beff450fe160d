import { type FileStat, type Files, FilesError } from '@kubernats/files';
import type { Mount } from './port.ts';

interface Route {
  files: Files;
  path: string;
}

/** A container's whole file tree as one `Files`: its own root, with volumes mounted into it. The innermost mount of a path wins. */
export class MountedFiles implements Files {
  readonly #root: Files;
  readonly #mounts: readonly { prefix: string; files: Files }[];
  readonly hostPath = undefined;

  private constructor(root: Files, mounts: readonly { prefix: string; files: Files }[]) {
    this.#root = root;
    this.#mounts = mounts;
  }

  /** Makes the mount points in `root`. */
  static async over(root: Files, mounts: readonly Mount[]): Promise<MountedFiles> {
    const rows = mounts.map((mount) => ({
      prefix: normalize(mount.path),
      files: mount.readOnly ? mount.files.scope('/', { readOnly: true }) : mount.files,
    }));
    rows.sort((a, b) => b.prefix.length - a.prefix.length);
    for (const { prefix, files } of rows) {
      const isFile = (await files.stat('/'))?.kind === 'file';
      await root.mkdir(isFile ? parentOf(prefix) : prefix, { recursive: true });
      if (isFile) await root.write(prefix, new Uint8Array());
    }
    return new MountedFiles(root, rows);
  }

  read(path: string): Promise<Uint8Array> {
    const at = this.#route(path);
    return at.files.read(at.path);
  }
  readRange(path: string, offset: number, length: number): Promise<Uint8Array> {
    const at = this.#route(path);
    return at.files.readRange(at.path, offset, length);
  }
  write(path: string, data: Uint8Array, options?: { mode?: number }): Promise<void> {
    const at = this.#route(path);
    return at.files.write(at.path, data, options);
  }
  append(path: string, data: Uint8Array): Promise<void> {
    const at = this.#route(path);
    return at.files.append(at.path, data);
  }
  replace(path: string, data: Uint8Array): Promise<void> {
    const at = this.#route(path);
    return at.files.replace(at.path, data);
  }
  stat(path: string): Promise<FileStat | undefined> {
    const at = this.#route(path);
    return at.files.stat(at.path);
  }
  lstat(path: string): Promise<FileStat | undefined> {
    const at = this.#route(path);
    return at.files.lstat(at.path);
  }
  list(path: string): Promise<string[]> {
    const at = this.#route(path);
    return at.files.list(at.path);
  }
  mkdir(path: string, options?: { recursive?: boolean; mode?: number }): Promise<void> {
    const at = this.#route(path);
    return at.files.mkdir(at.path, options);
  }
  async rename(from: string, to: string): Promise<void> {
    const source = this.#route(from);
    const target = this.#route(to);
    this.#refuseMountPoint(from);
    if (source.files === target.files) return source.files.rename(source.path, target.path);
    await this.#copy(from, to);
    await source.files.remove(source.path);
  }
  symlink(target: string, path: string): Promise<void> {
    const at = this.#route(path);
    return at.files.symlink(target, at.path);
  }
  readlink(path: string): Promise<string> {
    const at = this.#route(path);
    return at.files.readlink(at.path);
  }
  async realpath(path: string): Promise<string> {
    const at = this.#route(path);
    const prefix = normalize(path).slice(0, normalize(path).length - at.path.length);
    return normalize(`${prefix}/${await at.files.realpath(at.path)}`);
  }
  chmod(path: string, mode: number): Promise<void> {
    const at = this.#route(path);
    return at.files.chmod(at.path, mode);
  }
  setModified(path: string, modifiedMs: number): Promise<void> {
    const at = this.#route(path);
    return at.files.setModified(at.path, modifiedMs);
  }
  async remove(path: string): Promise<void> {
    this.#refuseMountPoint(path);
    const at = this.#route(path);
    return at.files.remove(at.path);
  }
  scope(path: string, options?: { quotaBytes?: number; readOnly?: boolean }): Files {
    const at = this.#route(path);
    return at.files.scope(at.path, options);
  }
  async usage(path = '/'): Promise<number> {
    const at = this.#route(path);
    return at.files.usage(at.path);
  }

  #route(path: string): Route {
    const plain = normalize(path);
    for (const { prefix, files } of this.#mounts) {
      if (plain === prefix) return { files, path: '/' };
      if (plain.startsWith(`${prefix}/`)) return { files, path: plain.slice(prefix.length) };
    }
    return { files: this.#root, path: plain };
  }

  /** A mount point, or a folder above one, stays where it is. */
  #refuseMountPoint(path: string): void {
    const plain = normalize(path);
    if (this.#mounts.some(({ prefix }) => prefix === plain || prefix.startsWith(`${plain}/`))) throw new FilesError('EBUSY', path);
  }

  async #copy(from: string, to: string): Promise<void> {
    const stat = await this.lstat(from);
    if (!stat) throw new FilesError('ENOENT', from);
    if (stat.kind === 'symlink') return this.symlink(await this.readlink(from), to);
    if (stat.kind !== 'directory') return this.write(to, await this.read(from), { mode: stat.mode });
    await this.mkdir(to, { recursive: true, mode: stat.mode });
    for (const name of await this.list(from)) await this.#copy(`${from}/${name}`, `${to}/${name}`);
  }
}

function normalize(path: string): string {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `/${parts.join('/')}`;
}

function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/')) || '/';
}
