import type { Pod } from '@kubernats/api';
import { judgeFailure } from './failure-policy.ts';
import { failedIndexes, lastFailures } from './index-failures.ts';
import { IndexSet } from './index-set.ts';
import { belongs, hasFailed, hasSucceeded, indexOf, isTracked, type JobView, uidOf } from './job-view.ts';

/** What of a Job has ended: by its status, and by Pods that the status does not have yet. */
export interface Tally {
  succeeded: number;
  failed: number;
  succeededBefore: IndexSet;
  succeededIndexes: IndexSet;
  /** Of a Job whose indexes have a limit each. */
  failedIndexes?: IndexSet;
  /** See `lastFailures`. */
  delayed: ReadonlyMap<number, Pod>;
}

export function tallyOf(view: JobView): Tally {
  const { status = {} } = view.job;
  const { succeeded: uncountedSucceeded = [], failed: uncountedFailed = [] } = status.uncountedTerminatedPods ?? {};
  const fresh = view.pods.filter((pod) => isTracked(pod) && !view.uncounted.has(uidOf(pod)) && belongs(pod, view));
  const failures = fresh.filter((pod) => hasFailed(pod, view) && judgeFailure(view.job, pod).counts);
  const failed = (status.failed ?? 0) + uncountedFailed.length + failures.length;
  const successes = fresh.filter(hasSucceeded);
  const succeededBefore = IndexSet.parse(view.indexed ? status.completedIndexes : undefined, view.completions ?? 0);
  if (!view.indexed) {
    const succeeded = (status.succeeded ?? 0) + uncountedSucceeded.length + successes.length;
    return { succeeded, failed, succeededBefore, succeededIndexes: succeededBefore, delayed: new Map() };
  }
  const succeededIndexes = succeededBefore.with(successes.map((pod) => indexOf(pod, view) ?? 0));
  const base = { succeeded: succeededIndexes.size, failed, succeededBefore, succeededIndexes };
  if (!view.perIndex) return { ...base, delayed: new Map() };
  const given = failedIndexes(view);
  return { ...base, failedIndexes: given, delayed: lastFailures(view, [succeededIndexes, given]) };
}
