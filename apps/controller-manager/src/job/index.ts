import { type Job, Jobs, type Pod, Pods } from '@kubernats/api';
import { controllerOf, labelSelectorOf } from '@kubernats/apimachinery';
import { keyOf } from '@kubernats/client';
import { createController, type ReconcileResult } from '@kubernats/controller';
import { claim } from '../claim.ts';
import type { ControllerContext, Loop } from '../context.ts';
import { BY_CONTROLLER, BY_SELECTOR, jobInformer, ORPHANS_BY_LABEL, podInformer } from '../informers.ts';
import { candidates, selecting } from '../label-index.ts';
import { adopt, release } from '../ownership.ts';
import { isTerminal } from '../pods/pod.ts';
import { apply } from './apply.ts';
import { decide, isFinished } from './decide.ts';
import { FirstLook } from './first-look.ts';
import { JobMemory } from './memory.ts';
import { CONTROLLER_NAME, TRACKING_FINALIZER } from './names.ts';
import { orphanPods } from './orphans.ts';

/** How soon to look again when the informers do not show own writes yet. Their events normally come first. */
const STALE_RETRY_MS = 500;

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
  controller.watch(pods, keysOf);
  jobs.addHandler({ delete: (job) => firstLook.forget(job) });
  const orphans = orphanPods(context, jobs, pods);
  return {
    async run(signal) {
      await Promise.all([controller.run(signal), orphans.run(signal)]);
    },
  };

  /** The Job that controls the Pod; of an orphan those that would take it. */
  function* keysOf(pod: Pod): Generator<string> {
    const owner = controllerOf(pod);
    if (owner?.kind === 'Job') yield `${pod.metadata?.namespace}/${owner.name}`;
    if (!owner) for (const job of selecting(jobs, BY_SELECTOR, pod)) yield keyOf(job);
  }

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
    const { namespace = '', uid = '' } = job.metadata ?? {};
    const selector = job.spec?.selector;
    const orphans = candidates(pods, ORPHANS_BY_LABEL, namespace, selector?.matchLabels).filter((pod) => !isTerminal(pod));
    const claimed = claim(job, labelSelectorOf(selector), [...pods.byIndex(BY_CONTROLLER, uid), ...orphans]);
    for (const pod of claimed.adopt) {
      await adopt(client.kind(Jobs), job, client.kind(Pods), pod, [TRACKING_FINALIZER]);
    }
    for (const pod of claimed.release) await release(client.kind(Pods), pod, uid);
    const adopted = new Set(claimed.adopt);
    // What is taken over is decided on when the informer shows it.
    return claimed.owned.filter((pod) => !adopted.has(pod));
  }
}
