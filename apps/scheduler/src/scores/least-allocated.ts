import type { Score } from './score.ts';

/** Prefers nodes with the larger share of CPU and memory left once the Pod is there. */
export const leastAllocated: Score = {
  name: 'NodeResourcesFit',
  weight: 1,
  rate({ info }, { allocatable, scoreRequested }) {
    const cpu = shareLeft(allocatable.cpuMilli, scoreRequested.cpuMilli + info.scoreRequests.cpuMilli);
    const memory = shareLeft(allocatable.memoryBytes, scoreRequested.memoryBytes + info.scoreRequests.memoryBytes);
    return Math.floor((cpu + memory) / 2);
  },
};

const shareLeft = (total: number, taken: number): number => (total <= 0 || taken > total ? 0 : Math.floor(((total - taken) * 100) / total));
