import type { CronJob, Job } from '@kubernats/api';
import { ownerReferenceTo } from '@kubernats/apimachinery';
import { zonedText } from './time-zone.ts';

const SCHEDULED_AT = 'batch.kubernetes.io/cronjob-scheduled-timestamp';

/** The same for each process and each time: what is made for a start is made once. */
export const jobNameAt = ({ metadata }: CronJob, startMs: number): string => `${metadata?.name}-${Math.floor(startMs / 60_000)}`;

/** The Job that a CronJob makes for a time of its schedule. */
export function jobOfCronJob(cronJob: CronJob, startMs: number): Job {
  const { metadata, spec } = cronJob.spec?.jobTemplate ?? {};
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      name: jobNameAt(cronJob, startMs),
      namespace: cronJob.metadata?.namespace,
      ...(metadata?.labels && { labels: metadata.labels }),
      annotations: { ...metadata?.annotations, [SCHEDULED_AT]: zonedText(startMs, cronJob.spec?.timeZone ?? 'UTC') },
      ownerReferences: [ownerReferenceTo(cronJob, { controller: true, blockOwnerDeletion: true })],
    },
    spec,
  };
}
