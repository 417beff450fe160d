import type { Clock } from '@kubernats/clock';
import type { Files } from '@kubernats/files';
import { BackendError, type Backends, createNodeVolumes, type NodeVolumes, type VolumeSpaces } from '@kubernats/volumes';
import { openHostPath } from '../host-path.ts';
import { MountError, type VolumeDeps } from '../volume.ts';

export interface MountsOf extends Pick<VolumeDeps, 'nodeName' | 'tree' | 'missingHostPaths'> {
  clock: Clock;
  backends: Backends;
  /** What lies outside of all nodes. */
  storage: Files;
  /** The node's own. */
  disk: Files;
  spaces: VolumeSpaces;
}

/** What a node mounts of back ends. Their paths of the node are what a `hostPath` of it is. */
export function openMounts({ nodeName, backends, ...of }: MountsOf): NodeVolumes {
  const { clock, storage, disk, spaces } = of;
  return createNodeVolumes({
    ...{ node: nodeName, clock, storage, disk, spaces },
    backend: (name) => backends.get(name),
    async path(path, type) {
      try {
        return await openHostPath({ nodeName, ...of }, path, type);
      } catch (error) {
        throw error instanceof MountError ? new BackendError(error.message, error.failure.hasCome) : error;
      }
    },
  });
}
