import type { CronJob, Job } from '@kubernats/api';
import { timeMs } from '../pods/pod.ts';
import { endOf } from './decide.ts';

/** Jobs that ended and are more than a CronJob keeps, the oldest first. Source: "Jobs history limits" of the concept "CronJob". */
export function beyondHistory({ spec }: CronJob, jobs: readonly Job[]): Job[] {
  const ofEnd = (end: string, limit: number | undefined): Job[] => {
    if (limit === undefined) return [];
    const ended = jobs.filter((job) => endOf(job) === end).sort(byStart);
    return ended.slice(0, Math.max(0, ended.length - limit));
  };
  return [...ofEnd('Complete', spec?.successfulJobsHistoryLimit), ...ofEnd('Failed', spec?.failedJobsHistoryLimit)];
}

function byStart(a: Job, b: Job): number {
  const [one, other] = [a, b].map(({ status }) => timeMs(status?.startTime) ?? Number.POSITIVE_INFINITY);
  if (one !== other) return (one ?? 0) < (other ?? 0) ? -1 : 1;
  return (a.metadata?.name ?? '') < (b.metadata?.name ?? '') ? -1 : 1;
}
