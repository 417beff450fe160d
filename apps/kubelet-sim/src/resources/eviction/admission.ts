import { type Pod, qosClass, toleratedBy } from '@kubernats/api';
import { isCriticalPod } from '../critical-pod.ts';

const TAINT = { key: 'node.kubernetes.io/memory-pressure', effect: 'NoSchedule' };

/** What a node under memory pressure says to a new Pod that asked for nothing; undefined: it may come. Source: the kubelet's eviction manager. */
export function refusedUnderMemoryPressure(pod: Pod): { reason: string; message: string } | undefined {
  if (isCriticalPod(pod) || qosClass(pod.spec ?? { containers: [] }) !== 'BestEffort' || toleratedBy(pod.spec?.tolerations, TAINT))
    return undefined;
  return { reason: 'Evicted', message: 'The node had condition: [MemoryPressure]. ' };
}
