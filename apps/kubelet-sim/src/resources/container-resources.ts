import { type Container, type Pod, qosClass } from '@kubernats/api';
import { quantityMilli, quantityValue } from '@kubernats/apimachinery';
import type { ContainerResources, ResourceAmounts } from '@kubernats/containers';
import { isCriticalPod } from './critical-pod.ts';

/** What a container asks for and may have, as its runtime takes it. */
export function containerResources(pod: Pod, { resources }: Container, nodeMemoryBytes: number): ContainerResources {
  const requests = amountsOf(resources?.requests);
  return { requests, limits: amountsOf(resources?.limits), oomScoreAdj: oomScoreAdj(pod, requests.memoryBytes ?? 0, nodeMemoryBytes) };
}

function amountsOf(list: Readonly<Record<string, string>> | undefined): ResourceAmounts {
  const amounts: ResourceAmounts = {};
  if (list?.memory !== undefined) amounts.memoryBytes = quantityValue(list.memory);
  if (list?.cpu !== undefined) amounts.cpuMillicores = quantityMilli(list.cpu);
  return amounts;
}

const PROTECTED = -997;
const FIRST_TO_GO = 1000;

/** Source: Kubernetes, "Node out of memory behavior". */
function oomScoreAdj(pod: Pod, requestBytes: number, nodeMemoryBytes: number): number {
  if (isCriticalPod(pod)) return PROTECTED;
  switch (qosClass(pod.spec ?? { containers: [] })) {
    case 'Guaranteed':
      return PROTECTED;
    case 'BestEffort':
      return FIRST_TO_GO;
    case 'Burstable': {
      const adj = Math.floor(1000 - (1000 * requestBytes) / nodeMemoryBytes);
      return Math.min(Math.max(adj, 1000 + PROTECTED), FIRST_TO_GO - 1);
    }
  }
}

/** The memory that a Pod asked for: what its containers hold together, and no less than its largest init container. */
export function memoryRequestOf(pod: Pod): number {
  const requestOf = ({ resources }: Container): number => quantityValue(resources?.requests?.memory);
  let together = (pod.spec?.containers ?? []).reduce((sum, container) => sum + requestOf(container), 0);
  let largestInit = 0;
  let sidecars = 0;
  for (const container of pod.spec?.initContainers ?? []) {
    if (container.restartPolicy === 'Always') sidecars += requestOf(container);
    else largestInit = Math.max(largestInit, sidecars + requestOf(container));
  }
  together += sidecars;
  return Math.max(together, largestInit) + quantityValue(pod.spec?.overhead?.memory);
}
