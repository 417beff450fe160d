// How many replicas the use of a resource asks for. Source: the concept "Horizontal Pod Autoscaling", algorithm details.
import type { Pod } from '@kubernats/api';
import { MetricFailure } from './failure.ts';
import { groupPods, type PodGroups } from './group-pods.ts';
import { requestsOf } from './requests.ts';
import type { AutoscalingSettings } from './settings.ts';
import type { Samples } from './usage.ts';

/** How far from 1 the ratio of use and target may be, in either direction. */
export interface Tolerances {
  down: number;
  up: number;
}

export interface Demand {
  resource: string;
  /** The one container that counts; undefined: the whole Pod. */
  container?: string;
  samples: Samples;
  pods: readonly Pod[];
  currentReplicas: number;
  tolerances: Tolerances;
  settings: AutoscalingSettings;
  nowMs: number;
}

export interface Proposal {
  replicas: number;
  /** What a Pod uses on average, in thousandths. */
  averageMilli: number;
  /** The same in percent of what is requested. */
  utilization?: number;
}

/** Use by name of the Pod, in thousandths. */
type Use = ReadonlyMap<string, number>;

/** So many that they use the target, in percent of their requests. Throws MetricFailure. */
export function replicasByUtilization(demand: Demand, targetPercent: number): Proposal {
  const { groups, use } = countedUse(demand);
  const requests = requestsOf(demand.pods, demand.resource, demand.container);
  const utilizationOf = (of: Use): { percent: number; averageMilli: number } => {
    const known = [...of].filter(([name]) => requests.has(name));
    const requested = known.reduce((sum, [name]) => sum + (requests.get(name) ?? 0), 0);
    if (requested === 0) throw new MetricFailure('no metrics returned matched known pods');
    const used = known.reduce((sum, [, milli]) => sum + milli, 0);
    return { percent: Math.trunc((used * 100) / requested), averageMilli: Math.trunc(used / known.length) };
  };
  const { percent, averageMilli } = utilizationOf(use);
  // A Pod of which nothing is known is taken to use all that it asks for before others go, but no less than the target.
  const fallback = Math.max(100, targetPercent);
  const replicas = propose(demand, groups, use, {
    ratioOf: (of) => utilizationOf(of).percent / targetPercent,
    whenDown: (name) => Math.trunc(((requests.get(name) ?? 0) * fallback) / 100),
  });
  return { replicas, averageMilli, utilization: percent };
}

/** So many that each uses the target, in thousandths. Throws MetricFailure. */
export function replicasByAverage(demand: Demand, targetMilli: number): Proposal {
  const { groups, use } = countedUse(demand);
  const averageOf = (of: Use): number => Math.trunc([...of.values()].reduce((sum, milli) => sum + milli, 0) / of.size);
  const replicas = propose(demand, groups, use, { ratioOf: (of) => averageOf(of) / targetMilli, whenDown: () => targetMilli });
  return { replicas, averageMilli: averageOf(use) };
}

/** The use of those Pods whose samples count. */
function countedUse({ pods, samples, resource, settings, nowMs }: Demand): { groups: PodGroups; use: Use } {
  if (pods.length === 0) throw new MetricFailure('no pods returned by selector while calculating replica count');
  const groups = groupPods(pods, samples, resource, settings, nowMs);
  const out = new Set([...groups.ignored, ...groups.unready]);
  const use = new Map([...samples].filter(([name]) => !out.has(name)).map(([name, { milli }]) => [name, milli]));
  if (use.size === 0) throw new MetricFailure('did not receive metrics for targeted pods (pods might be unready)');
  return { groups, use };
}

interface Measure {
  /** Use as a multiple of the target. */
  ratioOf(use: Use): number;
  /** What a Pod without a sample is taken to use when the others ask for fewer. */
  whenDown(pod: string): number;
}

/** Pods that say nothing hold back a change, in either direction, and never turn it round. */
function propose(
  { currentReplicas, tolerances }: Demand,
  { ready, unready, missing }: PodGroups,
  use: Use,
  { ratioOf, whenDown }: Measure,
): number {
  const isWithin = (ratio: number): boolean => 1 - tolerances.down <= ratio && ratio <= 1 + tolerances.up;
  const ratio = ratioOf(use);
  const upWithUnready = unready.length > 0 && ratio > 1;
  if (!upWithUnready && missing.length === 0) return isWithin(ratio) ? currentReplicas : Math.ceil(ratio * ready);
  const careful = new Map(use);
  if (ratio < 1) for (const name of missing) careful.set(name, whenDown(name));
  if (ratio > 1) for (const name of missing) careful.set(name, 0);
  if (upWithUnready) for (const name of unready) careful.set(name, 0);
  const carefulRatio = ratioOf(careful);
  const turns = (ratio < 1 && carefulRatio > 1) || (ratio > 1 && carefulRatio < 1);
  if (isWithin(carefulRatio) || turns) return currentReplicas;
  const replicas = Math.ceil(carefulRatio * careful.size);
  const goesTheOtherWay = carefulRatio < 1 ? replicas > currentReplicas : replicas < currentReplicas;
  return goesTheOtherWay ? currentReplicas : replicas;
}
