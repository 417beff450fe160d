import type { Node, NodeCondition } from '@kubernats/api';
import { rfc3339 } from '@kubernats/clock';

const FROM_KUBELET = ['Ready', 'MemoryPressure', 'DiskPressure', 'PIDPressure'];

export function readyCondition({ status }: Node): NodeCondition | undefined {
  return status?.conditions?.find(({ type }) => type === 'Ready');
}

export function isReadyNode(node: Node): boolean {
  return readyCondition(node)?.status === 'True';
}

/** The conditions of a node that is not heard of any more: nobody knows. Undefined: they say so already. Source: the concept "Node status". */
export function silentConditions({ metadata, status }: Node, nowMs: number): NodeCondition[] | undefined {
  const now = rfc3339(nowMs);
  const before = status?.conditions ?? [];
  const known = new Set(before.map(({ type }) => type));
  const missing = FROM_KUBELET.filter((type) => !known.has(type));
  if (missing.length === 0 && before.every((each) => !FROM_KUBELET.includes(each.type) || each.status === 'Unknown')) return undefined;
  return [
    ...before.map((each) =>
      !FROM_KUBELET.includes(each.type) || each.status === 'Unknown'
        ? each
        : {
            ...each,
            status: 'Unknown',
            reason: 'NodeStatusUnknown',
            message: 'Kubelet stopped posting node status.',
            lastTransitionTime: now,
          },
    ),
    ...missing.map((type) => ({
      type,
      status: 'Unknown',
      reason: 'NodeStatusNeverUpdated',
      message: 'Kubelet never posted node status.',
      lastHeartbeatTime: metadata?.creationTimestamp ?? now,
      lastTransitionTime: now,
    })),
  ];
}
