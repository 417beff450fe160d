import type { Node, Pod } from '@kubernats/api';
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

/** The ended Pods beyond the threshold: the oldest go. 0 keeps all. */
export function surplusPods(ended: readonly Pod[], threshold: number): Pod[] {
  if (threshold <= 0 || ended.length <= threshold) return [];
  const age = ({ metadata }: Pod): string => `${metadata?.creationTimestamp ?? ''} ${metadata?.name ?? ''}`;
  return [...ended].sort((a, b) => (age(a) < age(b) ? -1 : 1)).slice(0, ended.length - threshold);
}

function isReadyNode({ status }: Node): boolean {
  return status?.conditions?.some((condition) => condition.type === 'Ready' && condition.status === 'True') === true;
}
