import { isTerminal, type Pod, type ReplicaSet } from '@kubernats/api';
import { labelSelectorOf } from '@kubernats/apimachinery';
import { claim } from '../claim.ts';
import { inDeletionOrder } from '../pods/deletion-order.ts';
import { isActive, isTerminating } from '../pods/pod.ts';

/** One reconciliation creates or deletes at most so many Pods; the next one goes on. */
export const BURST_REPLICAS = 500;

export interface ReplicaSetSnapshot {
  replicaSet: ReplicaSet;
  /** The Pods it controls and the orphans of its namespace. */
  pods: readonly Pod[];
  /** The Pods of all ReplicaSets that have the same owner. Asked only before Pods are given up. */
  relatedPods(): Iterable<Pod>;
  /** Whether all that this controller wrote before can be seen in `pods`. Without that it must not create or delete. */
  fresh: boolean;
  nowMs: number;
}

export interface ReplicaSetPlan {
  /** Orphans that match the selector: they get an owner reference. */
  adopt: Pod[];
  /** Own Pods whose labels no longer match: they lose it. */
  release: Pod[];
  /** How many Pods to create. */
  create: number;
  /** Pods to delete, the first ones first. */
  remove: Pod[];
  /** The Pods that count, after adoption and release. */
  active: Pod[];
  /** Own Pods on their way out. */
  terminating: number;
}

/** What brings a ReplicaSet's Pods to the wanted number. Source: the ReplicaSet concept. */
export function decide(snapshot: ReplicaSetSnapshot): ReplicaSetPlan {
  const { replicaSet, nowMs } = snapshot;
  const candidates = snapshot.pods.filter((pod) => !isTerminal(pod));
  const { owned, adopt, release } = claim(replicaSet, labelSelectorOf(replicaSet.spec?.selector ?? {}), candidates);
  const active = owned.filter(isActive);
  const plan: ReplicaSetPlan = { adopt, release, create: 0, remove: [], active, terminating: owned.filter(isTerminating).length };
  if (replicaSet.metadata?.deletionTimestamp !== undefined || !snapshot.fresh) return plan;

  const surplus = active.length - (replicaSet.spec?.replicas ?? 1);
  if (surplus < 0) plan.create = Math.min(-surplus, BURST_REPLICAS);
  if (surplus > 0) {
    const count = Math.min(surplus, BURST_REPLICAS);
    plan.remove = count === active.length ? active : rank(active, snapshot.relatedPods(), nowMs).slice(0, count);
  }
  return plan;
}

function rank(active: readonly Pod[], related: Iterable<Pod>, nowMs: number): Pod[] {
  const perNode = new Map<string, number>();
  for (const pod of related) {
    if (!isActive(pod)) continue;
    const node = pod.spec?.nodeName ?? '';
    perNode.set(node, (perNode.get(node) ?? 0) + 1);
  }
  return inDeletionOrder(active, (pod) => perNode.get(pod.spec?.nodeName ?? '') ?? 0, nowMs);
}
