import { type Changes, manage } from './manage.ts';
import { rollingUpdate } from './rolling-update.ts';
import { type DaemonSetSnapshot, podsByNode } from './snapshot.ts';
import { type StatusPlan, statusOf } from './status.ts';

/** One reconciliation creates and deletes at most so many Pods each; the next one goes on. */
export const BURST_REPLICAS = 250;

export interface DaemonSetPlan extends Changes, StatusPlan {
  /** When a node is due again whose Pods kept failing. */
  heldUntilMs: number | undefined;
}

/** The next step of a DaemonSet: what is missing or too much first, a roll-out when that is done. */
export function decide(snapshot: DaemonSetSnapshot, collisionCount: number): DaemonSetPlan {
  const byNode = podsByNode(snapshot.pods);
  const status = statusOf(snapshot, byNode, collisionCount);
  const managed = manage(snapshot, byNode);
  const settled = managed.create.length === 0 && managed.remove.length === 0;
  const rolls = settled && snapshot.daemonSet.spec?.updateStrategy?.type === 'RollingUpdate';
  const { create, remove } = rolls ? rollingUpdate(snapshot, byNode) : managed;
  return {
    create: create.slice(0, BURST_REPLICAS),
    remove: remove.slice(0, BURST_REPLICAS),
    heldUntilMs: managed.heldUntilMs,
    ...status,
  };
}
