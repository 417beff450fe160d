import type { Plugin } from '../framework/plugin.ts';

/** Prefers nodes on which CPU and memory would be requested to the same share, so that neither is left over alone. A Pod that requests none of them prefers nothing. */
export const nodeResourcesBalancedAllocation: Plugin = {
  name: 'NodeResourcesBalancedAllocation',
  looksAt: 'node',
  preScore: ({ requests }) => (requests.cpuMilli > 0 || requests.memoryBytes > 0 ? { state: undefined } : 'skip'),
  score(_state, { requests }, { allocatable, requested }) {
    // A resource that the node has nothing of does not count, and one alone is always in balance.
    if (allocatable.cpuMilli === 0 || allocatable.memoryBytes === 0) return 100;
    const cpu = Math.min(1, (requested.cpuMilli + requests.cpuMilli) / allocatable.cpuMilli);
    const memory = Math.min(1, (requested.memoryBytes + requests.memoryBytes) / allocatable.memoryBytes);
    // The standard deviation of two.
    return Math.floor((1 - Math.abs(cpu - memory) / 2) * 100);
  },
};
