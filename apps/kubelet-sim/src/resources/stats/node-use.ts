import type { Pod } from '@kubernats/api';
import type { ContainerStats, NodeResources } from '@kubernats/containers';
import type { Power } from '../../node/power.ts';

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

/** Looks at all that runs on a node now. */
export function useOf(node: string, { workers, resources, bootedAtMs, pressure }: Power, nowMs: number): NodeUse {
  const pods = Array.from(workers.values(), ({ pod, startedAtMs, running }) => ({
    pod,
    startedAtMs,
    containers: Array.from(running, ([name, container]) => {
      const { id, startedAtMs: since } = container;
      return { name, id, startedAtMs: since, stats: container.stats() };
    }),
  }));
  return { node, nowMs, startedAtMs: bootedAtMs, resources, pods, evictions: pressure.evictions };
}
