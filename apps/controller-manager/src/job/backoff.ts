import type { Pod } from '@kubernats/api';
import { finishTimeMs } from '../pods/finish-time.ts';
import { isTerminating } from '../pods/pod.ts';
import { belongs, hasFailed, hasSucceeded, isTracked, type JobView } from './job-view.ts';

const FIRST_DELAY_MS = 10_000;
const LONGEST_DELAY_MS = 600_000;

/** How long to wait yet after so many failures in a row, the last one at `lastMs`. Source: "Pod backoff failure policy" of the concept "Jobs". */
export function backoffLeftMs(failures: number, lastMs: number, nowMs: number): number {
  if (failures === 0) return 0;
  const delayMs = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** Math.min(failures - 1, 16));
  return Math.max(0, lastMs + delayMs - nowMs);
}

/** The same for a Job, by its Pods that failed after the last one that succeeded. */
export function jobBackoffLeftMs(view: JobView): number {
  let lastSuccessMs = 0;
  const failures: number[] = [];
  for (const pod of view.pods) {
    if (!belongs(pod, view)) continue;
    if (hasSucceeded(pod)) lastSuccessMs = Math.max(lastSuccessMs, finishTimeMs(pod));
    else if (isFailure(pod, view)) failures.push(finishTimeMs(pod));
  }
  let count = 0;
  let lastMs = 0;
  for (const ms of failures) {
    if (ms <= lastSuccessMs) continue;
    count++;
    lastMs = Math.max(lastMs, ms);
  }
  return backoffLeftMs(count, lastMs, view.nowMs);
}

/** A Pod that its Job itself took away has lost its finalizer, and did not fail. */
const isFailure = (pod: Pod, view: JobView): boolean => hasFailed(pod, view) && (isTracked(pod) || !isTerminating(pod));
