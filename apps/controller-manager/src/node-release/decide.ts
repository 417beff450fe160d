import { type Node, ownerOfNode } from '@kubernats/api';
import { readyCondition } from '../node-lifecycle/health.ts';
import { timeMs } from '../pods/pod.ts';

/**
 * In how many milliseconds a Node may go; 0: now. Undefined: not at all, because its name was given by a person, or because its machine is
 * heard of.
 */
export function releasedInMs(node: Node, afterMs: number, nowMs: number): number | undefined {
  if (ownerOfNode(node) === undefined || node.metadata?.deletionTimestamp !== undefined) return undefined;
  const ready = readyCondition(node);
  if (ready?.status !== 'Unknown') return undefined;
  return Math.max(0, (timeMs(ready.lastTransitionTime) ?? nowMs) + afterMs - nowMs);
}
