import { type Deployment, isTerminal, type Pod } from '@kubernats/api';
import { type Draft, scaleTo } from './draft.ts';

/**
 * One step of the Recreate strategy. Returns whether the newest ReplicaSet may exist now: only when no old Pod is left,
 * not even one that is still shutting down.
 */
export function recreate(deployment: Deployment, newest: Draft, old: Draft[], podsOf: (draft: Draft) => Iterable<Pod>): boolean {
  const active = old.filter((draft) => draft.replicas > 0);
  for (const draft of active) scaleTo(draft, 0, deployment);
  if (active.length > 0 || old.some((draft) => runsPods(podsOf(draft)))) return false;
  const replicas = deployment.spec?.replicas ?? 1;
  if (newest.replicas !== replicas) scaleTo(newest, replicas, deployment);
  return true;
}

function runsPods(pods: Iterable<Pod>): boolean {
  for (const pod of pods) {
    if (!isTerminal(pod)) return true;
  }
  return false;
}
