import type { Pod } from '@kubernats/api';
import type { ContainerStats, NodeResources } from '@kubernats/containers';

/** What a node that is switched on uses, and who on it uses how much, at one moment. */
export interface NodeUse {
  node: string;
  nowMs: number;
  /** When it was switched on. */
  startedAtMs: number;
  resources: NodeResources;
  pods: PodUse[];
  /** How many Pods were evicted since it was switched on. */
  evictions: number;
}

export interface PodUse {
  pod: Pod;
  startedAtMs: number;
  /** Those that run. */
  containers: ContainerUse[];
}

export interface ContainerUse {
  name: string;
  id: string;
  startedAtMs: number;
  stats: ContainerStats;
}
