import { type Job, Jobs, type Pod } from '@kubernats/api';
import { controllerOf } from '@kubernats/apimachinery';
import { type Informer, keyOf } from '@kubernats/client';
import { type Controller, createController } from '@kubernats/controller';
import { isNotFound } from '@kubernats/errors';
import type { ControllerContext } from '../context.ts';
import { BY_CONTROLLER } from '../informers.ts';
import { isFinished } from './decide.ts';
import { isTracked } from './job-view.ts';
import { removeFinalizer } from './remove-finalizer.ts';

/** Takes the finalizer off Pods that no Job counts any more: it is gone, has ended, or does not own them. */
export function orphanPods(context: ControllerContext, jobs: Informer<Job>, pods: Informer<Pod>): Controller {
  const { client } = context;
  const controller = createController({ ...context, name: 'job-orphan-pods', concurrency: 5, reconcile });
  controller.watch(pods, (pod) => (isTracked(pod) && isOrphan(pod, jobs.get(...placeOf(pod))) ? [keyOf(pod)] : []));
  controller.watch(jobs, (job) => (jobs.byKey(keyOf(job)) && !isFinished(job) ? [] : podsOf(job)));
  return controller;

  function* podsOf({ metadata }: Job): Generator<string> {
    for (const pod of pods.byIndex(BY_CONTROLLER, metadata?.uid ?? '')) if (isTracked(pod)) yield keyOf(pod);
  }

  async function reconcile(key: string): Promise<void> {
    const pod = pods.byKey(key);
    if (!pod || !isTracked(pod) || !isOrphan(pod, await jobOf(pod))) return;
    await removeFinalizer(client, pod);
  }

  /** Asked, not looked up: a Job may be newer than the informer, and its Pods are not orphans. */
  async function jobOf(pod: Pod): Promise<Job | undefined> {
    const [name, namespace] = placeOf(pod);
    if (name === '') return undefined;
    try {
      return await client.kind(Jobs).get(name, namespace);
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }
}

function placeOf(pod: Pod): [name: string, namespace: string | undefined] {
  const owner = controllerOf(pod);
  return [owner?.kind === 'Job' ? owner.name : '', pod.metadata?.namespace];
}

const isOrphan = (pod: Pod, job: Job | undefined): boolean => !job || job.metadata?.uid !== controllerOf(pod)?.uid || isFinished(job);
