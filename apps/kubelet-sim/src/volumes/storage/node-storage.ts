import { type CSIDriver, matchesNodeSelector, type Node, type PersistentVolume } from '@kubernats/api';
import type { Client } from '@kubernats/client';
import type { Files } from '@kubernats/files';
import {
  BackendError,
  type Backends,
  type NodeVolumes,
  type StorageBackend,
  uniqueVolumeName,
  type VolumeRef,
  type VolumeSource,
} from '@kubernats/volumes';
import { MountError, UnattachedVolumeError } from '../volume.ts';
import { isAttached, isGivenTo } from './attachment.ts';
import { Waiting } from './waiting.ts';
import type { WantedVolume } from './wanted-volume.ts';

export interface NodeStorageDeps {
  nodeName: string;
  backends: Backends;
  /** The CSIDriver of this name. */
  driver(name: string): CSIDriver | undefined;
  /** What the node has mounted; made when something first is. */
  openMounts(): NodeVolumes;
  client: Client;
  /** The Node as the API has it, as far as is known. */
  node(): Node | undefined;
  /** Tells the API how the node is, if that has changed; settles when it knows. */
  report(): Promise<void>;
}

/** A Pod that wants a volume. */
export interface StorageUse {
  /** Its uid. */
  pod: string;
  volume: WantedVolume;
  /** Whether its containers see files: otherwise the volume is attached, and that is all. */
  mounts: boolean;
  /** What the volume was waiting for may have come. */
  changed(): void;
}

interface Used {
  source: VolumeSource;
  /** Whether it has to be attached to the node. */
  attaches: boolean;
  pods: Set<string>;
}

const ALREADY_IN_USE = 'volume uses the ReadWriteOncePod access mode and is already in use by another pod';

/** The volumes of back ends that the Pods of one node use, from a boot of the node to its end. */
export class NodeStorage {
  readonly #deps: NodeStorageDeps;
  /** From before a volume is mounted until after it is unmounted; by back end and handle. */
  readonly #used = new Map<string, Used>();
  readonly #waiting = new Waiting();
  #mounts: NodeVolumes | undefined;
  /** The Pods for which a process before this one has mounted something. */
  #inherited: Promise<ReadonlySet<string>> | undefined;

  constructor(deps: NodeStorageDeps) {
    this.#deps = deps;
  }

  /** The volumes that nobody may take from the node: `volumesInUse`, in order. */
  get inUse(): string[] {
    return [...this.#used.values()]
      .filter(({ attaches }) => attaches)
      .map(({ source }) => uniqueVolumeName(source))
      .sort();
  }

  /** The CSIDriver of this name. */
  driver(name: string): CSIDriver | undefined {
    return this.#deps.driver(name);
  }

  /** The back end that stands for a driver; undefined: there is none. */
  backendOf(driver: string): StorageBackend | undefined {
    return this.#deps.backends.ofDriver(driver, this.#deps.driver(driver));
  }

  /** Whether the volume can be reached from the node, as far as its labels are known. Source: the Persistent Volumes concept, "Node Affinity". */
  reaches({ spec }: PersistentVolume): boolean {
    const [required, node] = [spec?.nodeAffinity?.required, this.#deps.node()];
    return !required || !node || matchesNodeSelector(required, node);
  }

  /** Mounts a volume for a Pod, once it is there. Throws `MountError` or `UnattachedVolumeError`; the Pod is told when to ask again. */
  async mount(use: StorageUse): Promise<Files | undefined> {
    const { pod, volume, changed } = use;
    const { source, name } = volume;
    const backend = this.backendOf(source.driver);
    if (!backend) {
      this.#waiting.add(waitsForDriver(source.driver), pod, changed);
      throw new MountError(noSuchDriver(source.driver), { volume: name, step: 'MountVolume.MountDevice' });
    }
    const key = keyOf(backend.name, source.volume);
    const used = this.#used.get(key) ?? { source, attaches: this.#attaches(source, backend), pods: new Set<string>() };
    if (volume.isExclusive && [...used.pods].some((other) => other !== pod)) {
      this.#waiting.add(waitsForRelease(key), pod, changed);
      throw new MountError(ALREADY_IN_USE, { volume: name });
    }
    this.#used.set(key, used);
    used.pods.add(pod);
    if (used.attaches) await this.#attached(use);
    return use.mounts ? this.#mount(use, backend) : undefined;
  }

  /** A volume holds more now. */
  grow({ source, capacityBytes }: WantedVolume): void {
    const backend = this.backendOf(source.driver);
    if (backend && capacityBytes !== undefined) this.#mounts?.grow(backend.name, source.volume, capacityBytes);
  }

  /** The Pod's containers are gone: its volumes are unmounted where no other Pod uses them. Throws `BackendError`: ask again. */
  async release(pod: string): Promise<void> {
    this.#waiting.forget(pod);
    const held = [...this.#used].filter(([, { pods }]) => pods.has(pod));
    if (held.length === 0 && !(await this.#inherited)?.has(pod)) return;
    await this.#mounts?.release(pod);
    for (const [key, { pods }] of held) {
      pods.delete(pod);
      if (pods.size > 0) continue;
      this.#used.delete(key);
      this.#waiting.wake(waitsForRelease(key));
    }
    if (held.some(([, { attaches }]) => attaches)) void this.#deps.report();
  }

  /** Unmounts what a process before this one had mounted for Pods that are gone. `isThere` is asked by uid. Throws `BackendError`: ask again. */
  async recover(isThere: (pod: string) => boolean): Promise<void> {
    this.#mounts ??= this.#deps.openMounts();
    this.#inherited ??= this.#mounts.pods();
    for (const pod of await this.#inherited) if (!isThere(pod)) await this.#mounts.release(pod);
  }

  /** What the API says of the Node has changed: a volume may be attached now. */
  sawNode(node: Node): void {
    if (this.#waiting.isEmpty) return;
    for (const { name } of node.status?.volumesAttached ?? []) this.#waiting.wake(waitsForAttachment(name));
  }

  /** Who stands for a driver may have changed. */
  sawDriver(name: string): void {
    this.#waiting.wake(waitsForDriver(name));
  }

  /** Source: the CSIDriver API, "attachRequired". */
  #attaches({ driver }: VolumeSource, { traits }: StorageBackend): boolean {
    return traits.attach && this.#deps.driver(driver)?.spec.attachRequired !== false;
  }

  /** The node says first that it uses the volume, and only then looks: whoever would take the volume away looks at what the node said. */
  async #attached({ pod, volume: { source, name }, changed }: StorageUse): Promise<void> {
    const { client, node, nodeName, report } = this.#deps;
    const uniqueName = uniqueVolumeName(source);
    this.#waiting.add(waitsForAttachment(uniqueName), pod, changed);
    await report();
    if (!isGivenTo(node(), uniqueName) || !(await isAttached(client, source, nodeName))) {
      throw new UnattachedVolumeError(`volume ${name} is not attached to node ${nodeName}`);
    }
    this.#waiting.remove(waitsForAttachment(uniqueName), pod);
  }

  async #mount({ pod, volume }: StorageUse, backend: StorageBackend): Promise<Files> {
    const { source, capacityBytes, readOnly, name } = volume;
    this.#mounts ??= this.#deps.openMounts();
    try {
      return await this.#mounts.mount({ backend, volume: source.volume, capacityBytes, readOnly, pod });
    } catch (error) {
      if (!(error instanceof BackendError)) throw error;
      throw new MountError(error.message, { volume: name, hasCome: error.hasCome });
    }
  }
}

const keyOf = (backend: string, { driver = '', handle }: VolumeRef): string => `${backend} ${driver} ${handle}`;
const waitsForDriver = (name: string): string => `driver ${name}`;
const waitsForRelease = (key: string): string => `release ${key}`;
const waitsForAttachment = (uniqueName: string): string => `attachment ${uniqueName}`;

const noSuchDriver = (name: string): string =>
  `kubernetes.io/csi: attacher.MountDevice failed to create newCsiDriverClient: driver name ${name} not found in the list of registered CSI drivers`;
