import type { Place } from '../backend.ts';
import { type Files, FilesError, type Step } from '../port.ts';
import type { FilesMount } from './mounted-files.ts';

interface Row {
  point: Place;
  files: Files;
  /** It was a folder when it was looked at. */
  isFolder: boolean;
}

const FOLDER: Step = { kind: 'directory' };

export interface Route {
  files: Files;
  /** Within `files`. */
  path: string;
}

/** Which folder of a tree a place is in. */
export class MountTable {
  readonly #openRoot: () => Promise<Files>;
  /** Inner mounts before the ones that they lie in. */
  readonly #rows: readonly Row[];
  #root: Files | undefined;
  #opening: Promise<Files> | undefined;

  constructor(openRoot: () => Promise<Files>, mounts: readonly FilesMount[]) {
    this.#openRoot = openRoot;
    const rows = mounts.map(({ path, files, readOnly }) => ({
      point: namesOf(path),
      files: readOnly ? files.scope('/', { readOnly: true }) : files,
      isFolder: false,
    }));
    this.#rows = rows.sort((a, b) => b.point.length - a.point.length);
  }

  /** What stands at a place itself. As long as there is no root there is nothing in it but the way to the mount points. */
  lookup(place: Place): Step | undefined {
    const row = this.#rowOf(place);
    if (row) return this.#lookupIn(row, place);
    if (this.#root) return this.#root.lookup(`/${place.join('/')}`);
    return place.length === 0 || this.holdsMountPoint(place) ? { kind: 'directory' } : undefined;
  }

  /** A folder that is mounted stays one: what becomes of it shows when something in it is asked for. */
  #lookupIn(row: Row, place: Place): Step | undefined {
    if (place.length > row.point.length) return row.files.lookup(pathIn(row, place));
    if (row.isFolder) return FOLDER;
    const step = row.files.lookup('/');
    row.isFolder = step?.kind === 'directory';
    return step;
  }

  async route(place: Place): Promise<Route> {
    const row = this.#rowOf(place);
    return row ? { files: row.files, path: pathIn(row, place) } : { files: await this.#openedRoot(), path: `/${place.join('/')}` };
  }

  /** Does something where a place is; in the same turn, unless the root has to be made first. */
  within<T>(place: Place, use: (files: Files, path: string) => Promise<T>): Promise<T> {
    const row = this.#rowOf(place);
    if (row) return use(row.files, pathIn(row, place));
    const path = `/${place.join('/')}`;
    return this.#root ? use(this.#root, path) : this.#openedRoot().then((root) => use(root, path));
  }

  /** Whether the place is a mount point, or a folder above one. */
  holdsMountPoint(place: Place): boolean {
    return this.#rows.some(({ point }) => startsWith(point, place));
  }

  /** Makes the mount points that lie in other mounts, outer ones first. */
  async makeInnerPoints(): Promise<void> {
    for (const row of this.#rows.toReversed()) {
      const outer = this.#rows.find(({ point }) => point.length < row.point.length && startsWith(row.point, point));
      if (outer) await makePoint(outer.files, pathIn(outer, row.point), row);
    }
  }

  #rowOf(place: Place): Row | undefined {
    return this.#rows.find(({ point }) => startsWith(place, point));
  }

  #openedRoot(): Promise<Files> {
    this.#opening ??= this.#open().catch((error: unknown) => {
      this.#opening = undefined;
      throw error;
    });
    return this.#opening;
  }

  async #open(): Promise<Files> {
    const root = await this.#openRoot();
    for (const row of this.#rows.toReversed()) {
      const isInner = this.#rows.some(({ point }) => point.length < row.point.length && startsWith(row.point, point));
      if (!isInner) await makePoint(root, `/${row.point.join('/')}`, row);
    }
    this.#root = root;
    return root;
  }
}

/** Errors name the point as the tree has it. */
async function makePoint(outer: Files, path: string, { point, files }: Row): Promise<void> {
  if (path === '/' || (await outer.stat(path))) return;
  try {
    const isFile = (await files.stat('/'))?.kind === 'file';
    await outer.mkdir(isFile ? path.slice(0, path.lastIndexOf('/')) || '/' : path, { recursive: true });
    if (isFile) await outer.write(path, new Uint8Array());
  } catch (error) {
    throw error instanceof FilesError ? new FilesError(error.code, `/${point.join('/')}`) : error;
  }
}

function namesOf(path: string): string[] {
  const names: string[] = [];
  for (const name of path.split('/')) {
    if (name === '..') names.pop();
    else if (name !== '' && name !== '.') names.push(name);
  }
  return names;
}

const startsWith = (place: Place, start: Place): boolean => start.length <= place.length && start.every((name, i) => place[i] === name);

const pathIn = ({ point }: Row, place: Place): string => `/${place.slice(point.length).join('/')}`;
