import type { Backend, Place } from '../backend.ts';
import { JailedFiles } from '../jailed-files.ts';
import { type Files, FilesError } from '../port.ts';
import { copyTree } from './copy-tree.ts';
import { MountTable, type Route } from './mount-table.ts';

/** A folder, or a single file, that is mounted into a tree. */
export interface FilesMount {
  /** Absolute, in the tree. */
  path: string;
  files: Files;
  readOnly: boolean;
}

/**
 * One tree of several folders: a root, with others mounted into it. The innermost mount of a path wins; links lead through the whole tree, as for a
 * process whose root it is. Mount points are made where they are missing. Throws `FilesError` when one lies in a mount that may not be written to.
 * @param openRoot makes the root; asked when something outside of the mounts is looked into or changed for the first time
 */
export async function createMountedFiles(openRoot: () => Promise<Files>, mounts: readonly FilesMount[]): Promise<Files> {
  const table = new MountTable(openRoot, mounts);
  await table.makeInnerPoints();
  return new JailedFiles({ backend: mountedBackend(table), path: [], borders: [], readOnly: false });
}

// Paths come resolved, so what is asked of the single folders has no links left in it; each keeps its own border, quota and read-only mark.
function mountedBackend(table: MountTable): Backend {
  const self: Backend = {
    lookup: (place) => table.lookup(place),
    read: (place) => table.within(place, (files, path) => files.read(path)),
    readRange: (place, offset, length) => table.within(place, (files, path) => files.readRange(path, offset, length)),
    write: (place, data, mode) => table.within(place, (files, path) => files.write(path, data, mode === undefined ? {} : { mode })),
    append: (place, data) => table.within(place, (files, path) => files.append(path, data)),
    replace: (place, data) => table.within(place, (files, path) => files.replace(path, data)),
    stat: (place) => table.within(place, (files, path) => files.lstat(path)),
    list: (place) => table.within(place, (files, path) => files.list(path)),
    mkdir: (place, mode) => table.within(place, (files, path) => files.mkdir(path, mode === undefined ? {} : { mode })),
    symlink: (target, place) => table.within(place, (files, path) => files.symlink(target, path)),
    chmod: (place, mode) => table.within(place, (files, path) => files.chmod(path, mode)),
    setModified: (place, modifiedMs) => table.within(place, (files, path) => files.setModified(path, modifiedMs)),
    usage: (place) => table.within(place, (files, path) => files.usage(path)),
    async remove(place) {
      refuseMountPoint(place);
      await table.within(place, (files, path) => files.remove(path));
    },
    async rename(from, to) {
      refuseMountPoint(from);
      refuseMountPoint(to);
      const [source, target] = [await table.route(from), await table.route(to)];
      if (source.files === target.files) return source.files.rename(source.path, target.path);
      // One folder may be mounted at two places.
      const place = await placeWithin(source, target);
      if (place === 'itself') return;
      if (place === 'inside') throw new FilesError('EINVAL', `/${to.join('/')}`);
      // Between two file systems `mv` copies.
      await copyTree(source, target);
      await source.files.remove(source.path);
    },
    hostPath: () => undefined,
  };
  return self;

  /** A mount point, or a folder above one, stays where it is. */
  function refuseMountPoint(place: Place): void {
    if (table.holdsMountPoint(place)) throw new FilesError('EBUSY', `/${place.join('/')}`);
  }
}

/** Whether what is to be moved is the target itself, or holds it. */
async function placeWithin(source: Route, target: Route): Promise<'itself' | 'inside' | 'outside'> {
  const moved = (await source.files.lstat(source.path))?.identity;
  if (moved === undefined) return 'outside';
  const isMoved = async (path: string): Promise<boolean> => (await target.files.lstat(path || '/'))?.identity === moved;
  if (await isMoved(target.path)) return 'itself';
  for (let path = target.path; path !== ''; ) {
    path = path.slice(0, path.lastIndexOf('/'));
    if (await isMoved(path)) return 'inside';
  }
  return 'outside';
}
