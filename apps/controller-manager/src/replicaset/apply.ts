import { type Pod, Pods, type ReplicaSet, ReplicaSets } from '@kubernats/api';
import { keyOf, referenceTo } from '@kubernats/client';
import { isNotFound, StatusError } from '@kubernats/errors';
import type { ActContext } from '../context.ts';
import type { OwnWrites } from '../own-writes.ts';
import { adopt, release } from '../ownership.ts';
import { podFromTemplate } from '../pods/from-template.ts';
import { slowStart } from '../pods/slow-start.ts';
import type { ReplicaSetPlan } from './decide.ts';
import type { ReplicaFailure } from './status.ts';

/** What this loop did and its informer does not show yet. */
export interface Memory {
  created: OwnWrites;
  /** Uids of Pods whose deletion was answered. */
  deleted: Set<string>;
}

export interface Outcome {
  failure?: ReplicaFailure;
  /** To be thrown once the status says so. */
  error?: unknown;
}

/** Carries out a plan: takes Pods over, gives them up, creates and deletes. */
export async function apply(plan: ReplicaSetPlan, replicaSet: ReplicaSet, memory: Memory, context: ActContext): Promise<Outcome> {
  const { client } = context;
  const pods = client.kind(Pods);
  for (const pod of plan.adopt) await adopt(client.kind(ReplicaSets), replicaSet, pods, pod);
  for (const pod of plan.release) await release(pods, pod, replicaSet.metadata?.uid ?? '');
  if (plan.create > 0) return create(plan.create, replicaSet, memory, context);
  if (plan.remove.length > 0) return remove(plan.remove, replicaSet, memory, context);
  return {};
}

async function create(count: number, replicaSet: ReplicaSet, memory: Memory, { client, events }: ActContext): Promise<Outcome> {
  const key = keyOf(replicaSet);
  const template = podFromTemplate(replicaSet.spec?.template, replicaSet);
  const { error } = await slowStart(count, async () => {
    const created = await client.kind(Pods).create(template);
    memory.created.wrote(key, created);
    events.event(referenceTo(ReplicaSets, replicaSet), 'Normal', 'SuccessfulCreate', `Created pod: ${created.metadata?.name}`);
  });
  if (error === undefined) return {};
  // Nothing can be created in a namespace that goes away, and the ReplicaSet goes with it.
  if (isNamespaceTerminating(error)) return {};
  events.event(referenceTo(ReplicaSets, replicaSet), 'Warning', 'FailedCreate', `Error creating: ${textOf(error)}`);
  return { failure: { reason: 'FailedCreate', message: textOf(error) }, error };
}

async function remove(pods: readonly Pod[], replicaSet: ReplicaSet, memory: Memory, { client, events }: ActContext): Promise<Outcome> {
  const results = await Promise.allSettled(
    pods.map(async ({ metadata: { name = '', namespace, uid = '' } = {} }) => {
      try {
        await client.kind(Pods).delete(name, namespace, { preconditions: { uid } });
      } catch (error) {
        if (isNotFound(error)) return;
        events.event(referenceTo(ReplicaSets, replicaSet), 'Warning', 'FailedDelete', `Error deleting: ${textOf(error)}`);
        throw error;
      }
      memory.deleted.add(uid);
      events.event(referenceTo(ReplicaSets, replicaSet), 'Normal', 'SuccessfulDelete', `Deleted pod: ${name}`);
    }),
  );
  const failed = results.find((result) => result.status === 'rejected');
  return failed ? { failure: { reason: 'FailedDelete', message: textOf(failed.reason) }, error: failed.reason } : {};
}

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

function isNamespaceTerminating(error: unknown): boolean {
  return error instanceof StatusError && (error.details?.causes ?? []).some(({ reason }) => reason === 'NamespaceTerminating');
}
