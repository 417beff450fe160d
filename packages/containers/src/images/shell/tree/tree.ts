import { type FileStat, type Files, FilesError } from '@kubernats/files';
import { isProgramName, programNames } from '../plan.ts';
import type { Process } from '../process/process.ts';
import { BytesFile } from '../streams/bytes.ts';
import type { OpenFile, Wait } from '../streams/open-file.ts';
import type { System } from '../system.ts';
import { nameOf, parentOf } from './paths.ts';
import { RegularFile } from './regular-file.ts';
import { virtualAt, virtualNames } from './virtual.ts';

export type OpenMode = 'read' | 'write' | 'append' | 'both';

const READ_BYTES = 64 * 1024;
const WHOLE_BYTES_MAX = 64 * 1024 * 1024;
const encoder = new TextEncoder();
const PROGRAM_FOLDERS = new Set(['/bin', '/sbin', '/usr/bin', '/usr/sbin', '/usr/local/bin']);

/** The whole file tree of a container as its programs see it: its files, and what the system puts beside them. Paths are absolute. */
export class Tree {
  readonly #system: System;
  readonly #files: Files;

  constructor(system: System) {
    this.#system = system;
    this.#files = system.context.files;
  }

  async open(path: string, mode: OpenMode, process: Process): Promise<OpenFile> {
    const node = virtualAt(this.#system, path);
    if (node?.kind === 'link') return this.open(process.path(node.target), mode, process);
    if (node?.kind === 'device') return node.open(process);
    if (node?.kind === 'directory') throw new FilesError('EISDIR', path);
    if (node?.kind === 'text') {
      if (mode !== 'read') throw new FilesError(path.startsWith('/sys') ? 'EROFS' : 'EACCES', path);
      return new BytesFile(encoder.encode(node.text()));
    }
    const stat = await this.stat(path);
    if (stat?.kind === 'directory') throw new FilesError('EISDIR', path);
    if (mode === 'read') {
      if (!stat) throw new FilesError('ENOENT', path);
      if (await this.isProgram(path)) return new BytesFile(new Uint8Array());
      return new RegularFile(this.#files, path, { readable: true, writable: false });
    }
    if (!stat || mode === 'write') await this.#files.write(path, new Uint8Array());
    // A read-only volume is found out here rather than at the first write.
    else await this.#files.append(path, new Uint8Array());
    return new RegularFile(this.#files, path, { readable: mode === 'both', writable: true });
  }

  /** The whole of a file. */
  async read(path: string, wait: Wait = (work) => work): Promise<Uint8Array> {
    const node = virtualAt(this.#system, path);
    if (node?.kind === 'text') return encoder.encode(node.text());
    if (node?.kind === 'device') return wholeOf(node.open(undefined), wait);
    if (await this.isProgram(path)) return new Uint8Array();
    this.#refuse(path);
    return this.#files.read(path);
  }

  readRange(path: string, offset: number, length: number): Promise<Uint8Array> {
    return this.#files.readRange(path, offset, length);
  }

  async write(path: string, data: Uint8Array, options?: { mode?: number }): Promise<void> {
    this.#refuse(path);
    await this.#files.write(path, data, options);
  }

  async append(path: string, data: Uint8Array): Promise<void> {
    this.#refuse(path);
    await this.#files.append(path, data);
  }

  async stat(path: string): Promise<FileStat | undefined> {
    const node = virtualAt(this.#system, path);
    if (node?.kind === 'link') return this.stat(node.target.replace('/proc/self', '/proc/1'));
    if (node) return this.#virtualStat(node.kind, path);
    return (await this.#files.stat(path)) ?? (isProgramPath(path) ? this.#virtualStat('program', path) : undefined);
  }

  async lstat(path: string): Promise<FileStat | undefined> {
    const node = virtualAt(this.#system, path);
    if (node) return this.#virtualStat(node.kind, path);
    return (await this.#files.lstat(path)) ?? (isProgramPath(path) ? this.#virtualStat('program', path) : undefined);
  }

  async list(path: string): Promise<string[]> {
    const node = virtualAt(this.#system, path);
    const own = node ? [] : await this.#files.list(path);
    const programs = path === '/bin' ? programNames() : [];
    return [...new Set([...own, ...programs, ...virtualNames(this.#system, path)])].sort();
  }

  async mkdir(path: string, options?: { recursive?: boolean; mode?: number }): Promise<void> {
    this.#refuse(path);
    await this.#files.mkdir(path, options);
  }

  async rename(from: string, to: string): Promise<void> {
    this.#refuse(from);
    this.#refuse(to);
    await this.#files.rename(from, to);
  }

  async symlink(target: string, path: string): Promise<void> {
    this.#refuse(path);
    await this.#files.symlink(target, path);
  }

  async readlink(path: string): Promise<string> {
    const node = virtualAt(this.#system, path);
    return node?.kind === 'link' ? node.target : this.#files.readlink(path);
  }

  async realpath(path: string): Promise<string> {
    return virtualAt(this.#system, path) || (await this.isProgram(path)) ? path : this.#files.realpath(path);
  }

  async chmod(path: string, mode: number): Promise<void> {
    this.#refuse(path);
    await this.#files.chmod(path, mode);
  }

  async setModified(path: string, modifiedMs: number): Promise<void> {
    this.#refuse(path);
    await this.#files.setModified(path, modifiedMs);
  }

  async remove(path: string): Promise<void> {
    this.#refuse(path);
    await this.#files.remove(path);
  }

  usage(path: string): Promise<number> {
    return this.#files.usage(path);
  }

  /** Whether a path is one of the image's programs rather than a file. */
  async isProgram(path: string): Promise<boolean> {
    return isProgramPath(path) && (await this.#files.lstat(path)) === undefined;
  }

  #virtualStat(kind: 'directory' | 'text' | 'device' | 'link' | 'program', path: string): FileStat {
    const shared = { sizeBytes: 0, modifiedMs: this.#system.startedAtMs, identity: `virtual:${path}` };
    if (kind === 'directory') return { ...shared, kind: 'directory', mode: 0o555 };
    if (kind === 'device') return { ...shared, kind: 'charDevice', mode: 0o666 };
    if (kind === 'link') return { ...shared, kind: 'symlink', mode: 0o777 };
    return { ...shared, kind: 'file', mode: kind === 'program' ? 0o755 : 0o444 };
  }

  /** What the system provides is not changed. */
  #refuse(path: string): void {
    if (virtualAt(this.#system, path)) throw new FilesError('EPERM', path);
  }
}

function isProgramPath(path: string): boolean {
  return PROGRAM_FOLDERS.has(parentOf(path)) && isProgramName(nameOf(path));
}

/** All that can be read from a device; one that never ends is refused. */
async function wholeOf(file: OpenFile, wait: Wait): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let size = 0;
  try {
    for (let bytes = await file.read(READ_BYTES, wait); bytes; bytes = await file.read(READ_BYTES, wait)) {
      size += bytes.length;
      if (size > WHOLE_BYTES_MAX) throw new FilesError('ENOMEM', file.name);
      parts.push(bytes);
    }
  } finally {
    file.release();
  }
  return Buffer.concat(parts);
}
