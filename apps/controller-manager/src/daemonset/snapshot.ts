import { type DaemonSet, isTerminal, type Node, type Pod } from '@kubernats/api';
import { availableAtMs, isReady, isTerminating, timeMs } from '../pods/pod.ts';
import { nodeOf } from './daemon-pod.ts';

export interface DaemonSetSnapshot {
  daemonSet: DaemonSet;
  nodes: readonly Node[];
  /** Those that it controls. */
  pods: readonly Pod[];
  /** Of the Pods of its newest template. */
  hash: string;
  /** Until when a Pod that failed on the node is not replaced. Milliseconds of wall time. */
  heldUntilMs(nodeName: string): number | undefined;
  nowMs: number;
}

/** The Pods of each node, the oldest first. Ended ones that are on their way out do not count. */
export function podsByNode(pods: readonly Pod[]): Map<string, Pod[]> {
  const byNode = new Map<string, Pod[]>();
  for (const pod of pods) {
    const node = nodeOf(pod);
    if (node === undefined || (isTerminal(pod) && isTerminating(pod))) continue;
    const there = byNode.get(node);
    if (there) there.push(pod);
    else byNode.set(node, [pod]);
  }
  for (const there of byNode.values()) if (there.length > 1) there.sort(scheduledThenOldest);
  return byNode;
}

function scheduledThenOldest(a: Pod, b: Pod): number {
  const scheduled = Number((b.spec?.nodeName ?? '') !== '') - Number((a.spec?.nodeName ?? '') !== '');
  if (scheduled !== 0) return scheduled;
  const age = (timeMs(a.metadata?.creationTimestamp) ?? 0) - (timeMs(b.metadata?.creationTimestamp) ?? 0);
  return age !== 0 ? age : (a.metadata?.name ?? '') < (b.metadata?.name ?? '') ? -1 : 1;
}

export function isAvailable({ daemonSet, nowMs }: Pick<DaemonSetSnapshot, 'daemonSet' | 'nowMs'>, pod: Pod): boolean {
  const at = availableAtMs(pod, daemonSet.spec?.minReadySeconds ?? 0);
  return isReady(pod) && at !== undefined && at <= nowMs;
}
