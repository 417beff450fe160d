import type { NodeInfo } from '../snapshot/node-info.ts';

/** Of two nodes that are equal otherwise: whether the first has more memory left, or else fewer Pods, or else comes first by name (P7). */
export function isRoomier(a: NodeInfo, b: NodeInfo): boolean {
  const memory = memoryLeft(a) - memoryLeft(b);
  if (memory !== 0) return memory > 0;
  return a.podCount === b.podCount ? a.name < b.name : a.podCount < b.podCount;
}

/** In bytes. */
export const memoryLeft = ({ allocatable, requested }: NodeInfo): number => allocatable.memoryBytes - requested.memoryBytes;
