import { realClock } from '@kubernats/clock';
import { type Files, FilesError } from '@kubernats/files';
import {
  type ControllerSide,
  createNodeDisk,
  createNodeVolumes,
  type NodeVolumes,
  type StorageBackend,
  storageOf,
  VolumeSpaces,
} from '@kubernats/volumes';
import type { Faults } from './faults.ts';

export const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
export const textOf = (data: Uint8Array): string => new TextDecoder().decode(data);

/** The code of the error that some work with files ends in. */
export async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return 'no error';
  } catch (error) {
    if (error instanceof FilesError) return error.code;
    throw error;
  }
}

/** A controller and nodes over one folder: as often as they are made anew, they see what those before them left. */
export class World {
  readonly #root: Files;
  readonly #backend: StorageBackend;

  constructor(root: Files, backend: StorageBackend, faults?: Faults) {
    this.#root = faults ? faults.over(root) : root;
    this.#backend = backend;
  }

  async controller(): Promise<ControllerSide> {
    const disks = new Map<string, Files>();
    for (const node of ['node1', 'node2']) disks.set(node, await this.#disk(node));
    return {
      storage: await storageOf(await this.#folder('/storage'), this.#backend.name),
      clock: realClock,
      node: (name) => createNodeDisk(disks.get(name) ?? this.#root),
    };
  }

  async node(name: string): Promise<NodeVolumes> {
    const disk = await this.#disk(name);
    return createNodeVolumes({
      node: name,
      clock: realClock,
      storage: await this.#folder('/storage'),
      disk,
      spaces: new VolumeSpaces(),
      backend: (of) => (of === this.#backend.name ? this.#backend : undefined),
      async path(path, type) {
        if (type === 'DirectoryOrCreate') await disk.mkdir(path, { recursive: true });
        return disk.scope(path, { pinned: true });
      },
    });
  }

  #disk(node: string): Promise<Files> {
    return this.#folder(`/nodes/${node}`);
  }

  async #folder(path: string): Promise<Files> {
    await this.#root.mkdir(path, { recursive: true });
    return this.#root.scope(path);
  }
}

/** Every path under a folder, with the contents of files. */
export async function treeOf(files: Files, top = ''): Promise<string[]> {
  const rows: string[] = [];
  for (const name of await files.list(top || '/')) {
    const path = `${top}/${name}`;
    const kind = (await files.lstat(path))?.kind;
    rows.push(kind === 'file' ? `${path}: ${textOf(await files.read(path))}` : path);
    if (kind === 'directory') rows.push(...(await treeOf(files, path)));
  }
  return rows;
}
