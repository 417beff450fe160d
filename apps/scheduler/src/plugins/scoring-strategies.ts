import type { ResourceWeight, ScoringStrategy, Shape } from '../config/args.ts';
import type { NodeColumns } from '../snapshot/node-columns.ts';
import type { NodeInfo } from '../snapshot/node-info.ts';
import type { Resources } from '../snapshot/resources.ts';
import { amountOf, isCpuAndMemory, isNative } from './resource-use.ts';

/** How a node is liked, 0…100, once the Pod is there. `pod`: what scoring counts of it. */
export type ResourceScore = (pod: Resources, node: Pick<NodeInfo, 'allocatable' | 'scoreRequested'>) => number;

/** How one resource of a node is liked that would be requested to this amount. Whole numbers, as in kube-scheduler. */
type ShareScore = (requested: number, allocatable: number) => number;

const leastAllocated: ShareScore = (requested, allocatable) =>
  requested > allocatable ? 0 : Math.floor(((allocatable - requested) * 100) / allocatable);

const mostAllocated: ShareScore = (requested, allocatable) => Math.floor((Math.min(requested, allocatable) * 100) / allocatable);

/** What a shape says of a node that is used to so much per cent, 0…100: the points are joined by straight lines. */
function requestedToCapacityRatio(shape: Shape): ShareScore {
  const points = shape.map(({ utilization, score }) => ({ utilization, score: score * 10 }));
  const at = (utilization: number): number => {
    const next = points.findIndex((point) => utilization <= point.utilization);
    const [before, after] = [points[next - 1], points[next]];
    if (!after) return points.at(-1)?.score ?? 0;
    if (!before) return after.score;
    const rise = ((after.score - before.score) * (utilization - before.utilization)) / (after.utilization - before.utilization);
    return before.score + Math.trunc(rise);
  };
  return (requested, allocatable) => at(requested > allocatable ? 100 : Math.floor((requested * 100) / allocatable));
}

/**
 * The weighted mean over the resources. A resource that the node has none of does not count, nor does an extended one that the Pod does not request.
 * With a shape, what is not liked at all does not count either, and the mean is rounded. Source: the concept "Resource Bin Packing".
 */
export function resourceScore({ type, resources, requestedToCapacityRatio: ratio }: ScoringStrategy): ResourceScore {
  if (type === 'LeastAllocated') return meanOf(resources, leastAllocated, { zeroCounts: true, round: Math.floor });
  if (type === 'MostAllocated') return meanOf(resources, mostAllocated, { zeroCounts: true, round: Math.floor });
  return meanOf(resources, requestedToCapacityRatio(ratio?.shape ?? []), { zeroCounts: false, round: Math.round });
}

function meanOf(
  resources: readonly ResourceWeight[],
  of: ShareScore,
  { zeroCounts, round }: { zeroCounts: boolean; round(mean: number): number },
): ResourceScore {
  const [first, second] = resources;
  if (first && second && isCpuAndMemory(resources) && zeroCounts) return ofCpuAndMemory(of, first.weight, second.weight, round);
  const looked = resources.map(({ name, weight }) => ({ name, weight, onlyRequested: !isNative(name) }));
  return (pod, { allocatable, scoreRequested }) => {
    let sum = 0;
    let weights = 0;
    for (const { name, weight, onlyRequested } of looked) {
      const wanted = amountOf(pod, name);
      const capacity = amountOf(allocatable, name);
      if (capacity === 0 || (onlyRequested && wanted === 0)) continue;
      const score = of(amountOf(scoreRequested, name) + wanted, capacity);
      if (score === 0 && !zeroCounts) continue;
      sum += weight * score;
      weights += weight;
    }
    return weights === 0 ? 0 : round(sum / weights);
  };
}

function ofCpuAndMemory(of: ShareScore, cpuWeight: number, memoryWeight: number, round: (mean: number) => number): ResourceScore {
  return (pod, { allocatable, scoreRequested }) => {
    const { cpuMilli, memoryBytes } = allocatable;
    const cpu = cpuMilli === 0 ? 0 : cpuWeight * of(scoreRequested.cpuMilli + pod.cpuMilli, cpuMilli);
    const memory = memoryBytes === 0 ? 0 : memoryWeight * of(scoreRequested.memoryBytes + pod.memoryBytes, memoryBytes);
    const weights = (cpuMilli === 0 ? 0 : cpuWeight) + (memoryBytes === 0 ? 0 : memoryWeight);
    return weights === 0 ? 0 : round((cpu + memory) / weights);
  };
}

/** The same as `resourceScore` of all nodes, for CPU and memory that are to be least allocated: what nearly every profile asks. Undefined for other strategies. */
export function leastAllocatedOfAll({ type, resources }: ScoringStrategy): ScoreOfAll | undefined {
  const [first, second] = resources;
  if (type !== 'LeastAllocated' || !first || !second || !isCpuAndMemory(resources)) return undefined;
  const [cpuWeight, memoryWeight] = [first.weight, second.weight];
  return (pod, { allocatableCpu, allocatableMemory, scoreCpu, scoreMemory }, places, amounts) => {
    for (let i = 0; i < places.length; i++) {
      const place = places[i] ?? 0;
      const cpu = allocatableCpu[place] ?? 0;
      const memory = allocatableMemory[place] ?? 0;
      let sum = 0;
      let weights = 0;
      if (cpu > 0) {
        sum += cpuWeight * leastAllocated((scoreCpu[place] ?? 0) + pod.cpuMilli, cpu);
        weights += cpuWeight;
      }
      if (memory > 0) {
        sum += memoryWeight * leastAllocated((scoreMemory[place] ?? 0) + pod.memoryBytes, memory);
        weights += memoryWeight;
      }
      amounts[i] = weights === 0 ? 0 : Math.floor(sum / weights);
    }
  };
}

/** By the nodes' places: `amounts[i]` is about the node at `places[i]`. */
type ScoreOfAll = (pod: Resources, columns: NodeColumns, places: Int32Array, amounts: Float64Array) => void;
