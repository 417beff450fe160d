import { isTerminal, type Job, Jobs, type Pod, Pods } from '@kubernats/api';
import { createController, type ReconcileResult } from '@kubernats/controller';
import type { ControllerContext, Loop } from '../context.ts';
import { BY_SELECTOR, jobInformer, podInformer } from '../informers.ts';
import { ownersOf } from '../label-index.ts';
import { STALE_RETRY_MS } from '../own-writes.ts';
import { takeOver } from '../take-over.ts';
import { apply } from './apply.ts';
import { decide, isFinished } from './decide.ts';
import { FirstLook } from './first-look.ts';
import { JobMemory } from './memory.ts';
import { CONTROLLER_NAME, TRACKING_FINALIZER } from './names.ts';
import { orphanPods } from './orphans.ts';

/** Runs Pods until enough of them have succeeded. Source: the concept "Jobs". */
export function jobController(context: ControllerContext): Loop {
  const { client, informers, clock } = context;
  const act = { ...context, events: context.recorder('job-controller') };
  const pods = podInformer(informers);
  const jobs = jobInformer(informers);
  const memory = new JobMemory(jobs, pods);
  const firstLook = new FirstLook(client, clock.now());

  const controller = createController({ ...context, name: 'job', concurrency: 5, reconcile });
  controller.watch(jobs);
  controller.watch(pods, (pod) => ownersOf(jobs, BY_SELECTOR, 'Job', pod));
  jobs.addHandler({ delete: (job) => firstLook.forget(job) });
  const orphans = orphanPods(context, jobs, pods);
  return {
    async run(signal) {
      await Promise.all([controller.run(signal), orphans.run(signal)]);
    },
  };

  async function reconcile(key: string): Promise<ReconcileResult | undefined> {
    const job = jobs.byKey(key);
    if (!job || isFinished(job) || (job.spec?.managedBy ?? CONTROLLER_NAME) !== CONTROLLER_NAME) return undefined;
    const owned = await claimPods(job);
    const nowMs = clock.now();
    const fresh = memory.seen(key, owned) && (await firstLook.isCurrent(job, owned));
    if (!fresh) return { requeueAfterMs: STALE_RETRY_MS };
    const plan = decide({ job, pods: owned, nowMs });
    await apply(plan, job, memory, act);
    return plan.requeueAfterMs === undefined ? undefined : { requeueAfterMs: plan.requeueAfterMs };
  }

  async function claimPods(job: Job): Promise<Pod[]> {
    const mayTake = (pod: Pod): boolean => !isTerminal(pod);
    const kinds = { owners: Jobs, kind: Pods, informer: pods, mayTake, finalizers: [TRACKING_FINALIZER] };
    const claimed = await takeOver(client, job, job.spec?.selector, kinds);
    const adopted = new Set(claimed.adopt);
    // What is taken over is decided on when the informer shows it.
    return claimed.owned.filter((pod) => !adopted.has(pod));
  }
}
