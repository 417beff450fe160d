import { type CSIDriver, CSIDrivers, Nodes, type PersistentVolume } from '@kubernats/api';
import type { Bus } from '@kubernats/bus';
import type { Client, Informer, InformerSet } from '@kubernats/client';
import type { Clock } from '@kubernats/clock';
import type { Files } from '@kubernats/files';
import { type Backends, type ControllerSide, type StorageBackend, sourceOf, type VolumeRef } from '@kubernats/volumes';
import { getIfThere } from '../live.ts';
import { NodeDisks } from './node-disks.ts';

export interface StorageDeps {
  client: Client;
  informers: InformerSet;
  clock: Clock;
  bus: Bus;
  /** What lies outside of all nodes: a folder for each back end. */
  files: Files;
  backends: Backends;
}

/** Where a PersistentVolume's bytes are, and what stands for the driver that made them. */
export interface BackedVolume {
  backend: StorageBackend;
  driver: string;
  ref: VolumeRef;
}

/** The back ends, and what they have in this process. */
export class Storage {
  readonly #deps: StorageDeps;
  readonly #drivers: Informer<CSIDriver>;
  readonly #nodes: NodeDisks;
  /** The last call for each volume that is asked something: the next one waits for it. */
  readonly #last = new Map<string, Promise<unknown>>();

  constructor(deps: StorageDeps, cluster: string) {
    this.#deps = deps;
    this.#drivers = deps.informers.of(CSIDrivers);
    const isGone = async (node: string): Promise<boolean> => (await getIfThere(deps.client.kind(Nodes), node)) === undefined;
    this.#nodes = new NodeDisks(deps.bus, cluster, isGone);
  }

  /** The back end that stands for the driver; undefined: somebody else's program does the work. */
  ofDriver(driver: string): StorageBackend | undefined {
    return this.#deps.backends.ofDriver(driver, this.#drivers.get(driver));
  }

  ofVolume(volume: PersistentVolume): BackedVolume | undefined {
    const source = sourceOf(volume);
    const backend = source && this.ofDriver(source.driver);
    return backend && { backend, driver: source.driver, ref: source.volume };
  }

  /** Lets a back end do something about one volume, after what others asked of it before. `id` is the volume's handle, or its name while it has none. */
  async ask<T>(backend: StorageBackend, id: string, work: (side: ControllerSide) => Promise<T>): Promise<T> {
    const key = `${backend.name}/${id}`;
    const before = this.#last.get(key) ?? Promise.resolve();
    const call = before.then(async () => work(await this.#sideOf(backend)));
    const settled = call.then(
      () => {},
      () => {},
    );
    this.#last.set(key, settled);
    try {
      return await call;
    } finally {
      if (this.#last.get(key) === settled) this.#last.delete(key);
    }
  }

  async #sideOf({ name }: StorageBackend): Promise<ControllerSide> {
    const { files, clock } = this.#deps;
    await files.mkdir(`/${name}`, { recursive: true });
    return { storage: files.scope(`/${name}`), clock, node: (node) => this.#nodes.of(node) };
  }
}
