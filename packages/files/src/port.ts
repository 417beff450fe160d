import type { Quota } from './quota.ts';

/** Why a file operation failed; `code` is the system's (`ENOENT`, `EEXIST`, `ENOSPC`, `EROFS`, `ENOTDIR`, `EISDIR`, `ENOTEMPTY`, `ELOOP` for links that never end). */
export class FilesError extends Error {
  override readonly name = 'FilesError';
  readonly code: string;
  readonly path: string;
  constructor(code: string, path: string, message = `${code}: ${path}`) {
    super(message);
    this.code = code;
    this.path = path;
  }
}

export interface FileStat {
  kind: 'file' | 'directory' | 'symlink' | 'socket' | 'charDevice' | 'blockDevice' | 'other';
  sizeBytes: number;
  mode: number;
  /** Milliseconds since the epoch. */
  modifiedMs: number;
  /** The same for two paths only where they lead to one thing, as a system's device and inode are. */
  identity: string;
}

/** What stands at a path: just enough to walk on. */
export type Step = { kind: 'file'; sizeBytes: number } | { kind: 'directory' | 'other' } | { kind: 'symlink'; target: string };

/**
 * A folder that nothing can leave: paths are absolute within it (`/data/x`), `..` stops at its top, and a symbolic link
 * is followed inside the folder only. Adapters: a folder of the disk, and memory.
 */
export interface Files {
  read(path: string): Promise<Uint8Array>;
  /** Replaces the content; the parent must exist. */
  write(path: string, data: Uint8Array, options?: { mode?: number }): Promise<void>;
  append(path: string, data: Uint8Array): Promise<void>;
  /** Writes beside the path and renames over it, so that a reader sees the old or the new content whole. */
  replace(path: string, data: Uint8Array): Promise<void>;
  /** What the path leads to, through links; undefined when it leads nowhere. */
  stat(path: string): Promise<FileStat | undefined>;
  /** The thing itself: a link stays a link. */
  lstat(path: string): Promise<FileStat | undefined>;
  /** What kind of thing it is itself, at once: for a walk that nothing may come in between. Undefined when there is nothing. */
  lookup(path: string): Step | undefined;
  list(path: string): Promise<string[]>;
  mkdir(path: string, options?: { recursive?: boolean; mode?: number }): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  symlink(target: string, path: string): Promise<void>;
  readlink(path: string): Promise<string>;
  chmod(path: string, mode: number): Promise<void>;
  /** Sets the time of the last change, in milliseconds since the epoch. */
  setModified(path: string, modifiedMs: number): Promise<void>;
  /** The path with every link followed, absolute within this folder. */
  realpath(path: string): Promise<string>;
  /** Removes a file or a tree; absent is fine. */
  remove(path: string): Promise<void>;
  /** Reads a byte range; fewer bytes than asked for at the end of the file. */
  readRange(path: string, offset: number, length: number): Promise<Uint8Array>;
  /**
   * A folder within this one, with its own border, and optionally a quota in bytes (writes past it fail with ENOSPC; a `Quota` may change, and be
   * shared by all who see the same folder) or no writing. `pinned`: the path has no links now, and is not followed if one is put into it later
   * (everything fails with ENOENT then).
   */
  scope(path: string, options?: { quotaBytes?: number | Quota; readOnly?: boolean; pinned?: boolean }): Files;
  /** Bytes in the files under the path. */
  usage(path?: string): Promise<number>;
  /** The place on the disk, where there is one: for tools that need a real path (a shell, git). */
  readonly hostPath: string | undefined;
}
