import { type CronJob, CronJobs, type Job, Jobs } from '@kubernats/api';
import { controllerOf } from '@kubernats/apimachinery';
import { type Controller, createController, type ReconcileResult } from '@kubernats/controller';
import { isNotFound } from '@kubernats/errors';
import type { ControllerContext } from '../context.ts';
import { BY_CONTROLLER, jobInformer } from '../informers.ts';
import { OwnWrites, STALE_RETRY_MS } from '../own-writes.ts';
import { apply, type Memory } from './apply.ts';
import { decide } from './decide.ts';
import { beyondHistory } from './history.ts';

/** Makes Jobs on a schedule. Source: the concept "CronJob". */
export function cronJobController(context: ControllerContext): Controller {
  const { client, informers, clock } = context;
  const act = { ...context, events: context.recorder('cronjob-controller') };
  const jobs = jobInformer(informers);
  const cronJobs = informers.of(CronJobs);
  const memory: Memory = { cronJobs: new OwnWrites(cronJobs), jobs: new OwnWrites(jobs) };

  const controller = createController({ ...context, name: 'cronjob', concurrency: 5, reconcile });
  controller.watch(cronJobs);
  controller.watch(jobs, keysOf);
  return controller;

  function* keysOf(job: Job): Generator<string> {
    const owner = controllerOf(job);
    if (owner?.kind === 'CronJob') yield `${job.metadata?.namespace}/${owner.name}`;
  }

  async function reconcile(key: string): Promise<ReconcileResult | undefined> {
    const cronJob = cronJobs.byKey(key);
    if (!cronJob) return undefined;
    const written = memory.jobs.seen(key);
    if (!memory.cronJobs.seen(key) || !written) return { requeueAfterMs: STALE_RETRY_MS };
    const own = jobs.byIndex(BY_CONTROLLER, cronJob.metadata?.uid ?? '');
    const missing = await missingOf(cronJob, own);
    const plan = decide({ cronJob, jobs: own, missing, nowMs: clock.now() });
    const surplus = beyondHistory(cronJob, own).filter(({ metadata }) => metadata?.deletionTimestamp === undefined);
    await apply(plan, surplus, cronJob, memory, act);
    return plan.requeueAfterMs === undefined ? undefined : { requeueAfterMs: plan.requeueAfterMs };
  }

  /** The active Jobs that are gone. Asked, where the informer does not have them: it may not have them yet. */
  async function missingOf({ metadata, status }: CronJob, own: readonly Job[]): Promise<Set<string>> {
    const known = new Set(own.map((job) => job.metadata?.uid));
    const missing = new Set<string>();
    for (const { name = '', uid = '' } of status?.active ?? []) {
      if (known.has(uid)) continue;
      try {
        const there = await client.kind(Jobs).get(name, metadata?.namespace);
        if (there.metadata?.uid !== uid) missing.add(uid);
      } catch (error) {
        if (!isNotFound(error)) throw error;
        missing.add(uid);
      }
    }
    return missing;
  }
}
