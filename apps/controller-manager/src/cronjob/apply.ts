import { type CronJob, type CronJobStatus, CronJobs, type Job, Jobs } from '@kubernats/api';
import { controllerOf, deepEqual } from '@kubernats/apimachinery';
import { keyOf, referenceTo } from '@kubernats/client';
import { rfc3339 } from '@kubernats/clock';
import { isAlreadyExists, isNamespaceTerminating, isNotFound } from '@kubernats/errors';
import type { ActContext } from '../context.ts';
import type { OwnWrites } from '../own-writes.ts';
import type { CronJobPlan } from './decide.ts';
import { jobOfCronJob } from './job-of-cron-job.ts';

/** What this loop wrote and its informers do not show yet, by the CronJob's key. */
export interface Memory {
  cronJobs: OwnWrites;
  jobs: OwnWrites;
}

/** Carries out a plan; `surplus` are Jobs that the history has no room for. */
export async function apply(
  plan: CronJobPlan,
  surplus: readonly Job[],
  cronJob: CronJob,
  memory: Memory,
  context: ActContext,
): Promise<void> {
  const { client, events } = context;
  const key = keyOf(cronJob);
  const tell = (type: 'Normal' | 'Warning', reason: string, message: string): void =>
    events.event(referenceTo(CronJobs, cronJob), type, reason, message);

  for (const { type, reason, message } of plan.events) tell(type, reason, message);
  let { status } = plan;
  for (const { name = '', uid } of plan.replace) {
    await remove(name, uid);
    status = withoutActive(status, uid);
  }
  if (plan.startMs !== undefined) status = await start(plan.startMs, status);
  for (const { metadata } of surplus) await remove(metadata?.name ?? '', metadata?.uid);
  if (deepEqual(status, cronJob.status ?? {})) return;
  memory.cronJobs.wrote(key, await client.kind(CronJobs).updateStatus({ ...cronJob, status }));

  async function start(startMs: number, before: CronJobStatus): Promise<CronJobStatus> {
    const job = await create(jobOfCronJob(cronJob, startMs));
    // Somebody else's of that name: whoever made it cares for it.
    if (controllerOf(job)?.uid !== cronJob.metadata?.uid) return before;
    const others = (before.active ?? []).filter(({ uid }) => uid !== job.metadata?.uid);
    return { ...before, active: [...others, referenceTo(Jobs, job)], lastScheduleTime: rfc3339(startMs) };
  }

  /** Answers with the Job of that name that is there, when this or another process has made it before. */
  async function create(wanted: Job): Promise<Job> {
    try {
      const job = await client.kind(Jobs).create(wanted);
      memory.jobs.wrote(key, job);
      tell('Normal', 'SuccessfulCreate', `Created job ${job.metadata?.name}`);
      return job;
    } catch (error) {
      if (isAlreadyExists(error)) return client.kind(Jobs).get(wanted.metadata?.name ?? '', wanted.metadata?.namespace);
      if (!isNamespaceTerminating(error)) tell('Warning', 'FailedCreate', `Error creating job: ${(error as Error).message}`);
      throw error;
    }
  }

  async function remove(name: string, uid: string | undefined): Promise<void> {
    try {
      const options = { propagationPolicy: 'Background', preconditions: { uid } } as const;
      await client.kind(Jobs).delete(name, cronJob.metadata?.namespace, options);
    } catch (error) {
      if (isNotFound(error)) return;
      tell('Warning', 'FailedDelete', `Deleted job: ${(error as Error).message}`);
      throw error;
    }
    tell('Normal', 'SuccessfulDelete', `Deleted job ${name}`);
  }
}

function withoutActive(status: CronJobStatus, uid: string | undefined): CronJobStatus {
  const { active = [], ...rest } = status;
  const left = active.filter((reference) => reference.uid !== uid);
  return left.length > 0 ? { ...rest, active: left } : rest;
}
