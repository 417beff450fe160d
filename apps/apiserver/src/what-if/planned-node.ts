import type { Node } from '@kubernats/api';
import { goQuote } from '@kubernats/apimachinery';
import { badRequest } from '@kubernats/errors';
import type { Held } from '../cache/stored.ts';

const PODS = '110';

/** A node that somebody thinks of, with what its kubelet would say of it: the labels of its name, and how many Pods it takes. */
export function plannedNode(draft: Held): Node {
  const { metadata, status, ...node }: Held & Node = draft;
  const name = metadata.name ?? '';
  const { cpu, memory } = status?.allocatable ?? {};
  if (cpu === undefined || memory === undefined) {
    throw badRequest(`node ${goQuote(name)}: status.allocatable (or status.capacity) must say how much cpu and memory it has`);
  }
  return {
    ...node,
    metadata: { ...metadata, labels: { hostname: name, 'kubernetes.io/hostname': name, ...metadata.labels } },
    status: { ...status, allocatable: { pods: PODS, ...status?.allocatable } },
  };
}
