import { Turns } from '@kubernats/clock';
import type { Files } from '@kubernats/files';
import type { MountedVolume, MountRequest, NodeVolumes, NodeVolumesDeps } from '../node-volumes.ts';
import { BackendError, type NodeSide, type StorageBackend, type VolumeRef } from '../port.ts';
import { storageOf } from '../storage-of.ts';
import { besideHandle, type MountRecord, MountRecords } from './mount-records.ts';

import type { VolumeSpace } from './volume-spaces.ts';

/** What is mounted, or was begun: by this process, or by one before it. */
interface Mount {
  readonly record: Omit<MountRecord, 'pods'>;
  readonly pods: Set<string>;
  /** Absent: this process has not mounted it. */
  files: Files | undefined;
  space: VolumeSpace | undefined;
}

export class NodeMounts implements NodeVolumes {
  readonly #deps: NodeVolumesDeps;
  readonly #records: MountRecords;
  readonly #mounts = new Map<string, Mount>();
  /** Calls for one volume wait for each other. */
  readonly #turns = new Turns();
  #loading: Promise<void> | undefined;

  constructor(deps: NodeVolumesDeps) {
    this.#deps = deps;
    this.#records = new MountRecords(deps.disk);
  }

  async mount(request: MountRequest): Promise<Files> {
    await this.#loaded();
    return this.#turns.take(turnOf({ backend: request.backend.name, volume: request.volume }), async () => {
      const record = { backend: request.backend.name, volume: request.volume };
      const key = keyOf(record);
      const mount = this.#mounts.get(key) ?? { record, pods: new Set(), files: undefined, space: undefined };
      if (!mount.pods.has(request.pod)) {
        // What is not written down, another process would not undo.
        await this.#records.write({ ...record, pods: [...mount.pods, request.pod] });
        mount.pods.add(request.pod);
        this.#mounts.set(key, mount);
      }
      mount.files ??= await request.backend.mount(request.volume, await this.#side(mount, request.capacityBytes));
      return this.#seenBy(mount, mount.files, request);
    });
  }

  async release(pod: string): Promise<void> {
    await this.#loaded();
    const theirs = [...this.#mounts].filter(([, { pods }]) => pods.has(pod));
    const letGo = ([key, mount]: [string, Mount]): Promise<void> =>
      this.#turns.take(turnOf(mount.record), () => this.#letGo(key, mount, pod));
    const outcomes = await Promise.allSettled(theirs.map(letGo));
    for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
  }

  grow(backend: string, volume: VolumeRef, capacityBytes: number): void {
    const turn = turnOf({ backend, volume });
    for (const { record, space } of this.#mounts.values()) {
      if (!space || turnOf(record) !== turn) continue;
      space.capacityBytes = Math.max(space.capacityBytes, capacityBytes);
    }
  }

  mounted(): readonly MountedVolume[] {
    return [...this.#mounts.values()]
      .filter(({ files }) => files)
      .map(({ record, pods }) => ({ backend: record.backend, handle: record.volume.handle, pods: [...pods] }));
  }

  async pods(): Promise<ReadonlySet<string>> {
    await this.#loaded();
    return new Set([...this.#mounts.values()].flatMap(({ pods }) => [...pods]));
  }

  /** The volume as one request has it: with the border of all, and read-only for itself alone. */
  #seenBy(mount: Mount, files: Files, { backend, capacityBytes, readOnly }: MountRequest): Files {
    if (capacityBytes === undefined) return readOnly ? files.scope('/', { readOnly }) : files;
    mount.space ??= this.#deps.spaces.hold(this.#spaceKeyOf(mount, backend), 0);
    mount.space.capacityBytes = Math.max(mount.space.capacityBytes, capacityBytes);
    return files.scope('/', { quotaBytes: mount.space.quota, readOnly });
  }

  async #letGo(key: string, mount: Mount, pod: string): Promise<void> {
    if (mount.pods.size > 1) {
      mount.pods.delete(pod);
      return this.#records.write(recordOf(mount));
    }
    if (!mount.pods.has(pod)) return;
    const { backend: name, volume } = mount.record;
    const backend = this.#deps.backend(name);
    if (!backend) throw new BackendError(`the storage back end "${name}" is not known on node "${this.#deps.node}"`);
    await backend.unmount(volume, await this.#side(mount));
    await this.#records.remove(recordOf(mount));
    if (mount.space) this.#deps.spaces.leave(this.#spaceKeyOf(mount, backend));
    this.#mounts.delete(key);
  }

  /** On each node its own, where the volumes lie on nodes. */
  #spaceKeyOf({ record }: Mount, { traits }: StorageBackend): string {
    return `${traits.onNode ? this.#deps.node : ''}/${keyOf(record)}`;
  }

  async #side(mount: Mount, capacityBytes?: number): Promise<NodeSide> {
    const { node, clock, path, storage } = this.#deps;
    const folder = (): Promise<Files> => this.#records.folder(recordOf(mount));
    return { name: node, clock, capacityBytes, path, storage: await storageOf(storage, mount.record.backend), folder };
  }

  /** What a process before this one has begun. */
  #loaded(): Promise<void> {
    this.#loading ??= this.#load().catch((error: unknown) => {
      this.#loading = undefined;
      throw error;
    });
    return this.#loading;
  }

  async #load(): Promise<void> {
    for (const { backend, volume, pods } of await this.#records.all()) {
      const record = { backend, volume };
      this.#mounts.set(keyOf(record), { record, pods: new Set(pods), files: undefined, space: undefined });
    }
  }
}

/** Two PersistentVolumes may have one handle by mistake: what they say beside it tells them apart, so that nobody is shown what is another's. */
const keyOf = ({ backend, volume }: Mount['record']): string => JSON.stringify([backend, volume.handle, besideHandle(volume)]);

/** Names of back ends and drivers hold no slash. */
const turnOf = ({ backend, volume: { driver = '', handle } }: Mount['record']): string => `${backend}/${driver}/${handle}`;

const recordOf = ({ record, pods }: Mount): MountRecord => ({ ...record, pods: [...pods] });
