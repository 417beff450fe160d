import { type Deployment, type DeploymentStatus, Deployments, type ReplicaSet, ReplicaSets } from '@kubernats/api';
import { deepEqual, isControlledBy } from '@kubernats/apimachinery';
import { referenceTo } from '@kubernats/client';
import { isAlreadyExists, isConflict, isNamespaceTerminating, isNotFound } from '@kubernats/errors';
import { withCondition } from '../conditions.ts';
import type { ActContext } from '../context.ts';
import { REVISION } from './annotations.ts';
import { type DeploymentPlan, objectOf } from './decide.ts';
import type { Draft } from './draft.ts';
import { condition, hasProgressDeadline } from './status.ts';
import { sameTemplate } from './template-hash.ts';

/** Carries out a plan. Conflicts are thrown: the next look decides anew. */
export async function apply(plan: DeploymentPlan, deployment: Deployment, context: ActContext): Promise<void> {
  const failed = plan.create && (await create(plan.create, deployment, context));
  if (failed) {
    await writeStatus(deployment, failed.status, context);
    throw failed.error;
  }
  for (const draft of plan.update) await update(draft, deployment, context);
  for (const replicaSet of plan.remove) await remove(replicaSet, context);
  const current = plan.revision === undefined ? deployment : await writeRevision(deployment, plan.revision, context);
  await writeStatus(current, plan.status, context);
}

interface Failed {
  status: DeploymentStatus;
  error: unknown;
}

async function create(replicaSet: ReplicaSet, deployment: Deployment, context: ActContext): Promise<Failed | undefined> {
  const { client, events, clock } = context;
  const name = replicaSet.metadata?.name ?? '';
  try {
    await client.kind(ReplicaSets).create(replicaSet);
  } catch (error) {
    if (isAlreadyExists(error)) return nameTaken(replicaSet, deployment, context, error);
    // Nothing can be created in a namespace that goes away, and the Deployment goes with it.
    if (isNamespaceTerminating(error)) return { status: { ...deployment.status }, error };
    const text = `Failed to create new replica set "${name}": ${error instanceof Error ? error.message : String(error)}`;
    events.event(referenceTo(Deployments, deployment), 'Warning', 'ReplicaSetCreateError', text);
    const failure = condition('Progressing', 'False', 'ReplicaSetCreateError', text, clock.now());
    const conditions = withCondition(deployment.status?.conditions ?? [], failure);
    return { status: hasProgressDeadline(deployment) ? { ...deployment.status, conditions } : { ...deployment.status }, error };
  }
  const replicas = replicaSet.spec?.replicas ?? 0;
  if (replicas > 0)
    events.event(
      referenceTo(Deployments, deployment),
      'Normal',
      'ScalingReplicaSet',
      `Scaled up replica set ${name} from 0 to ${replicas}`,
    );
  return undefined;
}

/** Either it is ours and the informer has not shown it yet, or another template has the same hash: then the next hash differs. */
async function nameTaken(wanted: ReplicaSet, deployment: Deployment, { client }: ActContext, error: unknown): Promise<Failed> {
  const there = await client.kind(ReplicaSets).get(wanted.metadata?.name ?? '', wanted.metadata?.namespace);
  const ours = isControlledBy(there, deployment.metadata?.uid ?? '') && sameTemplate(there.spec?.template, deployment.spec?.template);
  if (ours) return { status: { ...deployment.status }, error };
  const collisionCount = (deployment.status?.collisionCount ?? 0) + 1;
  return { status: { ...deployment.status, collisionCount }, error };
}

async function update(draft: Draft, deployment: Deployment, { client, events }: ActContext): Promise<void> {
  const before = draft.replicaSet.spec?.replicas ?? 1;
  const { replicas } = draft;
  await client.kind(ReplicaSets).update(objectOf(draft));
  if (replicas === before) return;
  const direction = replicas > before ? 'up' : 'down';
  const text = `Scaled ${direction} replica set ${draft.replicaSet.metadata?.name} from ${before} to ${replicas}`;
  events.event(referenceTo(Deployments, deployment), 'Normal', 'ScalingReplicaSet', text);
}

async function remove({ metadata: { name = '', namespace, uid } = {} }: ReplicaSet, { client }: ActContext): Promise<void> {
  try {
    await client.kind(ReplicaSets).delete(name, namespace, { preconditions: { uid } });
  } catch (error) {
    if (!isNotFound(error) && !isConflict(error)) throw error;
  }
}

async function writeRevision(deployment: Deployment, revision: number, { client }: ActContext): Promise<Deployment> {
  const annotations = { ...deployment.metadata?.annotations, [REVISION]: `${revision}` };
  return client.kind(Deployments).update({ ...deployment, metadata: { ...deployment.metadata, annotations } });
}

async function writeStatus(deployment: Deployment, status: DeploymentStatus, { client }: ActContext): Promise<void> {
  if (!deepEqual(status, deployment.status ?? {})) await client.kind(Deployments).updateStatus({ ...deployment, status });
}
