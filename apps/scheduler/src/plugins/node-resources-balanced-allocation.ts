import type { NodeResourcesBalancedAllocationArgs } from '../config/args.ts';
import type { Plugin } from '../framework/plugin.ts';
import type { NodeInfo } from '../snapshot/node-info.ts';
import type { PodInfo } from '../snapshot/pod-info.ts';
import { amountOf, isCpuAndMemory, isNative } from './resource-use.ts';

/** No change is none, whatever the last digits say. */
const ROUNDING = 1e-9;

/**
 * Prefers nodes on which the resources become requested to more equal shares, so that none is left over alone: 50…100, 75 where the Pod changes nothing. A
 * Pod that requests none of them prefers nothing. A resource that the node has none of does not count.
 * Both balances are taken as they are, not cut to whole points first: what that costs in kube-scheduler would decide over memory that is left (P7).
 */
export const nodeResourcesBalancedAllocation = ({ resources }: NodeResourcesBalancedAllocationArgs): Plugin => ({
  name: 'NodeResourcesBalancedAllocation',
  looksAt: 'node',
  preScore: ({ requests }) => (resources.some(({ name }) => amountOf(requests, name) > 0) ? { state: undefined } : 'skip'),
  score: isCpuAndMemory(resources)
    ? cpuAndMemoryScore
    : (_state, { requests }, { allocatable, requested }) => {
        const before: number[] = [];
        const after: number[] = [];
        for (const { name } of resources) {
          const wanted = amountOf(requests, name);
          const capacity = amountOf(allocatable, name);
          if (capacity === 0 || (wanted === 0 && !isNative(name))) continue;
          const taken = amountOf(requested, name);
          before.push(Math.min(1, taken / capacity));
          after.push(Math.min(1, (taken + wanted) / capacity));
        }
        return scoreOf(deviation(before), deviation(after));
      },
});

function cpuAndMemoryScore(_state: unknown, { requests }: PodInfo, { allocatable, requested }: NodeInfo): number {
  // One alone is always in balance.
  if (allocatable.cpuMilli === 0 || allocatable.memoryBytes === 0) return 75;
  const [cpu, memory] = [requested.cpuMilli, requested.memoryBytes];
  const before = Math.abs(Math.min(1, cpu / allocatable.cpuMilli) - Math.min(1, memory / allocatable.memoryBytes)) / 2;
  const cpuAfter = Math.min(1, (cpu + requests.cpuMilli) / allocatable.cpuMilli);
  const memoryAfter = Math.min(1, (memory + requests.memoryBytes) / allocatable.memoryBytes);
  return scoreOf(before, Math.abs(cpuAfter - memoryAfter) / 2);
}

const scoreOf = (before: number, after: number): number => Math.floor(75 + 50 * (before - after) + ROUNDING);

/** The standard deviation. */
function deviation(shares: readonly number[]): number {
  const [a = 0, b = 0] = shares;
  if (shares.length < 2) return 0;
  if (shares.length === 2) return Math.abs(a - b) / 2;
  const mean = shares.reduce((sum, share) => sum + share, 0) / shares.length;
  return Math.sqrt(shares.reduce((sum, share) => sum + (share - mean) ** 2, 0) / shares.length);
}
