import type { Node, Pod } from '@kubernats/api';
import { isReadyNode } from '../node-lifecycle/health.ts';
import { isTerminating } from '../pods/pod.ts';

const OUT_OF_SERVICE = 'node.kubernetes.io/out-of-service';

export interface Removal {
  pod: Pod;
  /** Its node is gone for good; otherwise an administrator has said that it is. */
  lost: boolean;
}

/** Which Pods of a node nobody will ever tell us more about. `node` is undefined when there is none of that name. */
export function strandedPods(node: Node | undefined, pods: readonly Pod[]): Removal[] {
  if (!node) return pods.map((pod) => ({ pod, lost: true }));
  if (isReadyNode(node) || !node.spec?.taints?.some(({ key }) => key === OUT_OF_SERVICE)) return [];
  return pods.filter(isTerminating).map((pod) => ({ pod, lost: false }));
}

/** Whether the Pod is to go and never came to a node: what holds it (a Job counts it first) waits for an end that no kubelet will report. */
export function endsUnscheduled(pod: Pod): boolean {
  return isTerminating(pod) && !pod.spec?.nodeName;
}

/** The ended Pods beyond the threshold: those that were evicted go first, as no controller counts on them, then the oldest. 0 keeps all. */
export function surplusPods(ended: readonly Pod[], threshold: number): Pod[] {
  if (threshold <= 0 || ended.length <= threshold) return [];
  const order = ({ metadata, status }: Pod): string =>
    `${status?.reason === 'Evicted' ? 0 : 1} ${metadata?.creationTimestamp ?? ''} ${metadata?.name ?? ''}`;
  return [...ended].sort((a, b) => (order(a) < order(b) ? -1 : 1)).slice(0, ended.length - threshold);
}
