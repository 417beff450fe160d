import type { NodeInfo } from '../snapshot/node-info.ts';
import type { PodInfo } from '../snapshot/pod-info.ts';
import type { VolumeLimits } from './node-volume-limits.ts';
import type { VolumeNeeds } from './volume-needs.ts';

/** A Pod that looks for a node, with what was looked up for it once. */
export interface Candidate {
  info: PodInfo;
  volumes: VolumeNeeds;
  /** Undefined: nodes take any number of volumes. */
  limits: VolumeLimits | undefined;
}

/** Why a node will not do. */
export interface Refusal {
  /** As kube-scheduler words them; counted over the nodes in the Pod's message. */
  reasons: string[];
  /** Evicting other Pods would not help. */
  unresolvable: boolean;
}

/** One reason for a node to be refused. Names are kube-scheduler's. */
export interface Filter {
  readonly name: string;
  /** Undefined: the node will do, as far as this filter is concerned. `node.node` is there. */
  check(candidate: Candidate, node: NodeInfo): Refusal | undefined;
}

export const unresolvable = (reason: string): Refusal => ({ reasons: [reason], unresolvable: true });
