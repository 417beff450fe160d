import type { Clock } from '@kubernats/clock';
import type { Files } from '@kubernats/files';
import { NodeMounts } from './mounts/node-mounts.ts';
import type { VolumeSpaces } from './mounts/volume-spaces.ts';
import type { NodeSide, StorageBackend, VolumeRef } from './port.ts';

/** A Pod asks for a volume on its node. */
export interface MountRequest {
  readonly backend: StorageBackend;
  readonly volume: VolumeRef;
  /** What the PersistentVolume says that it holds: writes beyond it fail with ENOSPC. Undefined: there is no border, and nothing is counted. */
  readonly capacityBytes: number | undefined;
  readonly readOnly: boolean;
  /** The Pod's uid. */
  readonly pod: string;
}

/** A volume that a node has mounted, for however many of its Pods. */
export interface MountedVolume {
  readonly backend: string;
  readonly handle: string;
  readonly pods: readonly string[];
}

/** The volumes of back ends that one node has mounted: each once, with one count of its bytes. */
export interface NodeVolumes {
  /** Mounts it, unless another Pod of the node has it already. Throws `BackendError`. */
  mount(request: MountRequest): Promise<Files>;
  /** The Pod is done with its volumes; what no other Pod uses is unmounted. Throws `BackendError`: ask again. */
  release(pod: string): Promise<void>;
  /** The volume holds more now. */
  grow(backend: string, volume: VolumeRef, capacityBytes: number): void;
  mounted(): readonly MountedVolume[];
  /** Those for whom something is mounted, or was by a process before this one. */
  pods(): Promise<ReadonlySet<string>>;
}

export interface NodeVolumesDeps {
  /** The node's name. */
  readonly node: string;
  readonly clock: Clock;
  /** The storage that lies outside of all nodes: each back end has a folder of its name in it. */
  readonly storage: Files;
  /** The node's own disk. What is mounted is written down there, so that another process can undo what this one has begun. */
  readonly disk: Files;
  readonly path: NodeSide['path'];
  /** Those of the process: its nodes count the volumes that they share once. */
  readonly spaces: VolumeSpaces;
  /** By name: whose volumes a process that was here before has mounted. */
  backend(name: string): StorageBackend | undefined;
}

/** What a node mounts. After a start nothing is mounted; what a process before had mounted for a Pod goes when that Pod is released. */
export const createNodeVolumes = (deps: NodeVolumesDeps): NodeVolumes => new NodeMounts(deps);
