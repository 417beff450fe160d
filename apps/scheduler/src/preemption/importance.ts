import type { Pod } from '@kubernats/api';
import type { PodInfo } from '../snapshot/pod-info.ts';

/** Since when the Pod runs, as wall time in milliseconds; one that has not started yet is younger than all others. */
export function startedAtMs({ status }: Pod): number {
  const ms = Date.parse(status?.startTime ?? '');
  return Number.isNaN(ms) ? Number.POSITIVE_INFINITY : ms;
}

/**
 * Orders Pods by who is spared first: those of higher priority, then those that run longer, then by key, so that the order is always the same.
 * `newest` gives a Pod with its start time.
 */
export function byImportance(newest: (info: PodInfo) => Pod): (a: PodInfo, b: PodInfo) => number {
  return (a, b) => {
    if (a.priority !== b.priority) return b.priority - a.priority;
    const [since, other] = [startedAtMs(newest(a)), startedAtMs(newest(b))];
    if (since !== other) return since < other ? -1 : 1;
    return a.key < b.key ? -1 : 1;
  };
}
