import { type Pod, Pods } from '@kubernats/api';
import { type Client, keyOf, type Log } from '@kubernats/client';
import type { Clock } from '@kubernats/clock';
import { isNotFound } from '@kubernats/errors';
import { type Unscheduled, unscheduledCondition } from './pod-condition.ts';

export interface Waiting extends Unscheduled {
  /** Where room is made for the Pod; '': nowhere, whatever was said before. Undefined: what was said before stays. */
  nominatedNodeName?: string;
}

/** Writes into a Pod's status why it waits, and for which node. Gives whether the Pod says so now. */
export async function tellWaiting(
  { client, clock, log }: { client: Client; clock: Clock; log: Log },
  pod: Pod,
  why: Waiting,
  signal: AbortSignal,
): Promise<boolean> {
  const condition = unscheduledCondition(pod, why, clock.now());
  const { nominatedNodeName } = why;
  const nominates = nominatedNodeName !== undefined && nominatedNodeName !== (pod.status?.nominatedNodeName ?? '');
  if (!condition && !nominates) return true;
  const { name = '', namespace, uid } = pod.metadata ?? {};
  const status = {
    ...(condition && { conditions: [condition] }),
    ...(nominates && { nominatedNodeName: nominatedNodeName || null }),
  };
  try {
    await client.kind(Pods).patch(name, namespace, 'strategic', { metadata: { uid }, status }, { subresource: 'status', signal });
    return true;
  } catch (error) {
    // The event says the same, and the next attempt writes it again.
    if (!signal.aborted && !isNotFound(error)) log.warn({ pod: keyOf(pod), error }, 'could not write why the Pod waits');
    return false;
  }
}
