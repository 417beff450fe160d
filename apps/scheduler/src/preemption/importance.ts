import type { Pod } from '@kubernats/api';
import type { PodInfo } from '../snapshot/pod-info.ts';

/** Comes after all times. */
const NOT_YET = '~';

/** Since when the Pod runs, as a text that sorts as the times do: all are in UTC. One that has not started yet is younger than all others. */
export const startedAt = ({ status }: Pod): string => status?.startTime ?? NOT_YET;

/**
 * Orders Pods by who is spared first: those of higher priority, then those that run longer, then by key, so that the order is always the same.
 * `newest` gives a Pod with its start time.
 */
export function byImportance(newest: (info: PodInfo) => Pod): (a: PodInfo, b: PodInfo) => number {
  return (a, b) => {
    if (a.priority !== b.priority) return b.priority - a.priority;
    const since = startedAt(newest(a));
    const other = startedAt(newest(b));
    if (since !== other) return since < other ? -1 : 1;
    return a.key < b.key ? -1 : 1;
  };
}
