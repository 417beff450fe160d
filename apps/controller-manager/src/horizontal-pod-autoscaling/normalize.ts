import type { HorizontalPodAutoscalerBehavior } from '@kubernats/api';
import type { History } from './history.ts';
import { downLimit, upLimit } from './limits.ts';

/** What a number of replicas has to keep to. */
export interface Bounds {
  current: number;
  min: number;
  max: number;
  behavior: HorizontalPodAutoscalerBehavior | undefined;
  downscaleStabilizationMs: number;
}

/** Why a number became another one: reason and message of a condition. */
export interface Why {
  reason: string;
  message: string;
}

const UP_STABILIZED: Why = {
  reason: 'ScaleUpStabilized',
  message: 'recent recommendations were lower than current one, applying the lowest recent recommendation',
};
const DOWN_STABILIZED: Why = {
  reason: 'ScaleDownStabilized',
  message: 'recent recommendations were higher than current one, applying the highest recent recommendation',
};
const UP_LIMIT: Why = {
  reason: 'ScaleUpLimit',
  message: 'the desired replica count is increasing faster than the maximum scale rate',
};
const DOWN_LIMIT: Why = {
  reason: 'ScaleDownLimit',
  message: 'the desired replica count is decreasing faster than the maximum scale rate',
};
const TOO_MANY: Why = { reason: 'TooManyReplicas', message: 'the desired replica count is more than the maximum replica count' };
const TOO_FEW: Why = { reason: 'TooFewReplicas', message: 'the desired replica count is less than the minimum replica count' };
const WITHIN_RANGE: Why = { reason: 'DesiredWithinRange', message: 'the desired count is within the acceptable range' };

/** How far back recommendations count, in milliseconds. */
export function windowsOf({ behavior, downscaleStabilizationMs }: Bounds): { upMs: number; downMs: number } {
  const downSeconds = behavior?.scaleDown?.stabilizationWindowSeconds;
  return {
    upMs: (behavior?.scaleUp?.stabilizationWindowSeconds ?? 0) * 1000,
    downMs: downSeconds === undefined ? downscaleStabilizationMs : downSeconds * 1000,
  };
}

/**
 * The recommendation that is followed: the one of its window that changes the least. `history` is without `wanted`. Source: the concept
 * "Horizontal Pod Autoscaling", stabilization window.
 */
export function stabilize(wanted: number, { recommendations }: History, bounds: Bounds, nowMs: number): { replicas: number; why?: Why } {
  const { upMs, downMs } = windowsOf(bounds);
  const within = (windowMs: number): number[] =>
    recommendations.filter(({ atMs }) => atMs > nowMs - windowMs).map(({ replicas }) => replicas);
  const highest = Math.max(wanted, ...within(downMs));
  if (!bounds.behavior) return highest === wanted ? { replicas: wanted } : { replicas: highest, why: DOWN_STABILIZED };
  const lowest = Math.min(wanted, ...within(upMs));
  const replicas = Math.min(Math.max(bounds.current, lowest), highest);
  if (replicas === wanted) return { replicas };
  return { replicas, why: wanted >= bounds.current ? UP_STABILIZED : DOWN_STABILIZED };
}

/** So many of the replicas that are wanted as the bounds and the rates let there be. */
export function bounded(wanted: number, history: History, bounds: Bounds, nowMs: number): { replicas: number; why: Why } {
  const { min, max } = bounds;
  const [fastest, slowest] = rates(wanted, history, bounds, nowMs);
  const highest = Math.min(max, fastest);
  const lowest = Math.max(min, slowest);
  if (wanted < lowest) return { replicas: lowest, why: lowest > min ? DOWN_LIMIT : TOO_FEW };
  if (wanted > highest) return { replicas: highest, why: highest < max ? UP_LIMIT : TOO_MANY };
  return { replicas: wanted, why: WITHIN_RANGE };
}

/** How many there may be at most and at least now, without regard to the bounds. */
function rates(wanted: number, history: History, { behavior, current }: Bounds, nowMs: number): [number, number] {
  // Without a behavior: the double, or four.
  if (!behavior) return [Math.max(2 * current, 4), Number.NEGATIVE_INFINITY];
  return [
    wanted > current ? Math.max(current, upLimit(current, history, behavior.scaleUp, nowMs)) : Number.POSITIVE_INFINITY,
    wanted < current ? Math.min(current, downLimit(current, history, behavior.scaleDown, nowMs)) : Number.NEGATIVE_INFINITY,
  ];
}
