import type { Pod } from '@kubernats/api';
import { isReady, isTerminating } from '../pods/pod.ts';
import { hashOf, nodeOf } from './daemon-pod.ts';
import { fits } from './fits.ts';
import { updateLimits } from './rolling-update.ts';
import { type DaemonSetSnapshot, isAvailable } from './snapshot.ts';

export interface Removal {
  pod: Pod;
  /** Why it is no use any more, where that is told. */
  because?: 'failed' | 'succeeded';
}

export interface Changes {
  /** The names of the nodes to make a Pod for. */
  create: string[];
  remove: Removal[];
}

export interface ManagePlan extends Changes {
  /** When a node is due again whose Pods kept failing. */
  heldUntilMs: number | undefined;
}

/** One Pod on every node that should have one, none on the others. Source: the DaemonSet concept. */
export function manage(snapshot: DaemonSetSnapshot, byNode: ReadonlyMap<string, Pod[]>): ManagePlan {
  const plan: ManagePlan = { create: [], remove: [], heldUntilMs: undefined };
  const names = new Set<string>();
  for (const node of snapshot.nodes) {
    const name = node.metadata?.name ?? '';
    names.add(name);
    const { run, stay } = fits(snapshot.daemonSet, node);
    const pods = byNode.get(name);
    if (run && !pods) plan.create.push(name);
    else if (pods && stay) keepOne(snapshot, name, pods, plan);
    else if (pods) plan.remove.push(...pods.filter((pod) => !isTerminating(pod)).map((pod) => ({ pod })));
  }
  // What waits for a node that is gone would wait for ever; what was on it goes by Pod GC.
  for (const pod of snapshot.pods) {
    const node = nodeOf(pod);
    if (!pod.spec?.nodeName && node !== undefined && !names.has(node) && !isTerminating(pod)) plan.remove.push({ pod });
  }
  return plan;
}

/** Takes away what has ended, and what is too much. */
function keepOne(snapshot: DaemonSetSnapshot, node: string, pods: readonly Pod[], plan: ManagePlan): void {
  const running: Pod[] = [];
  for (const pod of pods) {
    if (isTerminating(pod)) continue;
    if (pod.status?.phase === 'Succeeded') plan.remove.push({ pod, because: 'succeeded' });
    else if (pod.status?.phase !== 'Failed') running.push(pod);
    else {
      const heldUntilMs = snapshot.heldUntilMs(node) ?? 0;
      if (heldUntilMs <= snapshot.nowMs) plan.remove.push({ pod, because: 'failed' });
      else plan.heldUntilMs = Math.min(plan.heldUntilMs ?? heldUntilMs, heldUntilMs);
    }
  }
  if (running.length <= 1) return;
  const surplus = surges(snapshot) ? surplusWhileSurging(snapshot, running) : running.slice(1);
  plan.remove.push(...surplus.map((pod) => ({ pod })));
}

/** A node may have an old Pod and a new one: the old one until the new one is available, or while it is no use itself. */
function surplusWhileSurging(snapshot: DaemonSetSnapshot, running: readonly Pod[]): Pod[] {
  const newest = running.find((pod) => hashOf(pod) === snapshot.hash);
  const old = running.find((pod) => hashOf(pod) !== snapshot.hash);
  const surplus = running.filter((pod) => pod !== newest && pod !== old);
  if (newest && old && (!isReady(old) || isAvailable(snapshot, newest))) surplus.push(old);
  return surplus;
}

function surges({ daemonSet }: DaemonSetSnapshot): boolean {
  return daemonSet.spec?.updateStrategy?.type === 'RollingUpdate' && updateLimits(daemonSet, 1).maxSurge > 0;
}
