import type { Deployment } from '@kubernats/api';
import { available, byAge, type Draft, desiredReplicas, maxReplicas, scaleTo, totalReplicas } from './draft.ts';
import { isRollingUpdate, maxSurgeOf } from './fenceposts.ts';

/** Whether `spec.replicas` changed since the ReplicaSets were last sized. */
export function isScalingEvent(deployment: Deployment, drafts: readonly Draft[]): boolean {
  return drafts.some((draft) => {
    const desired = desiredReplicas(draft);
    return draft.replicas > 0 && desired !== undefined && desired !== (deployment.spec?.replicas ?? 1);
  });
}

/**
 * Brings the ReplicaSets to a new total without rolling on: the only active one takes it all, several share it in
 * proportion to their sizes, so that a half-done roll-out stays half done. Source: "Proportional scaling" of the Deployment concept.
 */
export function scale(deployment: Deployment, newest: Draft | undefined, old: Draft[]): void {
  const replicas = deployment.spec?.replicas ?? 1;
  const all = newest ? [newest, ...old] : old;
  const active = all.filter((draft) => draft.replicas > 0);
  const only = active.length === 1 ? active[0] : active.length === 0 ? (newest ?? [...old].sort(byAge).at(-1)) : undefined;
  if (only) {
    if (only.replicas !== replicas || active.length === 1) scaleTo(only, replicas, deployment);
    return;
  }
  if (active.length === 0) return;
  if (newest && isSaturated(deployment, newest)) {
    for (const draft of old) if (draft.replicas > 0) scaleTo(draft, 0, deployment);
    return;
  }
  if (isRollingUpdate(deployment)) share(deployment, active);
}

function isSaturated(deployment: Deployment, newest: Draft): boolean {
  const replicas = deployment.spec?.replicas ?? 1;
  return newest.replicas === replicas && desiredReplicas(newest) === replicas && available(newest) === replicas;
}

function share(deployment: Deployment, active: Draft[]): void {
  const replicas = deployment.spec?.replicas ?? 1;
  const allowed = replicas > 0 ? replicas + maxSurgeOf(deployment) : 0;
  const toAdd = allowed - totalReplicas(active);
  // The largest first, so that what rounding leaves over hurts least; of equals the newer grows and the older shrinks.
  const largestFirst = [...active].sort((a, b) => b.replicas - a.replicas || (toAdd > 0 ? byAge(b, a) : byAge(a, b)));
  let added = 0;
  const sizes = largestFirst.map((draft) => {
    const part = toAdd === 0 ? 0 : proportion(deployment, draft, toAdd, added);
    added += part;
    return draft.replicas + part;
  });
  largestFirst.forEach((draft, i) => {
    const leftOver = i === 0 ? toAdd - added : 0;
    scaleTo(draft, Math.max(0, (sizes[i] ?? 0) + leftOver), deployment);
  });
}

function proportion(deployment: Deployment, draft: Draft, toAdd: number, added: number): number {
  const rest = toAdd - added;
  if (draft.replicas === 0 || rest === 0) return 0;
  const part = fraction(deployment, draft);
  return toAdd > 0 ? Math.min(part, rest) : Math.max(part, rest);
}

function fraction(deployment: Deployment, draft: Draft): number {
  const replicas = deployment.spec?.replicas ?? 1;
  if (replicas === 0) return -draft.replicas;
  const before = maxReplicas(draft) || deployment.status?.replicas || 0;
  if (before === 0) return 0;
  return Math.round((draft.replicas * (replicas + maxSurgeOf(deployment))) / before) - draft.replicas;
}
