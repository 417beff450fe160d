import type { Files } from '@kubernats/files';
import type { StorageBackend, VolumeRef } from './port.ts';

/** A Pod asks for a volume on its node. */
export interface MountRequest {
  readonly backend: StorageBackend;
  readonly volume: VolumeRef;
  /** What the PersistentVolume says that it holds: writes beyond it fail with ENOSPC. Undefined: there is no border. */
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
  grow(backend: string, handle: string, capacityBytes: number): void;
  mounted(): readonly MountedVolume[];
}
