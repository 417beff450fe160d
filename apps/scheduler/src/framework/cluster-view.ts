import type { VolumeWorld } from '../plugins/volume-needs.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import type { SchedulingView } from './framework.ts';
import { NO_WORKLOADS, type Workloads } from './workloads.ts';

/** The snapshot, the volumes and the workloads as plug-ins see them. */
export function clusterView(snapshot: Snapshot, volumes: VolumeWorld, workloads: Workloads = NO_WORKLOADS): SchedulingView {
  return {
    volumes,
    workloads,
    changes: snapshot.changes,
    nominations: snapshot.nominations,
    get nodes() {
      return snapshot.nodes;
    },
    get taintedNodes() {
      return snapshot.taintedNodes;
    },
    get cordonedNodes() {
      return snapshot.cordonedNodes;
    },
    node: (name) => snapshot.node(name),
    nodesWithImage: (image) => snapshot.nodesWithImage(image),
    tally: (of) => snapshot.tallies.of(of),
  };
}
