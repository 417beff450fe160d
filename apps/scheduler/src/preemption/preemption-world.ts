import type { Pod, PodDisruptionBudget } from '@kubernats/api';
import type { PodInfo } from '../snapshot/pod-info.ts';

/** What preemption has to know besides nodes and what is on them. */
export interface PreemptionWorld {
  readonly budgets: Iterable<PodDisruptionBudget>;
  /** The Pod as it is now: one that is on a node is kept as it was when it last mattered to others. */
  newest(info: PodInfo): Pod;
  /** Whether the Pod is on its way out because a scheduler said so. */
  isPreempted(info: PodInfo): boolean;
}

/** Nobody knows more than the nodes tell. */
export const bareWorld: PreemptionWorld = { budgets: [], newest: ({ pod }) => pod, isPreempted: ({ pod }) => isGoingByPreemption(pod) };

/** Whether the Pod ends because a scheduler preempted it, as it says itself. */
export function isGoingByPreemption({ metadata, status }: Pod): boolean {
  if (!metadata?.deletionTimestamp) return false;
  const target = status?.conditions?.find(({ type }) => type === 'DisruptionTarget');
  return target?.status === 'True' && target.reason === 'PreemptionByScheduler';
}
