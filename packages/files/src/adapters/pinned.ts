import { closeSync, constants, existsSync, fstatSync, openSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { Place } from '../backend.ts';
import { FilesError } from '../port.ts';

// Opens for a path's sake only: neither reading nor writing, so no permission on the thing itself is asked for. Linux' O_PATH, which Node does not name.
const O_PATH = 0o10000000;
/** Where Linux shows what a process has open. */
export const OPEN_FILES = '/proc/self/fd';
export const hasOpenFiles = process.platform === 'linux' && existsSync(OPEN_FILES);

/**
 * Does something to `place`, in the very folder that was looked at before: the folder is held open, is checked to lie where the place says,
 * and the name is taken within it. So a folder that somebody (another process, on a network share) swaps for a link in between leads nowhere.
 * `use` gets a path whose last name is the place's own, and must not follow a link there. All of it happens in one turn.
 * Where the system has no such thing (macOS), the plain path is used: what one process does is safe there too.
 * @param root the real path of the top
 */
export function pinned<T>(root: string, place: Place, use: (path: string) => T): T {
  const name = place.at(-1);
  const folder = join(root, ...place.slice(0, -1));
  if (name === undefined) return use(root);
  if (!hasOpenFiles) return use(join(folder, name));
  const fd = openSync(folder, O_PATH | constants.O_DIRECTORY);
  try {
    if (readlinkSync(`${OPEN_FILES}/${fd}`) !== folder) throw new FilesError('ENOENT', `/${place.join('/')}`);
    return use(`${OPEN_FILES}/${fd}/${name}`);
  } finally {
    closeSync(fd);
  }
}

/** As `pinned`, for what has no form of its own that leaves links alone: `use` gets a path that is the thing itself. Throws ELOOP for a link. */
export function pinnedSelf<T>(root: string, place: Place, use: (path: string) => T): T {
  return pinned(root, place, (path) => {
    if (!hasOpenFiles) return use(path);
    const fd = openSync(path, O_PATH | constants.O_NOFOLLOW);
    try {
      const self = `${OPEN_FILES}/${fd}`;
      if (fstatSync(fd).isSymbolicLink()) throw new FilesError('ELOOP', `/${place.join('/')}`);
      if (readlinkSync(self) !== join(root, ...place)) throw new FilesError('ENOENT', `/${place.join('/')}`);
      return use(self);
    } finally {
      closeSync(fd);
    }
  });
}
