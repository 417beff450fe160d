import type { ControllerRevision, Pod, StatefulSet, StatefulSetStatus } from '@kubernats/api';
import { availableAtMs, isTerminating } from '../pods/pod.ts';
import { isRunningAndAvailable, isRunningAndReady } from './health.ts';
import { replicasOf, revisionOf } from './identity.ts';

export interface StatusInput {
  set: StatefulSet;
  pods: readonly Pod[];
  current: ControllerRevision;
  update: ControllerRevision;
  collisionCount: number;
  /** Pods of an old template that this step takes away. */
  outdated: number;
  nowMs: number;
}

export interface StatusPlan {
  status: StatefulSetStatus;
  /** When the next Pod becomes available by mere passing of time. */
  nextAvailableAtMs: number | undefined;
}

/** The status that follows from the Pods. Source: `StatefulSetStatus` of the API reference. */
export function statusOf({ set, pods, current, update, collisionCount, outdated, nowMs }: StatusInput): StatusPlan {
  const minReadySeconds = set.spec?.minReadySeconds ?? 0;
  const counts = { replicas: 0, readyReplicas: 0, availableReplicas: 0, currentReplicas: -outdated, updatedReplicas: 0 };
  let nextAvailableAtMs: number | undefined;
  for (const pod of pods) {
    counts.replicas++;
    if (isRunningAndReady(pod)) {
      counts.readyReplicas++;
      const at = availableAtMs(pod, minReadySeconds) ?? nowMs;
      if (isRunningAndAvailable(pod, minReadySeconds, nowMs)) counts.availableReplicas++;
      else nextAvailableAtMs = Math.min(nextAvailableAtMs ?? at, at);
    }
    if (isTerminating(pod)) continue;
    if (revisionOf(pod) === current.metadata?.name) counts.currentReplicas++;
    if (revisionOf(pod) === update.metadata?.name) counts.updatedReplicas++;
  }
  const wanted = replicasOf(set);
  const rollsOut = set.spec?.updateStrategy?.type !== 'OnDelete';
  const { replicas, readyReplicas, updatedReplicas, availableReplicas } = counts;
  const complete = rollsOut && updatedReplicas === wanted && readyReplicas === wanted && replicas === wanted;
  const currentReplicas = complete ? updatedReplicas : Math.max(0, counts.currentReplicas);
  return {
    status: {
      observedGeneration: set.metadata?.generation,
      replicas,
      ...(readyReplicas > 0 && { readyReplicas }),
      ...(currentReplicas > 0 && { currentReplicas }),
      ...(updatedReplicas > 0 && { updatedReplicas }),
      currentRevision: complete ? update.metadata?.name : current.metadata?.name,
      updateRevision: update.metadata?.name,
      collisionCount,
      availableReplicas,
    },
    nextAvailableAtMs,
  };
}
