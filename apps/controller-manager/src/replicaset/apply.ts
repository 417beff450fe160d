import { type KindRef, type KubeObject, type Pod, Pods, type ReplicaSet } from '@kubernats/api';
import { keyOf, referenceTo } from '@kubernats/client';
import type { ActContext } from '../context.ts';
import type { OwnDeletions } from '../own-deletions.ts';
import type { OwnWrites } from '../own-writes.ts';
import { adopt, release } from '../ownership.ts';
import { podFromTemplate } from '../pods/from-template.ts';
import { createPods, deletePods, type Outcome } from '../pods/owned-pods.ts';
import type { ReplicaSetPlan } from './decide.ts';

/** What this loop did and its informer does not show yet. */
export interface Memory {
  created: OwnWrites;
  deleted: OwnDeletions<Pod>;
}

/** Carries out a plan: takes Pods over, gives them up, creates and deletes. `replicaSet` is how the owner, of kind `ref`, is seen. */
export async function apply<T extends KubeObject>(
  plan: ReplicaSetPlan,
  replicaSet: ReplicaSet,
  ref: KindRef<T>,
  object: T,
  memory: Memory,
  context: ActContext,
): Promise<Outcome> {
  const { client } = context;
  const pods = client.kind(Pods);
  for (const pod of plan.adopt) await adopt(client.kind(ref), object, pods, pod);
  for (const pod of plan.release) await release(pods, pod, object.metadata?.uid ?? '');
  const owner = referenceTo(ref, object);
  if (plan.create > 0) {
    const wanted = new Array(plan.create).fill(podFromTemplate(replicaSet.spec?.template, replicaSet));
    return createPods(wanted, owner, context, (pod) => memory.created.wrote(keyOf(object), pod));
  }
  return deletePods(plan.remove, owner, context, (pod) => memory.deleted.deleted(pod));
}
