import { type KubeObject, type Pod, Pods } from '@kubernats/api';
import type { referenceTo } from '@kubernats/client';
import { isNamespaceTerminating, isNotFound } from '@kubernats/errors';
import type { ActContext } from '../context.ts';
import { slowStart } from './slow-start.ts';

/** The owner as events name it. */
export type OwnerReference = ReturnType<typeof referenceTo<KubeObject>>;

export interface Outcome {
  /** Why not all was done, for the owner's status. */
  failure?: { reason: 'FailedCreate' | 'FailedDelete'; message: string };
  /** To be thrown once the status says so. */
  error?: unknown;
}

/** Creates Pods, few at first, and tells of each. `created` hears of what the API answered. */
export async function createPods(
  pods: readonly Pod[],
  owner: OwnerReference,
  { client, events }: ActContext,
  created: (pod: Pod) => void,
): Promise<Outcome> {
  let next = 0;
  const { error } = await slowStart(pods.length, async () => {
    const pod = await client.kind(Pods).create(pods[next++] ?? {});
    created(pod);
    events.event(owner, 'Normal', 'SuccessfulCreate', `Created pod: ${pod.metadata?.name}`);
  });
  if (error === undefined) return {};
  // Nothing can be created in a namespace that goes away, and the owner goes with it.
  if (isNamespaceTerminating(error)) return {};
  events.event(owner, 'Warning', 'FailedCreate', `Error creating: ${textOf(error)}`);
  return { failure: { reason: 'FailedCreate', message: textOf(error) }, error };
}

/** Deletes Pods, and tells of each. `deleted` hears of those whose deletion was answered. */
export async function deletePods(
  pods: readonly Pod[],
  owner: OwnerReference,
  { client, events }: ActContext,
  deleted: (pod: Pod) => void,
): Promise<Outcome> {
  const results = await Promise.allSettled(
    pods.map(async (pod) => {
      const { name = '', namespace, uid = '' } = pod.metadata ?? {};
      try {
        await client.kind(Pods).delete(name, namespace, { preconditions: { uid } });
      } catch (error) {
        if (isNotFound(error)) return;
        events.event(owner, 'Warning', 'FailedDelete', `Error deleting: ${textOf(error)}`);
        throw error;
      }
      deleted(pod);
      events.event(owner, 'Normal', 'SuccessfulDelete', `Deleted pod: ${name}`);
    }),
  );
  const failed = results.find((result) => result.status === 'rejected');
  return failed ? { failure: { reason: 'FailedDelete', message: textOf(failed.reason) }, error: failed.reason } : {};
}

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
