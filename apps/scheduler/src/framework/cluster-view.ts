import type { VolumeWorld } from '../plugins/volume-needs.ts';
import { bareWorld, type PreemptionWorld } from '../preemption/preemption-world.ts';
import type { NodeChanges } from '../snapshot/node-changes.ts';
import type { Nominations } from '../snapshot/nominations.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import type { ClusterView } from './plugin.ts';
import { NO_WORKLOADS, type Workloads } from './workloads.ts';

/** The cluster as a framework needs it. */
export interface SchedulingView extends ClusterView {
  readonly changes: NodeChanges;
  readonly nominations: Nominations;
}

/** What plug-ins may look at besides nodes and the Pods there. */
export interface Outside {
  volumes: VolumeWorld;
  /** Default: there are none. */
  workloads?: Workloads;
  /** Default: there are no budgets, and nothing is known but what nodes tell. */
  preemption?: PreemptionWorld;
}

/** The snapshot and what else is known, as plug-ins see them. */
export function clusterView(snapshot: Snapshot, { volumes, workloads = NO_WORKLOADS, preemption = bareWorld }: Outside): SchedulingView {
  return {
    volumes,
    workloads,
    preemption,
    changes: snapshot.changes,
    nominations: snapshot.nominations,
    get nodes() {
      return snapshot.nodes;
    },
    get columns() {
      return snapshot.columns;
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
    namespaces: snapshot.namespaces,
    matchingPods: snapshot.matchingPods,
    placedTerms: snapshot.placedTerms,
    node: (name) => snapshot.node(name),
    nodesWithImage: (image) => snapshot.nodesWithImage(image),
    tally: (of) => snapshot.tallies.of(of),
  };
}
