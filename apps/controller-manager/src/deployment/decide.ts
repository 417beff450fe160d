import type { Deployment, DeploymentStatus, Pod, ReplicaSet } from '@kubernats/api';
import { ownerReferenceTo } from '@kubernats/apimachinery';
import { conditionOf, withCondition } from '../conditions.ts';
import { newestAnnotations, replicaAnnotations, revisionOf } from './annotations.ts';
import { byAge, type Draft, draftOf, totalReplicas } from './draft.ts';
import { isRollingUpdate } from './fenceposts.ts';
import { surplusHistory } from './history.ts';
import { recreate } from './recreate.ts';
import { newestSize, rollingUpdate } from './rolling-update.ts';
import { isScalingEvent, scale } from './scale.ts';
import { condition, countedStatus, deadlineMs, hasProgressDeadline, isComplete, withPause, withProgress } from './status.ts';
import { sameTemplate, TEMPLATE_HASH_LABEL, templateHash } from './template-hash.ts';

export interface DeploymentSnapshot {
  deployment: Deployment;
  /** Those that it controls. */
  replicaSets: readonly ReplicaSet[];
  podsOf(replicaSet: ReplicaSet): Iterable<Pod>;
  nowMs: number;
}

export interface DeploymentPlan {
  create: ReplicaSet | undefined;
  /** ReplicaSets to change, each as it is and as it shall be. */
  update: Draft[];
  remove: ReplicaSet[];
  /** What the Deployment's revision annotation must say; undefined: leave it. */
  revision: number | undefined;
  status: DeploymentStatus;
  /** When a roll-out that does not move is stuck. */
  deadlineMs: number | undefined;
}

/** The next step of a Deployment. Source: the Deployment concept; `kubectl rollout` reads the annotations and conditions. */
export function decide(snapshot: DeploymentSnapshot): DeploymentPlan {
  const { deployment, replicaSets, nowMs } = snapshot;
  const oldestFirst = [...replicaSets].sort((a, b) => byAge({ replicaSet: a }, { replicaSet: b }));
  const newestNow = oldestFirst.find((replicaSet) => sameTemplate(replicaSet.spec?.template, deployment.spec?.template));
  const old = oldestFirst.filter((replicaSet) => replicaSet !== newestNow).map((replicaSet) => draftOf(replicaSet));
  const pausedConditions = withPause(deployment, nowMs);

  if (deployment.metadata?.deletionTimestamp !== undefined) {
    const status = countedStatus(deployment, replicaSets, newestNow, deployment.status?.conditions ?? [], nowMs);
    return { create: undefined, update: [], remove: [], revision: undefined, status, deadlineMs: undefined };
  }

  const newRevision = old.reduce((highest, { replicaSet }) => Math.max(highest, revisionOf(replicaSet)), 0) + 1;
  const newest = newestNow && adoptAsNewest(deployment, draftOf(newestNow), newRevision);
  const present = newest ? [newest, ...old] : old;
  const rollsOut = !deployment.spec?.paused && !isScalingEvent(deployment, present);

  let create: Draft | undefined;
  if (!rollsOut) {
    scale(deployment, newest, old);
  } else if (isRollingUpdate(deployment)) {
    create = newest ? undefined : newReplicaSet(deployment, newestSize(deployment, 0, totalReplicas(old)), newRevision);
    const target = newest ?? create;
    if (target) rollingUpdate(deployment, target, old);
  } else {
    const target = newest ?? newReplicaSet(deployment, deployment.spec?.replicas ?? 1, newRevision);
    const clear = recreate(deployment, target, old, (draft) => snapshot.podsOf(draft.replicaSet));
    create = clear && target.isNew ? target : undefined;
  }

  const known = newestNow && hasProgressDeadline(deployment) && !conditionOf(pausedConditions, 'Progressing');
  const found = `Found new replica set "${newestNow?.metadata?.name}"`;
  const conditions = known
    ? withCondition(pausedConditions, condition('Progressing', 'True', 'FoundNewReplicaSet', found, nowMs))
    : pausedConditions;
  const counted = countedStatus(deployment, replicaSets, newestNow, conditions, nowMs);
  const status = rollsOut ? withProgress(deployment, counted, newestNow, replicaSets, nowMs) : counted;
  const cleansUp = deployment.spec?.paused || (rollsOut && isComplete(deployment, deployment.status));
  const current = newest ?? create;
  return {
    create: create && objectOf(create),
    update: present.filter(differs),
    remove: cleansUp
      ? surplusHistory(
          deployment,
          old.filter((draft) => !differs(draft)).map((draft) => draft.replicaSet),
        )
      : [],
    revision: current && revisionOf(objectOf(current)) !== revisionOf(deployment) ? revisionOf(objectOf(current)) : undefined,
    status: create ? withCreated(deployment, status, create, nowMs) : status,
    deadlineMs: rollsOut ? deadlineMs(deployment, conditionOf(status.conditions, 'Progressing')) : undefined,
  };
}

function adoptAsNewest(deployment: Deployment, draft: Draft, newRevision: number): Draft {
  draft.annotations = newestAnnotations(deployment, draft.replicaSet, newRevision, false);
  draft.minReadySeconds = deployment.spec?.minReadySeconds ?? 0;
  return draft;
}

function newReplicaSet(deployment: Deployment, replicas: number, revision: number): Draft {
  const template = deployment.spec?.template ?? {};
  const hash = { [TEMPLATE_HASH_LABEL]: templateHash(template, deployment.status?.collisionCount) };
  const selector = deployment.spec?.selector ?? {};
  const minReadySeconds = deployment.spec?.minReadySeconds ?? 0;
  const draft = draftOf(
    {
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      metadata: {
        name: `${deployment.metadata?.name}-${hash[TEMPLATE_HASH_LABEL]}`,
        namespace: deployment.metadata?.namespace,
        labels: { ...template.metadata?.labels, ...hash },
        annotations: { ...newestAnnotations(deployment, undefined, revision, true), ...replicaAnnotations(deployment) },
        ownerReferences: [ownerReferenceTo(deployment, { controller: true, blockOwnerDeletion: true })],
      },
      spec: {
        replicas,
        ...(minReadySeconds > 0 && { minReadySeconds }),
        selector: { ...selector, matchLabels: { ...selector.matchLabels, ...hash } },
        template: { ...template, metadata: { ...template.metadata, labels: { ...template.metadata?.labels, ...hash } } },
      },
    },
    true,
  );
  return draft;
}

/** The ReplicaSet as the draft wants it. */
export function objectOf(draft: Draft): ReplicaSet {
  const { replicaSet } = draft;
  return {
    ...replicaSet,
    metadata: { ...replicaSet.metadata, annotations: draft.annotations },
    spec: {
      ...replicaSet.spec,
      selector: replicaSet.spec?.selector ?? {},
      replicas: draft.replicas,
      ...((draft.minReadySeconds > 0 || replicaSet.spec?.minReadySeconds !== undefined) && { minReadySeconds: draft.minReadySeconds }),
    },
  };
}

function differs(draft: Draft): boolean {
  const before = draftOf(draft.replicaSet);
  if (draft.replicas !== before.replicas || draft.minReadySeconds !== before.minReadySeconds) return true;
  const keys = new Set([...Object.keys(before.annotations), ...Object.keys(draft.annotations)]);
  for (const key of keys) if (before.annotations[key] !== draft.annotations[key]) return true;
  return false;
}

function withCreated(deployment: Deployment, status: DeploymentStatus, create: Draft, nowMs: number): DeploymentStatus {
  if (!hasProgressDeadline(deployment)) return status;
  const text = `Created new replica set "${create.replicaSet.metadata?.name}"`;
  const next = condition('Progressing', 'True', 'NewReplicaSetCreated', text, nowMs);
  return { ...status, conditions: withCondition(status.conditions ?? [], next) };
}
