import type { Deployment, ReplicaSet } from '@kubernats/api';
import { revisionOf } from './annotations.ts';

/** Old ReplicaSets beyond `revisionHistoryLimit`, the oldest revisions first. One that still has Pods stays. */
export function surplusHistory(deployment: Deployment, old: readonly ReplicaSet[]): ReplicaSet[] {
  const limit = deployment.spec?.revisionHistoryLimit;
  if (limit === undefined || limit === 2_147_483_647) return [];
  const alive = old.filter((replicaSet) => replicaSet.metadata?.deletionTimestamp === undefined);
  const surplus = alive.length - limit;
  if (surplus <= 0) return [];
  return alive
    .sort((a, b) => revisionOf(a) - revisionOf(b))
    .slice(0, surplus)
    .filter(
      ({ metadata, spec, status }) =>
        (status?.replicas ?? 0) === 0 && spec?.replicas === 0 && (metadata?.generation ?? 0) <= (status?.observedGeneration ?? 0),
    );
}
