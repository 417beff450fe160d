import type { Pod, PodCondition } from '@kubernats/api';
import { rfc3339 } from '@kubernats/clock';

export interface Unscheduled {
  /** No node will do, or something went wrong on the way to one. */
  reason: 'Unschedulable' | 'SchedulerError';
  message: string;
}

/** The condition that says why a Pod waits; undefined when the Pod says so already. */
export function unscheduledCondition(pod: Pod, { reason, message }: Unscheduled, nowMs: number): PodCondition | undefined {
  const known = pod.status?.conditions?.find((condition) => condition.type === 'PodScheduled');
  if (known?.status === 'False' && known.reason === reason && known.message === message) return undefined;
  return {
    type: 'PodScheduled',
    status: 'False',
    reason,
    message,
    lastTransitionTime: known?.status === 'False' ? known.lastTransitionTime : rfc3339(nowMs),
    ...(pod.metadata?.generation === undefined ? {} : { observedGeneration: pod.metadata.generation }),
  };
}
