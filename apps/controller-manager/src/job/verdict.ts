import type { JobCondition } from '@kubernats/api';
import { rfc3339 } from '@kubernats/clock';
import { conditionOf } from '../conditions.ts';
import { timeMs } from '../pods/pod.ts';
import { judgeFailure } from './failure-policy.ts';
import { hasFailed, type JobView } from './job-view.ts';
import { metSuccessRule } from './success-policy.ts';
import type { Tally } from './tally.ts';

/** What a Job will end with: the condition comes first, what it announces follows when nothing is left to wait for. */
export interface Verdict {
  type: 'FailureTarget' | 'SuccessCriteriaMet';
  reason: string;
  message: string;
}

/** The last condition of a Job whose verdict this is. */
export function finalCondition({ type, reason, message }: Verdict, nowMs: number): JobCondition {
  return condition(type === 'FailureTarget' ? 'Failed' : 'Complete', reason, message, nowMs);
}

export function condition(type: string, reason: string, message: string, nowMs: number, status = 'True'): JobCondition {
  const now = rfc3339(nowMs);
  return { type, status, reason, message, lastProbeTime: now, lastTransitionTime: now };
}

const failure = (reason: string, message: string): Verdict => ({ type: 'FailureTarget', reason, message });

export const COMPLETIONS_REACHED: Verdict = {
  type: 'SuccessCriteriaMet',
  reason: 'CompletionsReached',
  message: 'Reached expected number of succeeded pods',
};

/** Whether a Job must end, and why: the first rule that holds. Once written down it stands. Source: "Job termination and cleanup". */
export function verdictOf(view: JobView, tally: Tally): Verdict | undefined {
  return written(view) ?? byFailurePolicy(view) ?? byLimits(view, tally) ?? byIndexes(view, tally) ?? bySuccessPolicy(view, tally);
}

function written({ job }: JobView): Verdict | undefined {
  for (const type of ['SuccessCriteriaMet', 'FailureTarget'] as const) {
    const there = conditionOf(job.status?.conditions, type);
    if (there?.status === 'True') return { type, reason: there.reason ?? '', message: there.message ?? '' };
  }
  return undefined;
}

function byFailurePolicy(view: JobView): Verdict | undefined {
  if (!view.spec.podFailurePolicy) return undefined;
  for (const pod of view.pods) {
    const message = hasFailed(pod, view) ? judgeFailure(view.job, pod).message : undefined;
    if (message !== undefined) return failure('PodFailurePolicy', message);
  }
  return undefined;
}

function byLimits(view: JobView, tally: Tally): Verdict | undefined {
  if (tally.failed > (view.spec.backoffLimit ?? 0) || restartedTooOften(view)) {
    return failure('BackoffLimitExceeded', 'Job has reached the specified backoff limit');
  }
  const deadline = deadlineMs(view);
  if (deadline !== undefined && deadline <= view.nowMs) {
    return failure('DeadlineExceeded', 'Job was active longer than specified deadline');
  }
  return undefined;
}

/** When the Job has been active for too long. Wall time. A Job that is resumed starts anew, and has not yet where it still counts as suspended. */
export function deadlineMs({ job, spec, suspended }: JobView): number | undefined {
  const started = timeMs(job.status?.startTime);
  const paused = suspended || conditionOf(job.status?.conditions, 'Suspended')?.status === 'True';
  if (spec.activeDeadlineSeconds === undefined || started === undefined || paused) return undefined;
  return started + spec.activeDeadlineSeconds * 1000;
}

/** Containers that are restarted in their Pod count as failures of the Job. */
function restartedTooOften({ spec, active }: JobView): boolean {
  if (spec.template.spec?.restartPolicy !== 'OnFailure') return false;
  let restarts = 0;
  for (const { status } of active) {
    if (status?.phase !== 'Running' && status?.phase !== 'Pending') continue;
    for (const { restartCount } of [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])]) restarts += restartCount;
  }
  const limit = spec.backoffLimit ?? 0;
  return limit === 0 ? restarts > 0 : restarts >= limit;
}

function byIndexes({ spec, completions = 0 }: JobView, { failedIndexes, succeededIndexes }: Tally): Verdict | undefined {
  if (!failedIndexes) return undefined;
  if (spec.maxFailedIndexes !== undefined && failedIndexes.size > spec.maxFailedIndexes) {
    return failure('MaxFailedIndexesExceeded', 'Job has exceeded the specified maximal number of failed indexes');
  }
  if (failedIndexes.size > 0 && failedIndexes.size + succeededIndexes.size >= completions) {
    return failure('FailedIndexes', 'Job has failed indexes');
  }
  return undefined;
}

function bySuccessPolicy({ indexed, spec }: JobView, { succeededIndexes }: Tally): Verdict | undefined {
  const rule = indexed ? metSuccessRule(spec, succeededIndexes) : undefined;
  if (rule === undefined) return undefined;
  return { type: 'SuccessCriteriaMet', reason: 'SuccessPolicy', message: `Matched rules at index ${rule}` };
}
