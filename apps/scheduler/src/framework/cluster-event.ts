import type { CSINode, Namespace, Node, PersistentVolume, PersistentVolumeClaim, StorageClass, VolumeAttachment } from '@kubernats/api';
import type { PodInfo } from '../snapshot/pod-info.ts';

/** Something that happened in the cluster, after which a Pod that waits may fit. `old` is what the object was; where it is gone, `object` is what it was. */
export type ClusterEvent =
  /** A Pod that has a node: `assigned` is new there. */
  | { resource: 'Pod'; action: 'assigned' | 'updated' | 'deleted'; object: PodInfo; old?: PodInfo; nodeName: string }
  | Changed<'Node', Node>
  | Changed<'Namespace', Namespace>
  | Changed<'PersistentVolumeClaim', PersistentVolumeClaim>
  | Changed<'PersistentVolume', PersistentVolume>
  | Changed<'StorageClass', StorageClass>
  | Changed<'CSINode', CSINode>
  | Changed<'VolumeAttachment', VolumeAttachment>;

interface Changed<Resource extends string, T> {
  resource: Resource;
  action: 'added' | 'updated' | 'deleted';
  object: T;
  old?: T;
}
