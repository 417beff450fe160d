import { type PersistentVolumeClaim, PersistentVolumeClaims, type Pod, Pods, type StatefulSet, StatefulSets } from '@kubernats/api';
import { keyOf, referenceTo } from '@kubernats/client';
import { isAlreadyExists, isConflict, isNotFound } from '@kubernats/errors';
import type { ActContext } from '../context.ts';
import type { OwnDeletions } from '../own-deletions.ts';
import type { OwnWrites } from '../own-writes.ts';
import { slowStart } from '../pods/slow-start.ts';
import type { NeededClaims, Step } from './step.ts';

/** What this loop did and its informers do not show yet. */
export interface Memory {
  created: OwnWrites;
  claimed: OwnWrites;
  deleted: OwnDeletions<Pod>;
}

/** Claims are owned before their Pods go: what goes with a Pod must know it. */
const ORDER: readonly Step['do'][][] = [['create'], ['provide', 'own', 'label'], ['delete']];

/**
 * Carries out steps. Answers the first error: what depends on the step that failed is left for the next look. A Pod that cannot be made (a quota is
 * used up) keeps none from being given up, which may be what makes room for it.
 */
export async function apply(steps: readonly Step[], set: StatefulSet, memory: Memory, context: ActContext): Promise<unknown> {
  let failed: unknown;
  for (const kinds of ORDER) {
    const now = steps.filter((step) => kinds.includes(step.do));
    let next = 0;
    const { error } = await slowStart(now.length, async () => {
      const step = now[next++];
      if (step) await carryOut(step, set, memory, context);
    });
    failed ??= error;
    if (error !== undefined && !kinds.includes('create')) break;
  }
  return failed;
}

async function carryOut(step: Step, set: StatefulSet, memory: Memory, context: ActContext): Promise<void> {
  switch (step.do) {
    case 'create':
      return create(step.pod, step.claims, set, memory, context);
    case 'provide':
      return provide(step.pod, step.claims, set, memory, context);
    case 'own':
      return own(step, set, memory, context);
    case 'label': {
      const { name = '', namespace, uid } = step.pod.metadata ?? {};
      const labelled = await context.client.kind(Pods).patch(name, namespace, 'merge', { metadata: { uid, labels: step.labels } });
      memory.created.wrote(keyOf(set), labelled);
      return tell('Normal', 'Update', `update Pod ${name} in StatefulSet ${set.metadata?.name} successful`, set, context);
    }
    case 'delete':
      return remove(step, set, memory, context);
  }
}

async function create(pod: Pod, claims: NeededClaims, set: StatefulSet, memory: Memory, context: ActContext): Promise<void> {
  const what = `create Pod ${pod.metadata?.name} in StatefulSet ${set.metadata?.name}`;
  try {
    await provide(pod, claims, set, memory, context);
    memory.created.wrote(keyOf(set), await context.client.kind(Pods).create(pod));
  } catch (error) {
    // Somebody else's Pod has the name, or the informer is behind: neither is news.
    if (!isAlreadyExists(error)) tell('Warning', 'Create', `${what} failed error: ${textOf(error)}`, set, context);
    throw error;
  }
  tell('Normal', 'Create', `${what} successful`, set, context);
}

/** Makes the claims of a Pod. Throws when it has to wait for one. */
async function provide(pod: Pod, claims: NeededClaims, set: StatefulSet, memory: Memory, context: ActContext): Promise<void> {
  const problems: string[] = [];
  for (const claim of claims.create) {
    const problem = await createClaim(claim, pod, set, memory, context);
    if (problem !== undefined) problems.push(problem);
  }
  problems.push(...claims.going.map((name) => `pvc ${name} is being deleted`));
  if (problems.length > 0) throw new Error(problems.length === 1 ? problems[0] : `[${problems.join(', ')}]`);
}

/** Answers why there is no such claim. */
async function createClaim(
  claim: PersistentVolumeClaim,
  pod: Pod,
  set: StatefulSet,
  memory: Memory,
  context: ActContext,
): Promise<string | undefined> {
  const [name, podName, setName] = [claim.metadata?.name, pod.metadata?.name, set.metadata?.name];
  try {
    memory.claimed.wrote(keyOf(set), await context.client.kind(PersistentVolumeClaims).create(claim));
  } catch (error) {
    if (isAlreadyExists(error)) return undefined;
    const text = `create Claim ${name} for Pod ${podName} in StatefulSet ${setName} failed error: ${textOf(error)}`;
    tell('Warning', 'Create', text, set, context);
    return `failed to create PVC ${name}: ${textOf(error)}`;
  }
  tell('Normal', 'Create', `create Claim ${name} Pod ${podName} in StatefulSet ${setName} success`, set, context);
  return undefined;
}

async function own({ claim, owners }: Extract<Step, { do: 'own' }>, set: StatefulSet, memory: Memory, { client }: ActContext) {
  const metadata = { ...claim.metadata, ownerReferences: owners };
  memory.claimed.wrote(keyOf(set), await client.kind(PersistentVolumeClaims).update({ ...claim, metadata }));
}

async function remove(step: Extract<Step, { do: 'delete' }>, set: StatefulSet, memory: Memory, context: ActContext): Promise<void> {
  const { name = '', namespace, uid } = step.pod.metadata ?? {};
  const setName = set.metadata?.name;
  if (step.because === 'ended') tellRecreation(step.pod, set, context);
  const what = `delete Pod ${name} in StatefulSet ${setName}`;
  try {
    await context.client.kind(Pods).delete(name, namespace, { preconditions: { uid } });
  } catch (error) {
    // It is gone, or another one has its name by now.
    if (isNotFound(error) || isConflict(error)) return;
    tell('Warning', 'Delete', `${what} failed error: ${textOf(error)}`, set, context);
    throw error;
  }
  memory.deleted.deleted(step.pod);
  tell('Normal', 'Delete', `${what} successful`, set, context);
}

function tellRecreation(pod: Pod, set: StatefulSet, { events }: ActContext): void {
  const failed = pod.status?.phase === 'Failed';
  const text = `StatefulSet ${keyOf(set)} is recreating ${failed ? 'failed' : 'terminated'} Pod ${pod.metadata?.name}`;
  const reason = failed ? 'RecreatingFailedPod' : 'RecreatingTerminatedPod';
  events.event(referenceTo(StatefulSets, set), failed ? 'Warning' : 'Normal', reason, text);
}

function tell(type: 'Normal' | 'Warning', verb: string, text: string, set: StatefulSet, { events }: ActContext): void {
  events.event(referenceTo(StatefulSets, set), type, `${type === 'Normal' ? 'Successful' : 'Failed'}${verb}`, text);
}

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
