import type { Pod } from '@kubernats/api';
import { isReady, podCondition, timeMs } from './pod.ts';

const PHASE_ORDER: Record<string, number> = { Pending: 0, Unknown: 1, Running: 2 };
const DELETION_COST = 'controller.kubernetes.io/pod-deletion-cost';

/** The annotation's value; what is not an integer counts as nothing, as in Kubernetes. */
function deletionCost(pod: Pod): number {
  const text = pod.metadata?.annotations?.[DELETION_COST];
  return text !== undefined && /^-?(0|[1-9]\d*)$/.test(text) ? Number(text) : 0;
}

function mostRestarts(pod: Pod): number {
  let most = 0;
  for (const { restartCount } of pod.status?.containerStatuses ?? []) most = Math.max(most, restartCount);
  return most;
}

/** Ages are compared by their order of magnitude only, so that scaling down does not always hit the same place. */
function magnitude(sinceMs: number, nowMs: number): number {
  const age = (nowMs - sinceMs) * 1e6;
  return age <= 0 ? -1 : Math.floor(Math.log2(age));
}

/** `undefined` is the youngest. Equal magnitudes fall back to the uid, which is as good as random. */
function youngerFirst(a: number | undefined, b: number | undefined, one: Pod, other: Pod, nowMs: number): number {
  if (a === b) return 0;
  if (a === undefined) return -1;
  if (b === undefined) return 1;
  const difference = magnitude(a, nowMs) - magnitude(b, nowMs);
  if (difference !== 0) return difference;
  return (one.metadata?.uid ?? '') < (other.metadata?.uid ?? '') ? -1 : 1;
}

/**
 * Which Pods a controller gives up first, the first of the result before all others. `crowd` says how many Pods of the same
 * application share the Pod's node. Source: Kubernetes' "ReplicaSet: scaling down" order.
 */
export function inDeletionOrder(pods: readonly Pod[], crowd: (pod: Pod) => number, nowMs: number): Pod[] {
  const steps: ((a: Pod, b: Pod) => number)[] = [
    (a, b) => Number((a.spec?.nodeName ?? '') !== '') - Number((b.spec?.nodeName ?? '') !== ''),
    (a, b) => (PHASE_ORDER[a.status?.phase ?? ''] ?? 0) - (PHASE_ORDER[b.status?.phase ?? ''] ?? 0),
    (a, b) => Number(isReady(a)) - Number(isReady(b)),
    (a, b) => deletionCost(a) - deletionCost(b),
    (a, b) => crowd(b) - crowd(a),
    (a, b) => (isReady(a) && isReady(b) ? youngerFirst(readySinceMs(a), readySinceMs(b), a, b, nowMs) : 0),
    (a, b) => mostRestarts(b) - mostRestarts(a),
    (a, b) => youngerFirst(timeMs(a.metadata?.creationTimestamp), timeMs(b.metadata?.creationTimestamp), a, b, nowMs),
  ];
  return [...pods].sort((a, b) => {
    for (const step of steps) {
      const order = step(a, b);
      if (order !== 0) return order;
    }
    return 0;
  });
}

function readySinceMs(pod: Pod): number | undefined {
  return timeMs(podCondition(pod, 'Ready')?.lastTransitionTime);
}
