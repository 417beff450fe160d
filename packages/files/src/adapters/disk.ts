import * as fs from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { systemCode } from '@kubernats/errors';
import type { Backend, Place } from '../backend.ts';
import { JailedFiles } from '../jailed-files.ts';
import { type FileStat, type Files, FilesError, type Step } from '../port.ts';
import { pinned, pinnedSelf } from './pinned.ts';
import { removeTree } from './remove-tree.ts';
import { usageOf } from './tree-usage.ts';

/** A folder of the disk as `Files`. `root` is an existing directory, itself trusted: links above it are the machine's own. */
export function createDiskFiles(root: string): Files {
  return new JailedFiles({ backend: diskBackend(fs.realpathSync(root)), path: [], borders: [], readOnly: false });
}

/** The same of a folder that is made if it is not there. */
export function makeDiskFiles(root: string): Files {
  fs.mkdirSync(root, { recursive: true });
  return createDiskFiles(root);
}

const { O_RDONLY, O_WRONLY, O_CREAT, O_TRUNC, O_APPEND, O_NOFOLLOW, O_NONBLOCK } = fs.constants;
/** A longer read or write is left to the thread pool; a shorter one is done before a thread would have begun. */
const AT_ONCE_BYTES = 64 * 1024;

const read = promisify(fs.read);
const write = promisify(fs.write);

// Everything that depends on names is synchronous and in the same turn as the walk that led there: no other container gets a chance to put a
// link in the way in between. It is faster too: a call takes microseconds, a trip through the thread pool fifty. Bytes go by the open file.
function diskBackend(root: string): Backend {
  const at = (place: Place): string => join(root, ...place);
  let temporary = 0;

  const open = (place: Place, flags: number, mode = 0o666): number =>
    pinned(root, place, (path) => {
      // A pipe that somebody has put there must not hold the process up.
      const fd = fs.openSync(path, flags | O_NOFOLLOW | O_NONBLOCK, mode);
      const stats = fs.fstatSync(fd);
      if (stats.isFile()) return fd;
      fs.closeSync(fd);
      throw new FilesError(stats.isDirectory() ? 'EISDIR' : 'EINVAL', `/${place.join('/')}`);
    });

  const store = async (place: Place, flags: number, data: Uint8Array, mode?: number): Promise<void> => {
    const fd = open(place, O_WRONLY | flags, mode);
    try {
      if (mode !== undefined) fs.fchmodSync(fd, mode);
      for (let done = 0; done < data.length; ) {
        done += data.length <= AT_ONCE_BYTES ? fs.writeSync(fd, data, done) : (await write(fd, data, done)).bytesWritten;
      }
    } finally {
      fs.closeSync(fd);
    }
  };

  return {
    lookup(place): Step | undefined {
      try {
        const path = at(place);
        const stats = fs.lstatSync(path, { throwIfNoEntry: false });
        if (!stats) return undefined;
        if (stats.isSymbolicLink()) return { kind: 'symlink', target: fs.readlinkSync(path) };
        if (stats.isFile()) return { kind: 'file', sizeBytes: stats.size };
        return { kind: stats.isDirectory() ? 'directory' : 'other' };
      } catch (error) {
        throw asFilesError(error, place);
      }
    },
    read: (place) =>
      guarded(place, async () => {
        const fd = open(place, O_RDONLY);
        try {
          const { size } = fs.fstatSync(fd);
          return size <= AT_ONCE_BYTES ? fs.readFileSync(fd) : await readWhole(fd, size);
        } finally {
          fs.closeSync(fd);
        }
      }),
    readRange: (place, offset, length) =>
      guarded(place, async () => {
        const fd = open(place, O_RDONLY);
        try {
          const buffer = new Uint8Array(Math.max(0, Math.min(length, fs.fstatSync(fd).size - offset)));
          if (buffer.length === 0) return buffer;
          const count =
            buffer.length <= AT_ONCE_BYTES
              ? fs.readSync(fd, buffer, 0, buffer.length, offset)
              : (await read(fd, buffer, 0, buffer.length, offset)).bytesRead;
          return buffer.subarray(0, count);
        } finally {
          fs.closeSync(fd);
        }
      }),
    write: (place, data, mode) => guarded(place, () => store(place, O_CREAT | O_TRUNC, data, mode)),
    append: (place, data) => guarded(place, () => store(place, O_CREAT | O_APPEND, data)),
    replace: (place, data) =>
      guarded(place, async () => {
        temporary += 1;
        const beside = [...place.slice(0, -1), `.${place.at(-1)}.new-${process.pid}-${temporary}`];
        try {
          await store(beside, O_CREAT | O_TRUNC, data);
          pinned(root, beside, (from) => pinned(root, place, (to) => fs.renameSync(from, to)));
        } catch (error) {
          pinned(root, beside, (path) => fs.rmSync(path, { force: true }));
          throw error;
        }
      }),
    stat: (place) =>
      guarded(place, async () => {
        const stats = fs.lstatSync(at(place), { throwIfNoEntry: false });
        return stats && fileStat(stats);
      }),
    list: (place) => guarded(place, async () => pinnedSelf(root, place, (path) => fs.readdirSync(path))),
    mkdir: (place, mode) =>
      guarded(place, async () => {
        pinned(root, place, (path) => fs.mkdirSync(path));
        if (mode !== undefined) pinnedSelf(root, place, (path) => fs.chmodSync(path, mode));
      }),
    rename: (from, to) =>
      guarded(from, async () => pinned(root, from, (source) => pinned(root, to, (target) => fs.renameSync(source, target)))),
    symlink: (target, place) => guarded(place, async () => pinned(root, place, (path) => fs.symlinkSync(target, path))),
    chmod: (place, mode) => guarded(place, async () => pinnedSelf(root, place, (path) => fs.chmodSync(path, mode))),
    setModified: (place, modifiedMs) =>
      guarded(place, async () => pinned(root, place, (path) => fs.lutimesSync(path, modifiedMs / 1000, modifiedMs / 1000))),
    remove: (place) => guarded(place, async () => pinned(root, place, removeTree)),
    usage: (place) => guarded(place, async () => usageOf(root, place)),
    hostPath: (place) => at(place),
  };
}

/** As much as a file had when it was opened, in as few trips through the thread pool as that takes. */
async function readWhole(fd: number, size: number): Promise<Uint8Array> {
  const buffer = Buffer.allocUnsafeSlow(size);
  let length = 0;
  for (let count = -1; length < size && count !== 0; length += count)
    count = (await read(fd, buffer, length, size - length, length)).bytesRead;
  return buffer.subarray(0, length);
}

async function guarded<T>(place: Place, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw asFilesError(error, place);
  }
}

function asFilesError(error: unknown, place: Place): unknown {
  const code = systemCode(error);
  return error instanceof FilesError || code === undefined ? error : new FilesError(code, `/${place.join('/')}`);
}

function fileStat(stats: fs.Stats): FileStat {
  const { size, mode, mtimeMs, dev, ino } = stats;
  return { kind: kindOf(stats), sizeBytes: size, mode: mode & 0o7777, modifiedMs: mtimeMs, identity: `${dev}:${ino}` };
}

function kindOf(stats: fs.Stats): FileStat['kind'] {
  if (stats.isFile()) return 'file';
  if (stats.isDirectory()) return 'directory';
  if (stats.isSymbolicLink()) return 'symlink';
  if (stats.isSocket()) return 'socket';
  if (stats.isCharacterDevice()) return 'charDevice';
  return stats.isBlockDevice() ? 'blockDevice' : 'other';
}
