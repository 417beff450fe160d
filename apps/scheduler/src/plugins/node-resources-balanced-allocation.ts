import type { NodeResourcesBalancedAllocationArgs } from '../config/args.ts';
import type { ClusterView, Plugin } from '../framework/plugin.ts';
import type { NodeInfo } from '../snapshot/node-info.ts';
import type { PodInfo } from '../snapshot/pod-info.ts';
import type { Resources } from '../snapshot/resources.ts';
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
  ...(isCpuAndMemory(resources) && { scoreAll: scoreCpuAndMemory }),
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
  return cpuAndMemory(requests, requested.cpuMilli, requested.memoryBytes, allocatable.cpuMilli, allocatable.memoryBytes);
}

function scoreCpuAndMemory(
  _state: unknown,
  { requests }: PodInfo,
  { columns }: ClusterView,
  places: Int32Array,
  amounts: Float64Array,
): void {
  const { allocatableCpu, allocatableMemory, requestedCpu, requestedMemory } = columns;
  for (let i = 0; i < places.length; i++) {
    const place = places[i] ?? 0;
    amounts[i] = cpuAndMemory(
      requests,
      requestedCpu[place] ?? 0,
      requestedMemory[place] ?? 0,
      allocatableCpu[place] ?? 0,
      allocatableMemory[place] ?? 0,
    );
  }
}

/** How balanced a node would be that has so much requested of so much. */
function cpuAndMemory({ cpuMilli, memoryBytes }: Resources, cpu: number, memory: number, allCpu: number, allMemory: number): number {
  // One alone is always in balance.
  if (allCpu === 0 || allMemory === 0) return 75;
  const before = Math.abs(Math.min(1, cpu / allCpu) - Math.min(1, memory / allMemory)) / 2;
  const after = Math.abs(Math.min(1, (cpu + cpuMilli) / allCpu) - Math.min(1, (memory + memoryBytes) / allMemory)) / 2;
  return scoreOf(before, after);
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
