import type { Pod } from '@kubernats/api';
import { podCondition, timeMs } from './pod.ts';

/** When a Pod ended, as far as it is known: its last container, else its readiness, its deletion, or at worst its creation. Wall time. */
export function finishTimeMs(pod: Pod): number {
  const ends = (pod.status?.containerStatuses ?? []).map(({ state }) => timeMs(state?.terminated?.finishedAt));
  if (ends.length > 0 && ends.every((end) => end !== undefined)) return Math.max(...ends);
  const ready = podCondition(pod, 'Ready');
  const unready = ready?.status === 'False' ? timeMs(ready.lastTransitionTime) : undefined;
  if (unready !== undefined) return unready;
  const deleted = timeMs(pod.metadata?.deletionTimestamp);
  if (deleted !== undefined) return deleted - (pod.metadata?.deletionGracePeriodSeconds ?? 0) * 1000;
  return timeMs(pod.metadata?.creationTimestamp) ?? 0;
}
