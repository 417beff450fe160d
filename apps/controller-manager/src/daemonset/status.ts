import type { DaemonSetStatus, Pod } from '@kubernats/api';
import { availableAtMs, isReady } from '../pods/pod.ts';
import { hashOf } from './daemon-pod.ts';
import { fits } from './fits.ts';
import { type DaemonSetSnapshot, isAvailable } from './snapshot.ts';

export interface StatusPlan {
  status: DaemonSetStatus;
  /** When the next Pod becomes available by mere passing of time. */
  nextAvailableAtMs: number | undefined;
}

/** The status that follows from nodes and Pods, of each node's oldest. Source: `DaemonSetStatus` of the API reference. */
export function statusOf(snapshot: DaemonSetSnapshot, byNode: ReadonlyMap<string, Pod[]>, collisionCount: number): StatusPlan {
  const { daemonSet, nodes, hash } = snapshot;
  const counts = { desired: 0, current: 0, misscheduled: 0, ready: 0, available: 0, updated: 0 };
  let nextAvailableAtMs: number | undefined;
  for (const node of nodes) {
    const [pod] = byNode.get(node.metadata?.name ?? '') ?? [];
    if (!fits(daemonSet, node).run) {
      if (pod) counts.misscheduled++;
      continue;
    }
    counts.desired++;
    if (!pod) continue;
    counts.current++;
    if (hashOf(pod) === hash) counts.updated++;
    if (!isReady(pod)) continue;
    counts.ready++;
    if (isAvailable(snapshot, pod)) counts.available++;
    else {
      const at = availableAtMs(pod, daemonSet.spec?.minReadySeconds ?? 0);
      if (at !== undefined) nextAvailableAtMs = Math.min(nextAvailableAtMs ?? at, at);
    }
  }
  const unavailable = counts.desired - counts.available;
  return {
    status: {
      currentNumberScheduled: counts.current,
      numberMisscheduled: counts.misscheduled,
      desiredNumberScheduled: counts.desired,
      numberReady: counts.ready,
      observedGeneration: daemonSet.metadata?.generation,
      ...(counts.updated > 0 && { updatedNumberScheduled: counts.updated }),
      ...(counts.available > 0 && { numberAvailable: counts.available }),
      ...(unavailable > 0 && { numberUnavailable: unavailable }),
      ...(collisionCount > 0 && { collisionCount }),
    },
    nextAvailableAtMs,
  };
}
