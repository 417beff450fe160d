import type { Deployment, DeploymentCondition, DeploymentStatus, ReplicaSet } from '@kubernats/api';
import { rfc3339 } from '@kubernats/clock';
import { conditionOf, withCondition, withoutCondition } from '../conditions.ts';
import { maxUnavailableOf } from './fenceposts.ts';

export function condition(type: string, status: string, reason: string, message: string, nowMs: number): DeploymentCondition {
  const now = rfc3339(nowMs);
  return { type, status, reason, message, lastUpdateTime: now, lastTransitionTime: now };
}

/** Counts and the condition Available, from the ReplicaSets' own statuses. Other conditions stay as they are. */
export function countedStatus(
  deployment: Deployment,
  replicaSets: readonly ReplicaSet[],
  newest: ReplicaSet | undefined,
  conditions: readonly DeploymentCondition[],
  nowMs: number,
): DeploymentStatus {
  const sum = (count: (replicaSet: ReplicaSet) => number | undefined): number =>
    replicaSets.reduce((total, replicaSet) => total + (count(replicaSet) ?? 0), 0);
  const replicas = sum(({ status }) => status?.replicas);
  const availableReplicas = sum(({ status }) => status?.availableReplicas);
  const enough = availableReplicas >= (deployment.spec?.replicas ?? 1) - maxUnavailableOf(deployment);
  const available = enough
    ? condition('Available', 'True', 'MinimumReplicasAvailable', 'Deployment has minimum availability.', nowMs)
    : condition('Available', 'False', 'MinimumReplicasUnavailable', 'Deployment does not have minimum availability.', nowMs);
  return {
    ...some({
      replicas,
      updatedReplicas: newest?.status?.replicas ?? 0,
      readyReplicas: sum(({ status }) => status?.readyReplicas),
      availableReplicas,
      unavailableReplicas: Math.max(0, replicas - availableReplicas),
      collisionCount: deployment.status?.collisionCount ?? 0,
    }),
    terminatingReplicas: sum(({ status }) => status?.terminatingReplicas),
    observedGeneration: deployment.metadata?.generation,
    conditions: withCondition(conditions, available),
  };
}

/** Zero is left out, as on the wire of Kubernetes. */
function some<T extends Record<string, number>>(counts: T): Partial<T> {
  return Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0)) as Partial<T>;
}

/** Kubernetes takes the greatest 32-bit number as "no deadline". */
export function hasProgressDeadline(deployment: Deployment): boolean {
  const seconds = deployment.spec?.progressDeadlineSeconds;
  return seconds !== undefined && seconds !== 2_147_483_647;
}

export function isComplete(deployment: Deployment, status: DeploymentStatus | undefined): boolean {
  const replicas = deployment.spec?.replicas ?? 1;
  return (
    (status?.updatedReplicas ?? 0) === replicas &&
    (status?.replicas ?? 0) === replicas &&
    (status?.availableReplicas ?? 0) === replicas &&
    (status?.observedGeneration ?? 0) >= (deployment.metadata?.generation ?? 0)
  );
}

function isProgressing(before: DeploymentStatus, after: DeploymentStatus): boolean {
  const grew = (field: 'updatedReplicas' | 'readyReplicas' | 'availableReplicas'): boolean => (after[field] ?? 0) > (before[field] ?? 0);
  const outdated = (status: DeploymentStatus): number => (status.replicas ?? 0) - (status.updatedReplicas ?? 0);
  return grew('updatedReplicas') || grew('readyReplicas') || grew('availableReplicas') || outdated(after) < outdated(before);
}

/** When a roll-out that does not move is declared stuck; undefined when it cannot be. */
export function deadlineMs(deployment: Deployment, progressing: DeploymentCondition | undefined): number | undefined {
  if (!hasProgressDeadline(deployment) || !progressing?.lastUpdateTime) return undefined;
  if (progressing.reason === 'NewReplicaSetAvailable' || progressing.reason === 'ProgressDeadlineExceeded') return undefined;
  return Date.parse(progressing.lastUpdateTime) + (deployment.spec?.progressDeadlineSeconds ?? 0) * 1000;
}

function isTimedOut(deployment: Deployment, progressing: DeploymentCondition | undefined, nowMs: number): boolean {
  if (progressing?.reason === 'ProgressDeadlineExceeded') return true;
  const deadline = deadlineMs(deployment, progressing);
  return deadline !== undefined && deadline < nowMs;
}

/** The condition Progressing of a roll-out, and ReplicaFailure of its ReplicaSets. Source: "Deployment status" of the concept. */
export function withProgress(
  deployment: Deployment,
  status: DeploymentStatus,
  newest: ReplicaSet | undefined,
  replicaSets: readonly ReplicaSet[],
  nowMs: number,
): DeploymentStatus {
  let conditions = status.conditions ?? [];
  const current = conditionOf(conditions, 'Progressing');
  if (!hasProgressDeadline(deployment)) {
    conditions = withoutCondition(conditions, 'Progressing');
  } else if (!(status.replicas === status.updatedReplicas && current?.reason === 'NewReplicaSetAvailable')) {
    const who = newest ? `ReplicaSet "${newest.metadata?.name}"` : `Deployment "${deployment.metadata?.name}"`;
    if (isComplete(deployment, status)) {
      const text = `${who} has successfully progressed.`;
      conditions = withCondition(conditions, condition('Progressing', 'True', 'NewReplicaSetAvailable', text, nowMs));
    } else if (isProgressing(deployment.status ?? {}, status)) {
      const next = condition('Progressing', 'True', 'ReplicaSetUpdated', `${who} is progressing.`, nowMs);
      // Written anew each time, because its update time is what the deadline counts from.
      if (current?.status === 'True') next.lastTransitionTime = current.lastTransitionTime;
      conditions = [...withoutCondition(conditions, 'Progressing'), next];
    } else if (isTimedOut(deployment, current, nowMs)) {
      const text = `${who} has timed out progressing.`;
      conditions = withCondition(conditions, condition('Progressing', 'False', 'ProgressDeadlineExceeded', text, nowMs));
    }
  }
  return { ...status, conditions: withReplicaFailure(conditions, newest, replicaSets, nowMs) };
}

function withReplicaFailure(
  conditions: DeploymentCondition[],
  newest: ReplicaSet | undefined,
  replicaSets: readonly ReplicaSet[],
  nowMs: number,
): DeploymentCondition[] {
  const failureOf = (replicaSet: ReplicaSet | undefined) => conditionOf(replicaSet?.status?.conditions, 'ReplicaFailure');
  const failure = failureOf(newest) ?? replicaSets.map(failureOf).find((found) => found !== undefined);
  if (!failure) return withoutCondition(conditions, 'ReplicaFailure');
  const { type, status, reason = '', message = '', lastTransitionTime } = failure;
  return withCondition(conditions, { ...condition(type, status, reason, message, nowMs), lastTransitionTime });
}

/** A paused Deployment is not stuck: its condition says so, and says when it goes on. */
export function withPause(deployment: Deployment, nowMs: number): DeploymentCondition[] {
  const conditions = deployment.status?.conditions ?? [];
  const current = conditionOf(conditions, 'Progressing');
  if (!hasProgressDeadline(deployment) || current?.reason === 'ProgressDeadlineExceeded') return conditions;
  const pausedNow = current?.reason === 'DeploymentPaused';
  if (deployment.spec?.paused && !pausedNow) {
    return withCondition(conditions, condition('Progressing', 'Unknown', 'DeploymentPaused', 'Deployment is paused', nowMs));
  }
  if (!deployment.spec?.paused && pausedNow) {
    return withCondition(conditions, condition('Progressing', 'Unknown', 'DeploymentResumed', 'Deployment is resumed', nowMs));
  }
  return conditions;
}
