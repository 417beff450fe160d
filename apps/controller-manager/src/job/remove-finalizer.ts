import { type Pod, Pods } from '@kubernats/api';
import type { Client } from '@kubernats/client';
import { isNotFound } from '@kubernats/errors';
import { TRACKING_FINALIZER } from './names.ts';

/** Lets go of a Pod that is counted. Answers with the Pod, or with nothing when it is gone. */
export async function removeFinalizer(client: Client, pod: Pod): Promise<Pod | undefined> {
  const { name = '', namespace, uid } = pod.metadata ?? {};
  const patch = { metadata: { uid, '$deleteFromPrimitiveList/finalizers': [TRACKING_FINALIZER] } };
  try {
    return await client.kind(Pods).patch(name, namespace, 'strategic', patch);
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}
