import type { VolumeWorld } from '../plugins/volume-needs.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import type { SchedulingView } from './framework.ts';

/** The snapshot and the volumes as plug-ins see them. */
export function clusterView(snapshot: Snapshot, volumes: VolumeWorld): SchedulingView {
  return {
    volumes,
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
    namespaces: snapshot.namespaces,
    matchingPods: snapshot.matchingPods,
    placedTerms: snapshot.placedTerms,
    node: (name) => snapshot.node(name),
    nodesWithImage: (image) => snapshot.nodesWithImage(image),
    tally: (of) => snapshot.tallies.of(of),
  };
}
