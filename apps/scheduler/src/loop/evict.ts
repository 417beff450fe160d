import { type Pod, type PodCondition, Pods } from '@kubernats/api';
import { type Client, type EventRecorder, referenceTo } from '@kubernats/client';
import { type Clock, rfc3339 } from '@kubernats/clock';
import { isConflict, isNotFound } from '@kubernats/errors';
import type { Evictions } from './evictions.ts';

export interface EvictDeps {
  client: Client;
  clock: Clock;
  /** Who speaks of what is done for a Pod. */
  recorderOf(pod: Pod): EventRecorder | undefined;
  evictions: Evictions;
}

/**
 * Makes one Pod go, with its grace period, for the sake of another: first its status says why. One that is gone, or is another Pod of that name by now, is
 * left alone. Throws what else went wrong.
 */
export async function evict(
  { client, clock, recorderOf, evictions }: EvictDeps,
  victim: Pod,
  preemptor: Pod,
  nodeName: string,
  signal: AbortSignal,
) {
  const { name = '', namespace, uid } = victim.metadata ?? {};
  const pods = client.kind(Pods);
  evictions.begin(victim);
  try {
    const patch = { metadata: { uid }, status: { conditions: [disruptionTarget(victim, preemptor, clock.now())] } };
    await pods.patch(name, namespace, 'strategic', patch, { subresource: 'status', signal });
    await pods.delete(name, namespace, { preconditions: { uid }, signal });
  } catch (error) {
    evictions.end(victim);
    if (isNotFound(error) || isConflict(error)) return;
    throw error;
  }
  const message = `Preempted by pod ${preemptor.metadata?.uid} on node ${nodeName}`;
  recorderOf(preemptor)?.event(referenceTo(Pods, victim), 'Normal', 'Preempted', message, {
    action: 'Preempting',
    related: referenceTo(Pods, preemptor),
  });
}

/** Source: the concept "Disruptions", "Pod disruption conditions". */
function disruptionTarget({ metadata }: Pod, { spec }: Pod, nowMs: number): PodCondition {
  return {
    type: 'DisruptionTarget',
    status: 'True',
    reason: 'PreemptionByScheduler',
    message: `${spec?.schedulerName}: preempting to accommodate a higher priority pod`,
    lastTransitionTime: rfc3339(nowMs),
    ...(metadata?.generation === undefined ? {} : { observedGeneration: metadata.generation }),
  };
}
