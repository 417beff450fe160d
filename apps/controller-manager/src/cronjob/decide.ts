import { type CronJob, type CronJobStatus, type Job, type ObjectReference, timeZoneProblem } from '@kubernats/api';
import { rfc3339 } from '@kubernats/clock';
import { isFinished } from '../job/decide.ts';
import { timeMs } from '../pods/pod.ts';
import { jobNameAt } from './job-of-cron-job.ts';
import { dueStart, untilNextStartMs } from './missed.ts';
import { type Schedule, scheduleOf } from './schedule.ts';

export interface CronJobSnapshot {
  cronJob: CronJob;
  /** The Jobs that it controls. */
  jobs: readonly Job[];
  /** Uids of its active Jobs that the API does not know any more. */
  missing: ReadonlySet<string>;
  nowMs: number;
}

export interface CronJobEvent {
  type: 'Normal' | 'Warning';
  reason: string;
  message: string;
}

export interface CronJobPlan {
  /** Active Jobs that give way to the new one. */
  replace: ObjectReference[];
  /** The time of the schedule that a Job is made for. */
  startMs?: number;
  /** The status as far as it follows from what is there; a start adds to it. */
  status: CronJobStatus;
  /** When to look again. Milliseconds from now. */
  requeueAfterMs?: number;
  events: CronJobEvent[];
}

/** What a CronJob does now. Source: the concept "CronJob". */
export function decide(snapshot: CronJobSnapshot): CronJobPlan {
  const { cronJob, nowMs } = snapshot;
  const { spec } = cronJob;
  const events: CronJobEvent[] = [];
  const plan: CronJobPlan = { replace: [], status: statusOf(snapshot, events), events };
  const warn = (reason: string, message: string): CronJobPlan => {
    events.push({ type: 'Warning', reason, message });
    return plan;
  };
  if (!spec || cronJob.metadata?.deletionTimestamp !== undefined) return plan;
  const problem = spec.timeZone === undefined ? undefined : timeZoneProblem(spec.timeZone);
  if (problem !== undefined) return warn('UnknownTimeZone', `invalid timeZone: "${spec.timeZone}": ${problem}`);
  if (spec.suspend) return plan;
  let schedule: Schedule;
  try {
    schedule = scheduleOf(spec.schedule, spec.timeZone);
  } catch (error) {
    return warn('UnparseableSchedule', `unparseable schedule: "${spec.schedule}" : ${(error as Error).message}`);
  }
  try {
    plan.startMs = startOf({ ...cronJob, status: plan.status }, schedule, nowMs, plan);
    if (plan.startMs === undefined) plan.requeueAfterMs = untilNextStartMs(cronJob, schedule, nowMs);
    else plan.requeueAfterMs = untilNextStartMs(startedAt(cronJob, plan.startMs), schedule, nowMs);
  } catch (error) {
    return warn('InvalidSchedule', `invalid schedule: ${spec.schedule} : ${(error as Error).message}`);
  }
  return plan;
}

const startedAt = (cronJob: CronJob, ms: number): CronJob => ({
  ...cronJob,
  status: { ...cronJob.status, lastScheduleTime: rfc3339(ms) },
});

/** The start that is due and may happen. */
function startOf(cronJob: CronJob, schedule: Schedule, nowMs: number, plan: CronJobPlan): number | undefined {
  const { spec, status } = cronJob;
  const { atMs, missed } = dueStart(cronJob, schedule, nowMs, { withDeadline: true });
  if (atMs === undefined) return undefined;
  if (missed === 'many') {
    const message = 'too many missed start times. Set or decrease .spec.startingDeadlineSeconds or check clock skew';
    plan.events.push({ type: 'Warning', reason: 'TooManyMissedTimes', message });
  }
  if (spec?.startingDeadlineSeconds !== undefined && atMs + spec.startingDeadlineSeconds * 1000 < nowMs) {
    const message = `Missed scheduled time to start a job: ${new Date(atMs).toUTCString().replace('GMT', '+0000')}`;
    plan.events.push({ type: 'Warning', reason: 'MissSchedule', message });
    return undefined;
  }
  const active = status?.active ?? [];
  if (active.some(({ name }) => name === jobNameAt(cronJob, atMs)) || timeMs(status?.lastScheduleTime) === atMs) return undefined;
  if (spec?.concurrencyPolicy === 'Forbid' && active.length > 0) {
    const message = 'Not starting job because prior execution is running and concurrency policy is Forbid';
    plan.events.push({ type: 'Normal', reason: 'JobAlreadyActive', message });
    return undefined;
  }
  if (spec?.concurrencyPolicy === 'Replace') plan.replace = active;
  return atMs;
}

/** Which Jobs run, and when one last succeeded. */
function statusOf({ cronJob, jobs, missing }: CronJobSnapshot, events: CronJobEvent[]): CronJobStatus {
  const status = cronJob.status ?? {};
  let active = status.active ?? [];
  let lastSuccessfulTime = status.lastSuccessfulTime;
  for (const job of jobs) {
    const { name, uid } = job.metadata ?? {};
    const listed = active.some((reference) => reference.uid === uid);
    if (!listed && !isFinished(job)) {
      const message = `Saw a job that the controller did not create or forgot: ${name}`;
      events.push({ type: 'Warning', reason: 'UnexpectedJob', message });
    }
    if (listed && isFinished(job)) {
      active = active.filter((reference) => reference.uid !== uid);
      events.push({ type: 'Normal', reason: 'SawCompletedJob', message: `Saw completed job: ${name}, condition: ${endOf(job)}` });
    }
    const completedMs = endOf(job) === 'Complete' ? timeMs(job.status?.completionTime) : undefined;
    if (completedMs !== undefined && completedMs > (timeMs(lastSuccessfulTime) ?? 0)) lastSuccessfulTime = job.status?.completionTime;
  }
  for (const { name, uid = '' } of active) {
    if (missing.has(uid)) events.push({ type: 'Normal', reason: 'MissingJob', message: `Active job went missing: ${name}` });
  }
  active = active.filter(({ uid = '' }) => !missing.has(uid));
  const { lastScheduleTime } = status;
  return {
    ...(active.length > 0 && { active }),
    ...(lastScheduleTime !== undefined && { lastScheduleTime }),
    ...(lastSuccessfulTime !== undefined && { lastSuccessfulTime }),
  };
}

/** How a Job ended: `Complete` or `Failed`. */
export function endOf({ status }: Job): string | undefined {
  return status?.conditions?.find(({ type, status }) => (type === 'Complete' || type === 'Failed') && status === 'True')?.type;
}
