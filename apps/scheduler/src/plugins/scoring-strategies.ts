import type { NodeInfo } from '../snapshot/node-info.ts';
import type { Resources } from '../snapshot/resources.ts';

/** The mean share of CPU and memory that is left once the Pod is there, 0…100. */
export function leastAllocated({ cpuMilli, memoryBytes }: Resources, { allocatable, scoreRequested }: NodeInfo): number {
  const cpu = shareLeft(allocatable.cpuMilli, scoreRequested.cpuMilli + cpuMilli);
  const memory = shareLeft(allocatable.memoryBytes, scoreRequested.memoryBytes + memoryBytes);
  return Math.floor((cpu + memory) / 2);
}

const shareLeft = (total: number, taken: number): number => (total <= 0 || taken > total ? 0 : Math.floor(((total - taken) * 100) / total));
