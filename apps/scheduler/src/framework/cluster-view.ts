import type { VolumeWorld } from '../plugins/volume-needs.ts';
import { bareWorld, type PreemptionWorld } from '../preemption/preemption-world.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import type { SchedulingView } from './framework.ts';

/** The snapshot and what else is known, as plug-ins see them. */
export function clusterView(snapshot: Snapshot, volumes: VolumeWorld, preemption: PreemptionWorld = bareWorld): SchedulingView {
  return {
    volumes,
    preemption,
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
    get lowestPriority() {
      return snapshot.lowestPriority.value;
    },
    node: (name) => snapshot.node(name),
    nodesWithImage: (image) => snapshot.nodesWithImage(image),
    tally: (of) => snapshot.tallies.of(of),
  };
}
