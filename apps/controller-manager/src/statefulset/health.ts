import type { Pod } from '@kubernats/api';
import { availableAtMs, isReady, isTerminating } from '../pods/pod.ts';

export const isRunningAndReady = (pod: Pod): boolean => pod.status?.phase === 'Running' && isReady(pod);

/** Runs, and has been ready for long enough. */
export function isRunningAndAvailable(pod: Pod, minReadySeconds: number, nowMs: number): boolean {
  const at = availableAtMs(pod, minReadySeconds);
  return pod.status?.phase === 'Running' && at !== undefined && at <= nowMs;
}

/** Runs, is ready, and is not on its way out. */
export const isHealthy = (pod: Pod): boolean => isRunningAndReady(pod) && !isTerminating(pod);
