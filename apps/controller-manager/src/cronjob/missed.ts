import type { CronJob } from '@kubernats/api';
import { timeMs } from '../pods/pod.ts';
import type { Schedule } from './schedule.ts';

/** More missed starts than so many are told of. */
const MANY = 100;
/** A look comes this much after its time, so that it does not come before it. */
const DELTA_MS = 100;

export interface Due {
  /** Where counting began: the last start, or the creation. */
  fromMs: number;
  /** The latest time of the schedule that is not later than now. */
  atMs?: number;
  missed: 'none' | 'few' | 'many';
}

/**
 * The latest start that is due. Throws an Error in Kubernetes' words for a schedule that never comes. Source: the concept "CronJob", "Job
 * creation".
 */
export function dueStart(cronJob: CronJob, schedule: Schedule, nowMs: number, options: { withDeadline: boolean }): Due {
  const { metadata, spec, status } = cronJob;
  let fromMs = timeMs(status?.lastScheduleTime) ?? timeMs(metadata?.creationTimestamp) ?? nowMs;
  if (options.withDeadline && spec?.startingDeadlineSeconds !== undefined) {
    fromMs = Math.max(fromMs, nowMs - spec.startingDeadlineSeconds * 1000);
  }
  const first = schedule.next(fromMs);
  const second = first === undefined ? undefined : schedule.next(first);
  if (first === undefined || second === undefined) throw new Error('time difference between two schedules is less than 1 second');
  if (nowMs < first) return { fromMs, missed: 'none' };
  if (nowMs < second) return { fromMs, atMs: first, missed: 'none' };
  const betweenMs = second - first;
  const starts = Math.floor((nowMs - first) / betweenMs) + 1;
  // Starts need not be evenly spaced: the search begins a step earlier than where the last one would be.
  let atMs: number | undefined;
  for (let at = schedule.next(first + (starts - 2) * betweenMs); at !== undefined && at <= nowMs; at = schedule.next(at)) atMs = at;
  return { fromMs, ...(atMs !== undefined && { atMs }), missed: starts > MANY ? 'many' : 'few' };
}

/** How long until the next start. Milliseconds. */
export function untilNextStartMs(cronJob: CronJob, schedule: Schedule, nowMs: number): number | undefined {
  const { fromMs, atMs, missed } = dueStart(cronJob, schedule, nowMs, { withDeadline: false });
  const next = schedule.next(atMs ?? (missed === 'none' ? fromMs : nowMs));
  return next === undefined ? undefined : Math.max(0, next + DELTA_MS - nowMs);
}
