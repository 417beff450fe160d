import { constants, lstatSync, readlinkSync, type Stats } from 'node:fs';
import * as fs from 'node:fs/promises';
import { join } from 'node:path';
import type { Backend, Place } from '../backend.ts';
import { JailedFiles } from '../jailed-files.ts';
import { type FileStat, type Files, FilesError } from '../port.ts';
import type { Step } from '../resolve.ts';

/** A folder of the disk as `Files`. `root` is an existing directory, itself trusted: links above it are the machine's own. */
export function createDiskFiles(root: string): Files {
  return new JailedFiles({ backend: diskBackend(root), path: [], quotas: [], readOnly: false });
}

const NO_LINK = constants.O_NOFOLLOW;

// Places are looked at synchronously: an lstat takes two microseconds, a trip through the thread pool fifty.
function diskBackend(root: string): Backend {
  const at = (place: Place): string => join(root, ...place);
  let temporary = 0;

  return {
    lookup(place): Step | undefined {
      const path = at(place);
      const stats = lstatSync(path, { throwIfNoEntry: false });
      if (!stats) return undefined;
      if (stats.isSymbolicLink()) return { kind: 'symlink', target: readlinkSync(path) };
      return { kind: stats.isDirectory() ? 'directory' : stats.isFile() ? 'file' : 'other' };
    },
    read: (place) => guarded(place, () => withFile(at(place), constants.O_RDONLY, undefined, (file) => file.readFile())),
    readRange: (place, offset, length) =>
      guarded(place, () =>
        withFile(at(place), constants.O_RDONLY, undefined, async (file) => {
          const buffer = new Uint8Array(length);
          const { bytesRead } = await file.read(buffer, 0, length, offset);
          return buffer.subarray(0, bytesRead);
        }),
      ),
    write: (place, data, mode) =>
      guarded(place, async () => {
        const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC;
        await withFile(at(place), flags, mode, (file) => file.writeFile(data));
        if (mode !== undefined) await fs.chmod(at(place), mode);
      }),
    append: (place, data) =>
      guarded(place, () =>
        withFile(at(place), constants.O_WRONLY | constants.O_CREAT | constants.O_APPEND, undefined, (file) => file.writeFile(data)),
      ),
    replace: (place, data) =>
      guarded(place, async () => {
        temporary += 1;
        const beside = join(root, ...place.slice(0, -1), `.${place.at(-1)}.new-${process.pid}-${temporary}`);
        await withFile(beside, constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC, undefined, (file) => file.writeFile(data));
        await fs.rename(beside, at(place));
      }),
    async stat(place) {
      const stats = lstatSync(at(place), { throwIfNoEntry: false });
      return stats && fileStat(stats);
    },
    list: (place) => guarded(place, () => fs.readdir(at(place))),
    mkdir: (place, mode) =>
      guarded(place, async () => {
        await fs.mkdir(at(place));
        if (mode !== undefined) await fs.chmod(at(place), mode);
      }),
    rename: (from, to) => guarded(from, () => fs.rename(at(from), at(to))),
    symlink: (target, place) => guarded(place, () => fs.symlink(target, at(place))),
    chmod: (place, mode) => guarded(place, () => fs.chmod(at(place), mode)),
    setModified: (place, modifiedMs) => guarded(place, () => fs.lutimes(at(place), modifiedMs / 1000, modifiedMs / 1000)),
    remove: (place) => guarded(place, () => fs.rm(at(place), { recursive: true, force: true })),
    usage: (place) => guarded(place, () => usageOf(at(place))),
    hostPath: (place) => at(place),
  };
}

async function usageOf(path: string): Promise<number> {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (!stats) return 0;
  if (!stats.isDirectory()) return stats.isFile() ? stats.size : 0;
  let bytes = 0;
  for (const name of await fs.readdir(path)) bytes += await usageOf(join(path, name));
  return bytes;
}

async function withFile<T>(path: string, flags: number, mode: number | undefined, use: (file: fs.FileHandle) => Promise<T>): Promise<T> {
  const file = await fs.open(path, flags | NO_LINK, mode ?? 0o666);
  try {
    return await use(file);
  } finally {
    await file.close();
  }
}

async function guarded<T>(place: Place, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const path = `/${place.join('/')}`;
    if (error instanceof Error && 'code' in error && typeof error.code === 'string') throw new FilesError(error.code, path);
    throw error;
  }
}

function fileStat(stats: Stats): FileStat {
  const kind = stats.isSymbolicLink()
    ? 'symlink'
    : stats.isDirectory()
      ? 'directory'
      : stats.isFile()
        ? 'file'
        : stats.isSocket()
          ? 'socket'
          : 'other';
  return { kind, sizeBytes: stats.size, mode: stats.mode & 0o7777, modifiedMs: stats.mtimeMs };
}
