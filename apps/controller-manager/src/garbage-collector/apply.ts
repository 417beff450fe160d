import { isNotFound } from '@kubernats/errors';
import type { ActContext } from '../context.ts';
import { release } from '../ownership.ts';
import { type GarbagePlan, ORPHAN } from './decide.ts';
import type { Member } from './ownership-graph.ts';

/** Carries out a plan. `look` enqueues an object. Nothing is done to an object that changed meanwhile: that is a conflict, and decided anew. */
export async function apply(
  plan: GarbagePlan,
  { ref, object }: Member,
  context: ActContext,
  look: (member: Member) => void,
): Promise<void> {
  const kind = context.client.kind(ref);
  const { name = '', namespace, uid, resourceVersion, finalizers, ownerReferences = [] } = object.metadata ?? {};
  const patch = (metadata: object) => kind.patch(name, namespace, 'merge', { metadata: { uid, resourceVersion, ...metadata } });
  const without = (finalizer: string) => patch({ finalizers: finalizers?.filter((each) => each !== finalizer) });
  try {
    switch (plan.do) {
      case 'nothing':
        return;
      case 'delete':
        await kind.delete(name, namespace, { propagationPolicy: plan.policy, preconditions: { uid, resourceVersion } });
        return;
      case 'disown':
        await patch({ ownerReferences: ownerReferences.filter((owner) => !plan.ownerUids.includes(owner.uid)) });
        return;
      case 'unblock':
        await patch({ ownerReferences: ownerReferences.map((owner) => ({ ...owner, blockOwnerDeletion: false })) });
        return;
      case 'collect':
        for (const dependent of plan.dependents) look(dependent);
        return;
      case 'orphan':
        for (const dependent of plan.dependents) await release(context.client.kind(dependent.ref), dependent.object, uid ?? '');
        await without(ORPHAN);
        return;
      case 'release':
        await without(plan.finalizer);
    }
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}
