import type { Pod } from '@kubernats/api';
import { podCondition, timeMs } from './pod.ts';

/** When a Pod ended, as far as it is known: its last container, else its readiness, else its deletion. Wall time. */
export function finishTimeMs(pod: Pod, nowMs: number): number {
  const ends = (pod.status?.containerStatuses ?? []).map(({ state }) => timeMs(state?.terminated?.finishedAt));
  const last = Math.max(...ends.map((end) => end ?? Number.NEGATIVE_INFINITY));
  if (Number.isFinite(last) && ends.every((end) => end !== undefined)) return last;
  const ready = podCondition(pod, 'Ready');
  const unready = ready?.status === 'False' ? timeMs(ready.lastTransitionTime) : undefined;
  if (unready !== undefined) return unready;
  const deleted = timeMs(pod.metadata?.deletionTimestamp);
  return deleted === undefined ? nowMs : deleted - (pod.metadata?.deletionGracePeriodSeconds ?? 0) * 1000;
}
