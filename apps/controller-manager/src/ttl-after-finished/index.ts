import { type Job, Jobs } from '@kubernats/api';
import { type Controller, createController, type ReconcileResult } from '@kubernats/controller';
import { isConflict, isNotFound } from '@kubernats/errors';
import type { ControllerContext } from '../context.ts';
import { jobInformer } from '../informers.ts';
import { expiresAtMs } from './decide.ts';

/** Deletes Jobs some time after they ended. Source: "Automatic Cleanup for Finished Jobs". */
export function ttlAfterFinishedController(context: ControllerContext): Controller {
  const { client, clock } = context;
  const jobs = jobInformer(context.informers);
  const controller = createController({ ...context, name: 'ttl-after-finished', concurrency: 5, reconcile });
  controller.watch(jobs, ({ metadata, spec }: Job) =>
    spec?.ttlSecondsAfterFinished === undefined ? [] : [`${metadata?.namespace}/${metadata?.name}`],
  );
  return controller;

  async function reconcile(key: string): Promise<ReconcileResult | undefined> {
    const job = jobs.byKey(key);
    const atMs = job && expiresAtMs(job);
    if (!job || atMs === undefined) return undefined;
    const leftMs = atMs - clock.now();
    if (leftMs > 0) return { requeueAfterMs: leftMs };
    const { name = '', namespace, uid, resourceVersion } = job.metadata ?? {};
    try {
      // Not a Job that was given more time, or another of that name.
      const options = { propagationPolicy: 'Foreground', preconditions: { uid, resourceVersion } } as const;
      await client.kind(Jobs).delete(name, namespace, options);
    } catch (error) {
      if (!isNotFound(error) && !isConflict(error)) throw error;
    }
    return undefined;
  }
}
