import { type Job, Jobs, type Pod, Pods } from '@kubernats/api';
import { deepEqual } from '@kubernats/apimachinery';
import { keyOf, referenceTo } from '@kubernats/client';
import { isNamespaceTerminating, isNotFound } from '@kubernats/errors';
import type { ActContext } from '../context.ts';
import { slowStart } from '../pods/slow-start.ts';
import type { JobPlan } from './decide.ts';
import { isTracked, uidOf } from './job-view.ts';
import type { NewPod } from './manage.ts';
import type { JobMemory } from './memory.ts';
import { podOfJob } from './pod-of-job.ts';
import { removeFinalizer } from './remove-finalizer.ts';

/** Carries out a plan. What it cannot do it throws, and the next look goes on from what was done. */
export async function apply(plan: JobPlan, job: Job, memory: JobMemory, context: ActContext): Promise<void> {
  const { client, events } = context;
  const key = keyOf(job);
  const tell = (type: 'Normal' | 'Warning', reason: string, message: string): void =>
    events.event(referenceTo(Jobs, job), type, reason, message);

  await all(plan.remove, remove);
  const failedCreate = await create(plan.create);
  // What was not created does not run.
  const active = (plan.status.active ?? 0) - failedCreate.missing;
  const { active: _planned, ...status } = plan.status;
  const written = active > 0 ? { ...status, active } : status;
  if (!deepEqual(written, job.status)) {
    memory.wroteJob(key, await client.kind(Jobs).updateStatus({ ...job, status: written }));
    for (const { type, reason, message } of plan.events) tell(type, reason, message);
  }
  await all(plan.release, release);
  if (failedCreate.error !== undefined) throw failedCreate.error;

  async function remove(pod: Pod): Promise<void> {
    const { name = '', namespace } = pod.metadata ?? {};
    try {
      // A Pod that is not to be counted is let go of first.
      if (!plan.removedCount) await release(pod);
      await client.kind(Pods).delete(name, namespace, { preconditions: { uid: uidOf(pod) } });
    } catch (error) {
      if (isNotFound(error)) return;
      tell('Warning', 'FailedDelete', `Error deleting: ${textOf(error)}`);
      throw error;
    }
    memory.deletedPod(pod);
    tell('Normal', 'SuccessfulDelete', `Deleted pod: ${name}`);
  }

  async function create(wanted: readonly NewPod[]): Promise<{ missing: number; error?: unknown }> {
    const rest = wanted.values();
    const { succeeded, error } = await slowStart(wanted.length, async () => {
      const created = await client.kind(Pods).create(podOfJob(job, rest.next().value ?? {}));
      memory.wrotePod(key, created);
      tell('Normal', 'SuccessfulCreate', `Created pod: ${created.metadata?.name}`);
    });
    if (error === undefined) return { missing: 0 };
    // Nothing can be created in a namespace that goes away, and the Job goes with it.
    if (isNamespaceTerminating(error)) return { missing: wanted.length - succeeded };
    tell('Warning', 'FailedCreate', `Error creating: ${textOf(error)}`);
    return { missing: wanted.length - succeeded, error };
  }

  async function release(pod: Pod): Promise<void> {
    const released = isTracked(pod) ? await removeFinalizer(client, pod) : undefined;
    if (released) memory.wrotePod(key, released);
  }
}

/** All of them, whatever becomes of the others; throws what went wrong first. */
async function all(pods: readonly Pod[], task: (pod: Pod) => Promise<void>): Promise<void> {
  const results = await Promise.allSettled(pods.map(task));
  const failed = results.find((result) => result.status === 'rejected');
  if (failed) throw failed.reason;
}

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
