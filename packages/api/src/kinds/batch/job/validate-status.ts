import { deepEqual, type FieldPath, fieldPath, invalidState, invalidValue, required } from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';
import type { Job, JobStatus } from '../../../../generated/types.ts';
import { notNegative } from '../../../validation/basics.ts';
import { checkStatusIndexes } from './validate-status-indexes.ts';
import { checkUncounted } from './validate-uncounted.ts';

const AT = fieldPath('status');
const COUNTS = ['active', 'succeeded', 'failed', 'ready', 'terminating'] as const;
type ConditionType = 'Complete' | 'Failed' | 'FailureTarget' | 'SuccessCriteriaMet' | 'Suspended';

/**
 * What is wrong with a new status of a Job. What was wrong before and did not change is let be, so that a controller may mend it. Source:
 * KEP-4368, `ValidateJobStatusUpdate`.
 */
export function checkJobStatus(job: Job, old: Job): Cause[] {
  const { status = {} } = job;
  const before = old.status ?? {};
  const out: Cause[] = [];
  for (const field of COUNTS) notNegative(status[field], AT.child(field), out);
  checkUncounted(status.uncountedTerminatedPods, AT.child('uncountedTerminatedPods'), out);
  checkConditions(job, before, out);
  checkTimes(job, before, out);
  checkEnd(status, before, out);
  checkStatusIndexes(job, before, AT, out);
  checkCounters(job, before, out);
  return out;
}

const holds = ({ conditions = [] }: JobStatus, type: ConditionType): boolean =>
  conditions.some((condition) => condition.type === type && condition.status === 'True');

const isFinished = (status: JobStatus): boolean => holds(status, 'Complete') || holds(status, 'Failed');

/** Two that exclude each other, and one that needs another: with how Kubernetes says so. */
const EXCLUSIVE: readonly [ConditionType, ConditionType][] = [
  ['Complete', 'Failed'],
  ['Complete', 'FailureTarget'],
];
const NEEDED: readonly [ConditionType, ConditionType][] = [
  ['Failed', 'FailureTarget'],
  ['Complete', 'SuccessCriteriaMet'],
];

function checkConditions({ spec, status = {} }: Job, before: JobStatus, out: Cause[]): void {
  const at = AT.child('conditions');
  const changed = (type: ConditionType): boolean => holds(status, type) !== holds(before, type);
  for (const [one, other] of EXCLUSIVE) {
    if ((changed(one) || changed(other)) && holds(status, one) && holds(status, other)) {
      out.push(invalidState(at, `cannot set ${one}=True and ${other}=true conditions`));
    }
  }
  for (const [one, other] of NEEDED) {
    if ((changed(one) || changed(other)) && holds(status, one) && !holds(status, other)) {
      out.push(invalidState(at, `cannot set ${one}=True condition without the ${other}=true condition`));
    }
  }
  const isMet = holds(status, 'SuccessCriteriaMet');
  for (const other of ['Failed', 'FailureTarget'] as const) {
    if (isMet && holds(status, other)) out.push(invalidState(at, `cannot set SuccessCriteriaMet=True and ${other}=true conditions`));
  }
  if (spec?.successPolicy && !isMet && holds(status, 'Complete')) {
    out.push(invalidState(at, 'cannot set Complete=True for Job with SuccessPolicy unless SuccessCriteriaMet=True'));
  }
  for (const type of ['Failed', 'Complete', 'FailureTarget'] as const) {
    if (holds(before, type) && !holds(status, type)) out.push(invalidState(at, `cannot disable the terminal ${type}=True condition`));
  }
  const wasMet = holds(before, 'SuccessCriteriaMet');
  if (wasMet && !isMet) out.push(invalidState(at, 'cannot disable the SuccessCriteriaMet=True condition'));
  if (holds(before, 'Complete') && !wasMet && isMet) {
    out.push(invalidState(at, 'cannot set SuccessCriteriaMet=True for Job already has Complete=true conditions'));
  }
}

function checkTimes({ spec, status = {} }: Job, before: JobStatus, out: Cause[]): void {
  const { startTime, completionTime } = status;
  const [startAt, completionAt] = [AT.child('startTime'), AT.child('completionTime')];
  const [startChanged, completionChanged] = [startTime !== before.startTime, completionTime !== before.completionTime];
  const isComplete = holds(status, 'Complete');
  if (completionChanged || isComplete !== holds(before, 'Complete')) {
    if (completionTime !== undefined && !isComplete) {
      out.push(invalidValue(completionAt, completionTime, 'cannot set completionTime when there is no Complete=True condition'));
    }
    if (completionTime === undefined && isComplete) out.push(required(completionAt, 'completionTime is required for Complete jobs'));
  }
  if ((startChanged || completionChanged) && isBefore(completionTime, startTime)) {
    out.push(invalidValue(completionAt, completionTime, 'completionTime cannot be set before startTime'));
  }
  if ((startChanged || isFinished(status) !== isFinished(before)) && startTime === undefined && isFinished(status)) {
    out.push(required(startAt, 'startTime is required for finished job'));
  }
  if (completionTime !== undefined && before.completionTime !== undefined && completionChanged) {
    out.push(invalidValue(completionAt, completionTime, 'completionTime cannot be mutated'));
  }
  // A Job that is resumed begins anew.
  const beginsAnew = holds(before, 'Suspended') && startTime !== undefined;
  if (before.startTime !== undefined && startChanged && !spec?.suspend && !beginsAnew) {
    out.push(required(startAt, 'startTime cannot be removed for unsuspended job'));
  }
}

const isBefore = (time: string | undefined, other: string | undefined): boolean =>
  time !== undefined && other !== undefined && Date.parse(time) < Date.parse(other);

/** A Job that ended has no Pods under way, and none to be counted. */
function checkEnd(status: JobStatus, before: JobStatus, out: Cause[]): void {
  const ended = isFinished(status);
  const changed = (field: 'active' | 'terminating' | 'uncountedTerminatedPods'): boolean =>
    ended !== isFinished(before) || !deepEqual(status[field], before[field]);
  const { active = 0, terminating = 0, ready = 0, uncountedTerminatedPods: uncounted } = status;
  if (ended && active > 0 && changed('active')) {
    out.push(invalidValue(AT.child('active'), active, 'active>0 is invalid for finished job'));
  }
  const left = (uncounted?.failed?.length ?? 0) + (uncounted?.succeeded?.length ?? 0);
  if (ended && left > 0 && changed('uncountedTerminatedPods')) {
    const detail = 'uncountedTerminatedPods needs to be empty for finished job';
    out.push(invalidValue(AT.child('uncountedTerminatedPods'), uncounted, detail));
  }
  if (ended && terminating > 0 && changed('terminating')) {
    out.push(invalidValue(AT.child('terminating'), terminating, 'terminating>0 is invalid for finished job'));
  }
  if (ready > active && (ready !== before.ready || active !== (before.active ?? 0))) {
    out.push(invalidValue(AT.child('ready'), ready, 'cannot set more ready pods than active'));
  }
}

/** What was counted stays so; an elastic Indexed Job may shrink. */
function checkCounters({ spec, status = {} }: Job, before: JobStatus, out: Cause[]): void {
  const isElastic = spec?.completionMode === 'Indexed' && spec.completions === spec.parallelism;
  if (!isElastic) checkNotLess('succeeded', status, before, AT, out);
  checkNotLess('failed', status, before, AT, out);
}

function checkNotLess(field: 'succeeded' | 'failed', status: JobStatus, before: JobStatus, at: FieldPath, out: Cause[]): void {
  const count = status[field] ?? 0;
  if (count < (before[field] ?? 0)) out.push(invalidValue(at.child(field), count, `cannot decrease the ${field} counter`));
}
