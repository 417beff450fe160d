import { quantityMilli, quantityValue } from '@kubernats/apimachinery';
import type { Clock } from '@kubernats/clock';
import { NodeResources } from '@kubernats/containers';
import type { KubeletSimConfig, NodeShape } from '../../config.ts';
import { allocatableOf } from '../../node/resources.ts';
import type { PodWorker } from '../../pod/pod-worker.ts';
import type { Candidate } from './candidate.ts';
import { MemoryPressure } from './memory-pressure.ts';

/** How long a hard threshold leaves a Pod to stop; containers get the least that they always get. */
const GRACE_SECONDS = 1;

/**
 * The CPU and memory of a node that has just been switched on. Memory that the node keeps for itself is never its Pods'; CPU that it does not use
 * is. Source: Kubernetes, "Reserve Compute Resources for System Daemons".
 */
export function nodeResources(shape: NodeShape, clock: Clock): NodeResources {
  const { cpu, cpuThrottle } = shape;
  const memoryBytes = quantityValue(allocatableOf(shape).memory);
  return new NodeResources({ clock, cpuMillicores: quantityMilli(cpu), memoryBytes, cpuThrottle });
}

export type Thresholds = Pick<KubeletSimConfig, 'evictionMemoryAvailable' | 'pressureTransitionMs'>;

export interface NodePressureDeps {
  clock: Clock;
  resources: NodeResources;
  workers(): Iterable<PodWorker>;
  /** The condition has changed. */
  changed(): void;
  /** An event of the node. */
  tell(type: 'Normal' | 'Warning', reason: string, message: string): void;
}

/** Watches over the node's memory, and evicts its Pods when there is too little. */
export function nodePressure(config: Thresholds, { resources, workers, ...deps }: NodePressureDeps): MemoryPressure {
  const workerOf = new WeakMap<Candidate, PodWorker>();
  const pressure = new MemoryPressure({
    ...deps,
    resources,
    threshold: config.evictionMemoryAvailable,
    thresholdBytes: quantityValue(config.evictionMemoryAvailable),
    transitionMs: config.pressureTransitionMs,
    pods() {
      const held = Map.groupBy(resources.holders, ({ podUid }) => podUid);
      return Array.from(workers(), (worker) => {
        const use = candidateOf(worker, held.get(worker.pod.metadata?.uid ?? '') ?? []);
        workerOf.set(use, worker);
        return use;
      });
    },
    evict: (use, message) => workerOf.get(use)?.end({ reason: 'Evicted', message, graceSeconds: GRACE_SECONDS, disrupted: true }),
  });
  resources.observer = pressure;
  return pressure;
}

function candidateOf({ pod, isEnding }: PodWorker, held: readonly { name: string; memoryBytes: number }[]): Candidate {
  const containers = held.map(({ name, memoryBytes }) => ({ name, memoryBytes }));
  return { pod, isEnding, containers, memoryBytes: containers.reduce((sum, { memoryBytes }) => sum + memoryBytes, 0) };
}
