import { type CSIDriver, CSIDrivers, Nodes, type PersistentVolume } from '@kubernats/api';
import type { Bus } from '@kubernats/bus';
import type { Client, Informer, InformerSet } from '@kubernats/client';
import type { Clock } from '@kubernats/clock';
import { type Files, FilesError } from '@kubernats/files';
import {
  askNodeDisk,
  BackendError,
  type Backends,
  type ControllerSide,
  driverOfProvisioner,
  type NodeDisk,
  NodeSilentError,
  type StorageBackend,
  sourceOf,
  storageOf,
  type VolumeRef,
} from '@kubernats/volumes';
import { PROVISIONED_BY } from '../annotations.ts';
import { getIfThere } from '../live.ts';

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
  readonly #cluster: string;
  /** The last call for each volume that is asked something: the next one waits for it. */
  readonly #last = new Map<string, Promise<unknown>>();

  constructor(deps: StorageDeps, cluster: string) {
    this.#deps = deps;
    this.#drivers = deps.informers.of(CSIDrivers);
    this.#cluster = cluster;
  }

  /** The back end that stands for the driver; undefined: somebody else's program does the work. */
  ofDriver(driver: string): StorageBackend | undefined {
    return this.#deps.backends.ofDriver(driver, this.#drivers.get(driver));
  }

  /** What a driver's own program would see to: volumes that were made by it, and CSI volumes. */
  ofVolume(volume: PersistentVolume): BackedVolume | undefined {
    const source = sourceOf(volume);
    const provisioner = volume.metadata?.annotations?.[PROVISIONED_BY];
    const named = source?.field === 'csi' ? source.driver : undefined;
    const driver = provisioner === undefined ? named : driverOfProvisioner(provisioner);
    const backend = driver === undefined ? undefined : this.ofDriver(driver);
    return source && driver !== undefined && backend ? { backend, driver, ref: source.volume } : undefined;
  }

  /**
   * Lets a back end do something about one volume, after what others asked of it before. `id` is the volume's handle, or its name while it has none.
   * Throws what the back end throws, `BackendError` for files that it could not read or write, and `NodeSilentError` instead of its errors when a
   * node did not answer it.
   */
  async ask<T>(backend: StorageBackend, id: string, work: (side: ControllerSide) => Promise<T>): Promise<T> {
    const key = `${backend.name}/${id}`;
    const before = this.#last.get(key) ?? Promise.resolve();
    const call = before.then(() => this.#call(backend, work));
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

  async #call<T>({ name }: StorageBackend, work: (side: ControllerSide) => Promise<T>): Promise<T> {
    const { files, clock } = this.#deps;
    let isSilent = false;
    const node = (named: string): NodeDisk => this.#disk(named, () => (isSilent = true));
    try {
      return await work({ storage: await storageOf(files, name), clock, node });
    } catch (error) {
      // A full disk of this machine, or a folder that somebody removed: who wants the volume is told.
      if (error instanceof FilesError) throw new BackendError(`${error.message} in the cluster's storage folder`);
      throw isSilent && error instanceof BackendError ? new NodeSilentError(error.message) : error;
    }
  }

  #disk(node: string, onSilence: () => void): NodeDisk {
    const disk = askNodeDisk(this.#deps.bus, this.#cluster, node);
    const heard = async <T>(answer: Promise<T>): Promise<T> => {
      try {
        return await answer;
      } catch (error) {
        if (error instanceof NodeSilentError) onSilence();
        throw error;
      }
    };
    return {
      make: (handle) => heard(disk.make(handle)),
      remove: (handle) =>
        heard(
          disk.remove(handle).catch(async (error: unknown) => {
            // A node that left the cluster took its disk with it.
            if (!(error instanceof NodeSilentError) || (await getIfThere(this.#deps.client.kind(Nodes), node))) throw error;
          }),
        ),
    };
  }
}
