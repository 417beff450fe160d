import { isTerminal, type Pod, Pods } from '@kubernats/api';
import type { Client } from '@kubernats/client';
import { rfc3339 } from '@kubernats/clock';
import { isNotFound } from '@kubernats/errors';

/** Why a Pod is taken away, for its condition `DisruptionTarget`. */
export interface Disruption {
  reason: string;
  message: string;
}

export interface DisruptOptions {
  /** Undefined: its own. 0: at once, without waiting for a kubelet. */
  gracePeriodSeconds?: number;
  /** Also says that it failed, when nobody is left to see it end. */
  phase?: 'Failed';
  nowMs: number;
}

/** Deletes a Pod that its owner did not want to lose, and says on it why. Source: the concept "Disruptions", "Pod disruption conditions". */
export async function disrupt(client: Client, pod: Pod, why: Disruption | undefined, options: DisruptOptions): Promise<void> {
  const { name = '', namespace, uid } = pod.metadata ?? {};
  const { gracePeriodSeconds, phase, nowMs } = options;
  const pods = client.kind(Pods);
  const condition = why && { type: 'DisruptionTarget', status: 'True', ...why, lastTransitionTime: rfc3339(nowMs) };
  const status = { ...(phase && !isTerminal(pod) && { phase }), ...(condition && { conditions: [condition] }) };
  try {
    if (Object.keys(status).length > 0) {
      await pods.patch(name, namespace, 'strategic', { metadata: { uid }, status }, { subresource: 'status' });
    }
    await pods.delete(name, namespace, { gracePeriodSeconds, preconditions: { uid } });
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}
