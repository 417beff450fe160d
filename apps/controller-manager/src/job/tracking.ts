import type { JobStatus, Pod } from '@kubernats/api';
import { judgeFailure } from './failure-policy.ts';
import { belongs, hasFailed, hasSucceeded, indexOf, isTracked, type JobView, uidOf } from './job-view.ts';
import type { Tally } from './tally.ts';
import type { Verdict } from './verdict.ts';

/** The status never lists more Pods than so many that are to be counted. */
const UNCOUNTED_MAX = 500;

export interface Tracking {
  /** The counters, and what is written down to be counted once its finalizer is gone. */
  status: Pick<JobStatus, 'succeeded' | 'failed' | 'completedIndexes' | 'failedIndexes' | 'uncountedTerminatedPods'>;
  /** Pods that lose their finalizer once the status is written. */
  release: Pod[];
  /** All that ended is in the status. */
  complete: boolean;
}

/**
 * Counts Pods that ended, each exactly once, in two steps: a status lists the Pod before it loses its finalizer, and the counter goes up when
 * the finalizer can be seen to be gone. A process that dies between the two leaves what the next one goes on with. Source: "Job tracking
 * with finalizers" of the concept "Jobs", KEP-2307.
 */
export function track(view: JobView, tally: Tally, verdict: Verdict | undefined): Tracking {
  const counted = countReleased(view);
  const { succeeded, failed } = counted.uncounted;
  const newIndexes: number[] = [];
  const release: Pod[] = [];
  let complete = true;
  for (const pod of view.pods) {
    if (!isTracked(pod) || !mayRelease(pod, view, tally, verdict)) continue;
    if (newIndexes.length + succeeded.length + failed.length >= UNCOUNTED_MAX) {
      complete = false;
      break;
    }
    release.push(pod);
    if (view.uncounted.has(uidOf(pod)) || !belongs(pod, view)) continue;
    if (hasSucceeded(pod)) {
      // Its index is what an Indexed Job counts, and cannot be counted twice.
      if (!view.indexed) succeeded.push(uidOf(pod));
      else if (!tally.succeededBefore.has(indexOf(pod, view) ?? 0)) newIndexes.push(indexOf(pod, view) ?? 0);
    } else if (failsNow(pod, view, verdict) && judgeFailure(view.job, pod).counts) failed.push(uidOf(pod));
  }
  const indexes = tally.succeededBefore.with(newIndexes);
  return {
    status: {
      ...nonZero('succeeded', view.indexed ? indexes.size : counted.succeeded),
      ...nonZero('failed', counted.failed),
      ...(view.indexed && indexes.size > 0 && { completedIndexes: indexes.toString() }),
      ...(tally.failedIndexes && { failedIndexes: tally.failedIndexes.toString() }),
      uncountedTerminatedPods: { ...(succeeded.length > 0 && { succeeded }), ...(failed.length > 0 && { failed }) },
    },
    release,
    complete: complete && succeeded.length + failed.length === 0,
  };
}

const nonZero = (field: 'succeeded' | 'failed', count: number): JobStatus => (count > 0 ? { [field]: count } : {});

/** Moves Pods that no longer have their finalizer from the lists into the counters. */
function countReleased({ job, pods }: JobView) {
  const { status = {} } = job;
  const held = new Set(pods.filter(isTracked).map(uidOf));
  const { succeeded = [], failed = [] } = status.uncountedTerminatedPods ?? {};
  const uncounted = { succeeded: succeeded.filter((uid) => held.has(uid)), failed: failed.filter((uid) => held.has(uid)) };
  return {
    uncounted,
    succeeded: (status.succeeded ?? 0) + succeeded.length - uncounted.succeeded.length,
    failed: (status.failed ?? 0) + failed.length - uncounted.failed.length,
  };
}

function mayRelease(pod: Pod, view: JobView, tally: Tally, verdict: Verdict | undefined): boolean {
  if (verdict || view.job.metadata?.deletionTimestamp !== undefined) return true;
  const index = indexOf(pod, view);
  if (index !== undefined && tally.delayed.get(index) === pod) return false;
  return hasSucceeded(pod) || hasFailed(pod, view);
}

/** When the Job has failed, what still runs fails with it. */
const failsNow = (pod: Pod, view: JobView, verdict: Verdict | undefined): boolean =>
  hasFailed(pod, view) || verdict?.type === 'FailureTarget';
