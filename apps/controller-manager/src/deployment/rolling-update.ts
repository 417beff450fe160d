import type { Deployment } from '@kubernats/api';
import { available, byAge, type Draft, scaleTo, totalReplicas } from './draft.ts';
import { maxSurgeOf, maxUnavailableOf } from './fenceposts.ts';

/** How large the newest ReplicaSet may be now, so that all together stay below replicas + maxSurge. */
export function newestSize(deployment: Deployment, newestReplicas: number, allReplicas: number): number {
  const replicas = deployment.spec?.replicas ?? 1;
  const room = replicas + maxSurgeOf(deployment) - allReplicas;
  return room <= 0 ? newestReplicas : newestReplicas + Math.min(room, replicas - newestReplicas);
}

/** One step of a rolling update: grow the newest as far as allowed, else shrink the old ones as far as allowed. */
export function rollingUpdate(deployment: Deployment, newest: Draft, old: Draft[]): void {
  const replicas = deployment.spec?.replicas ?? 1;
  if (newest.replicas > replicas) return scaleTo(newest, replicas, deployment);
  if (newest.replicas < replicas) {
    const size = newestSize(deployment, newest.replicas, newest.replicas + totalReplicas(old));
    if (size !== newest.replicas) return scaleTo(newest, size, deployment);
  }
  shrinkOld(deployment, newest, old);
}

/** Old Pods go in two helpings: first those that do not work anyway, then as many as availability allows. */
function shrinkOld(deployment: Deployment, newest: Draft, old: Draft[]): void {
  if (totalReplicas(old) === 0) return;
  const minAvailable = (deployment.spec?.replicas ?? 1) - maxUnavailableOf(deployment);
  const newestUnavailable = newest.replicas - available(newest);
  let unhealthyBudget = newest.replicas + totalReplicas(old) - minAvailable - newestUnavailable;
  if (unhealthyBudget <= 0) return;

  const oldestFirst = [...old].sort(byAge);
  let availableNow = available(newest);
  for (const draft of oldestFirst) {
    availableNow += available(draft);
    const drop = Math.min(unhealthyBudget, draft.replicas - available(draft));
    if (drop <= 0) continue;
    scaleTo(draft, draft.replicas - drop, deployment);
    unhealthyBudget -= drop;
  }
  // What a status still counts of Pods that were taken away before is no reason to take away others.
  let healthyBudget = Math.min(availableNow - minAvailable, unhealthyBudget);
  for (const draft of oldestFirst) {
    const drop = Math.min(healthyBudget, draft.replicas);
    if (drop <= 0) continue;
    scaleTo(draft, draft.replicas - drop, deployment);
    healthyBudget -= drop;
  }
}
