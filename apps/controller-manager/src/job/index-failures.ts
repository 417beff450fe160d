import type { Pod } from '@kubernats/api';
import { finishTimeMs } from '../pods/finish-time.ts';
import { judgeFailure } from './failure-policy.ts';
import { IndexSet } from './index-set.ts';
import { belongs, hasFailed, indexOf, isTracked, type JobView, uidOf } from './job-view.ts';
import { INDEX_FAILURES, INDEX_IGNORED_FAILURES } from './names.ts';

/** How often an index had failed before its Pod, by the Pod's annotations. */
export interface IndexFailures {
  counted: number;
  ignored: number;
}

export function failuresBefore({ metadata }: Pod): IndexFailures {
  return { counted: countOf(metadata?.annotations?.[INDEX_FAILURES]), ignored: countOf(metadata?.annotations?.[INDEX_IGNORED_FAILURES]) };
}

const countOf = (text: string | undefined): number => (text !== undefined && /^\d{1,10}$/.test(text) ? Number(text) : 0);

/** The same with the failure of the Pod itself, as the Pod that replaces it has it. */
export function failuresAfter(view: JobView, pod: Pod | undefined): IndexFailures {
  if (!pod) return { counted: 0, ignored: 0 };
  const { counted, ignored } = failuresBefore(pod);
  return judgeFailure(view.job, pod).counts ? { counted: counted + 1, ignored } : { counted, ignored: ignored + 1 };
}

/** The indexes that are out of tries, and those that failed before. Source: KEP-3850. */
export function failedIndexes(view: JobView): IndexSet {
  const before = IndexSet.parse(view.job.status?.failedIndexes, view.completions ?? 0);
  const limit = view.spec.backoffLimitPerIndex ?? 0;
  const failed = view.pods.filter((pod) => {
    if (!isTracked(pod) || !belongs(pod, view) || !hasFailed(pod, view)) return false;
    const { action, counts } = judgeFailure(view.job, pod);
    return action === 'FailIndex' || (counts && failuresBefore(pod).counted >= limit);
  });
  return before.with(failed.map((pod) => indexOf(pod, view) ?? 0));
}

/**
 * By index the failed Pod that its replacement is yet to learn the number of failures from: it keeps its finalizer until then, so that the number
 * outlives this process.
 */
export function lastFailures(view: JobView, settled: readonly IndexSet[]): Map<number, Pod> {
  const running = new Set(view.active.map((pod) => indexOf(pod, view)));
  const last = new Map<number, Pod>();
  for (const pod of view.pods) {
    const index = indexOf(pod, view);
    if (index === undefined || !isTracked(pod) || view.uncounted.has(uidOf(pod)) || !hasFailed(pod, view)) continue;
    if (running.has(index) || settled.some((indexes) => indexes.has(index))) continue;
    const other = last.get(index);
    if (!other || isLater(pod, other)) last.set(index, pod);
  }
  return last;
}

function isLater(pod: Pod, other: Pod): boolean {
  return total(other) <= total(pod) && finishTimeMs(pod) >= finishTimeMs(other);
}

function total(pod: Pod): number {
  const { counted, ignored } = failuresBefore(pod);
  return counted + ignored;
}
