import { isTerminal, type Job, type JobCondition, type JobStatus, type Pod } from '@kubernats/api';
import { rfc3339 } from '@kubernats/clock';
import { conditionOf } from '../conditions.ts';
import { isReady } from '../pods/pod.ts';
import { type JobView, viewOf } from './job-view.ts';
import { manage, type NewPod } from './manage.ts';
import { tallyOf } from './tally.ts';
import { track } from './tracking.ts';
import { COMPLETIONS_REACHED, condition, deadlineMs, finalCondition, type Verdict, verdictOf } from './verdict.ts';

export interface JobSnapshot {
  job: Job;
  /** The Pods that it controls, with all that this controller wrote before. */
  pods: readonly Pod[];
  nowMs: number;
}

export interface JobEvent {
  type: 'Normal' | 'Warning';
  reason: string;
  message: string;
}

/** Carried out in this order: Pods go and come, the status is written, and Pods that it counts lose their finalizer. */
export interface JobPlan {
  /** Pods to delete, and whether they are to be counted (those of a Job that fails) or not. */
  remove: Pod[];
  removedCount: boolean;
  create: NewPod[];
  status: JobStatus;
  release: Pod[];
  events: JobEvent[];
  /** When to look again, without anything else happening. Milliseconds from now. */
  requeueAfterMs?: number;
}

export const isFinished = ({ status }: Job): boolean =>
  (status?.conditions ?? []).some(({ type, status }) => (type === 'Complete' || type === 'Failed') && status === 'True');

/** What a Job that has not ended needs. Source: the concept "Jobs". */
export function decide({ job, pods, nowMs }: JobSnapshot): JobPlan {
  const started = withStart(job, nowMs);
  const view = viewOf(started, pods, nowMs);
  const tally = tallyOf(view);
  const events: JobEvent[] = [];
  const plan: JobPlan = { remove: [], removedCount: false, create: [], status: {}, release: [], events };
  let verdict = verdictOf(view, tally);
  let managed = false;
  if (verdict) {
    plan.remove = [...view.active];
    plan.removedCount = true;
  } else if (job.metadata?.deletionTimestamp === undefined) {
    const { remove, create, waitMs } = manage(view, tally);
    Object.assign(plan, { remove, create, requeueAfterMs: waitMs });
    managed = true;
  }
  const active = view.active.length - plan.remove.length + plan.create.length;
  if (!verdict && active === 0 && hasReachedCompletions(view, tally.succeeded)) verdict = COMPLETIONS_REACHED;

  const tracking = track(view, tally, verdict);
  plan.release = tracking.release;
  const terminating = stillTerminating(view, plan);
  const conditions = conditionsOf(view, verdict, managed && !verdict, events);
  const resumed = events.some(({ reason }) => reason === 'Resumed');
  const startTime = resumed ? rfc3339(nowMs) : started.status?.startTime;
  plan.status = {
    ...tracking.status,
    ...(active > 0 && { active }),
    ready: view.ready - plan.remove.filter(isReady).length,
    terminating,
    ...(startTime !== undefined && { startTime }),
    ...(conditions.length > 0 && { conditions }),
  };
  // What ends is counted first: the last condition is written when all of it can be seen in the status.
  if (verdict && tracking.complete && terminating === 0 && tracking.release.length === 0 && active === 0) end(plan, view, verdict);
  const deadline = verdict ? undefined : deadlineMs(view);
  if (deadline !== undefined) plan.requeueAfterMs = Math.min(plan.requeueAfterMs ?? Number.POSITIVE_INFINITY, deadline - nowMs);
  return plan;
}

/** A Job starts with its first look that does not find it suspended. */
function withStart(job: Job, nowMs: number): Job {
  if (job.status?.startTime !== undefined || job.spec?.suspend) return job;
  return { ...job, status: { ...job.status, startTime: rfc3339(nowMs) } };
}

function hasReachedCompletions({ completions }: JobView, succeeded: number): boolean {
  return completions === undefined ? succeeded > 0 : succeeded >= completions;
}

/** Pods on their way out that are not gone when this plan is carried out. */
function stillTerminating(view: JobView, { remove }: JobPlan): number {
  return view.terminating.length + remove.filter((pod) => !isTerminal(pod)).length;
}

function conditionsOf(view: JobView, verdict: Verdict | undefined, managed: boolean, events: JobEvent[]): JobCondition[] {
  const conditions = view.job.status?.conditions ?? [];
  const { nowMs } = view;
  if (verdict) {
    if (conditionOf(conditions, verdict.type)) return conditions;
    return [...conditions, condition(verdict.type, verdict.reason, verdict.message, nowMs)];
  }
  if (!managed) return conditions;
  const current = conditionOf(conditions, 'Suspended');
  if (view.suspended === (current?.status === 'True')) return conditions;
  const reason = view.suspended ? 'Suspended' : 'Resumed';
  const message = view.suspended ? 'Job suspended' : 'Job resumed';
  events.push({ type: 'Normal', reason, message });
  const next = condition('Suspended', `Job${reason}`, message, nowMs, view.suspended ? 'True' : 'False');
  return current ? conditions.map((each) => (each === current ? next : each)) : [...conditions, next];
}

function end(plan: JobPlan, { nowMs, completions }: JobView, verdict: Verdict): void {
  const last = finalCondition(verdict, nowMs);
  plan.status.conditions = [...(plan.status.conditions ?? []), last];
  if (last.type === 'Failed') {
    plan.events.push({ type: 'Warning', reason: verdict.reason, message: verdict.message });
    return;
  }
  plan.status.completionTime = rfc3339(nowMs);
  if (completions !== undefined && (plan.status.succeeded ?? 0) > completions) {
    const message = 'Too many succeeded pods running after completion count reached';
    plan.events.push({ type: 'Warning', reason: 'TooManySucceededPods', message });
  }
  plan.events.push({ type: 'Normal', reason: 'Completed', message: 'Job completed' });
}
