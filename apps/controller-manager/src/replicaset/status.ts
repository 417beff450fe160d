import type { Pod, ReplicaSet, ReplicaSetStatus } from '@kubernats/api';
import { rfc3339 } from '@kubernats/clock';
import { withCondition, withoutCondition } from '../conditions.ts';
import type { Outcome } from '../pods/owned-pods.ts';
import { availableAtMs, isReady } from '../pods/pod.ts';

export interface StatusPlan {
  status: ReplicaSetStatus;
  /** When the next Pod becomes available by mere passing of time. */
  nextAvailableAtMs: number | undefined;
}

/** The status that follows from the Pods. Source: `ReplicaSetStatus` of the API reference. */
export function statusOf(
  replicaSet: ReplicaSet,
  active: readonly Pod[],
  terminating: number,
  failure: Outcome['failure'],
  nowMs: number,
): StatusPlan {
  const minReadySeconds = replicaSet.spec?.minReadySeconds ?? 0;
  const templateLabels = Object.entries(replicaSet.spec?.template?.metadata?.labels ?? {});
  let fullyLabeledReplicas = 0;
  let readyReplicas = 0;
  let availableReplicas = 0;
  let nextAvailableAtMs: number | undefined;
  for (const pod of active) {
    const labels = pod.metadata?.labels ?? {};
    if (templateLabels.every(([key, value]) => labels[key] === value)) fullyLabeledReplicas++;
    if (isReady(pod)) readyReplicas++;
    const at = availableAtMs(pod, minReadySeconds);
    if (at === undefined) continue;
    if (at <= nowMs) availableReplicas++;
    else nextAvailableAtMs = Math.min(nextAvailableAtMs ?? at, at);
  }
  const conditions = replicaFailure(replicaSet, failure, nowMs);
  return {
    status: {
      replicas: active.length,
      ...(fullyLabeledReplicas > 0 && { fullyLabeledReplicas }),
      ...(readyReplicas > 0 && { readyReplicas }),
      ...(availableReplicas > 0 && { availableReplicas }),
      terminatingReplicas: terminating,
      observedGeneration: replicaSet.metadata?.generation,
      ...(conditions.length > 0 && { conditions }),
    },
    nextAvailableAtMs,
  };
}

function replicaFailure(replicaSet: ReplicaSet, failure: Outcome['failure'], nowMs: number) {
  const conditions = replicaSet.status?.conditions ?? [];
  if (!failure) return withoutCondition(conditions, 'ReplicaFailure');
  // The first failure stays until it is gone: its text would otherwise change with every generated name.
  if (conditions.some((condition) => condition.type === 'ReplicaFailure')) return conditions;
  return withCondition(conditions, { type: 'ReplicaFailure', status: 'True', ...failure, lastTransitionTime: rfc3339(nowMs) });
}
