import type { VolumeWorld } from '../plugins/volume-needs.ts';
import type { NodeChanges } from '../snapshot/node-changes.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import type { ClusterView } from './plugin.ts';

/** The snapshot and the volumes as plug-ins see them. */
export function clusterView(snapshot: Snapshot, volumes: VolumeWorld): ClusterView & { readonly changes: NodeChanges } {
  return {
    volumes,
    changes: snapshot.changes,
    get nodes() {
      return snapshot.nodes;
    },
    node: (name) => snapshot.node(name),
    nodesWithImage: (image) => snapshot.nodesWithImage(image),
  };
}
