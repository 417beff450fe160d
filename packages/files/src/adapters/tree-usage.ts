import { closeSync, constants, lstatSync, openSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Place } from '../backend.ts';
import { hasOpenFiles, OPEN_FILES, pinnedSelf } from './pinned.ts';

/** Systems take paths of 4096 bytes: one that is longer than this may have a name in it that does not fit any more. */
const PATH_BYTES_MAX = 3500;

/** The bytes of all files at a place and below. In one turn: what is moved while it is counted could be missed. */
export function usageOf(root: string, place: Place): number {
  const path = join(root, ...place);
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (!stats?.isDirectory()) return stats?.isFile() ? stats.size : 0;
  if (hasOpenFiles && Buffer.byteLength(path) > PATH_BYTES_MAX) return pinnedSelf(root, place, usageBelow);
  let bytes = 0;
  for (const name of pinnedSelf(root, place, (self) => readdirSync(self))) bytes += usageOf(root, [...place, name]);
  return bytes;
}

/**
 * Counts where paths may be longer than the system takes: a container can move a deep tree into another one. Folders on the way are held open, and
 * paths begin anew from there.
 */
function usageBelow(top: string): number {
  let bytes = 0;
  /** Folders to be counted, and those that are to be closed when all above them in this list are. */
  const left: (string | number)[] = [top];
  try {
    for (let next = left.pop(); next !== undefined; next = left.pop()) {
      if (typeof next === 'number') {
        closeSync(next);
        continue;
      }
      let folder = next;
      if (Buffer.byteLength(next) > PATH_BYTES_MAX) {
        const fd = openSync(next, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW);
        left.push(fd);
        folder = `${OPEN_FILES}/${fd}`;
      }
      for (const name of readdirSync(folder)) {
        const path = `${folder}/${name}`;
        const stats = lstatSync(path, { throwIfNoEntry: false });
        if (stats?.isDirectory()) left.push(path);
        else if (stats?.isFile()) bytes += stats.size;
      }
    }
  } finally {
    for (const each of left) if (typeof each === 'number') closeSync(each);
  }
  return bytes;
}
