import type { NodeResourcesBalancedAllocationArgs } from '../config/args.ts';
import type { Plugin } from '../framework/plugin.ts';
import { amountOf, isNative } from './resource-use.ts';

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
  score(_state, { requests }, { allocatable, requested }) {
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
    return Math.floor(75 + 50 * (deviation(before) - deviation(after)) + ROUNDING);
  },
});

/** The standard deviation. */
function deviation(shares: readonly number[]): number {
  const [a = 0, b = 0] = shares;
  if (shares.length < 2) return 0;
  if (shares.length === 2) return Math.abs(a - b) / 2;
  const mean = shares.reduce((sum, share) => sum + share, 0) / shares.length;
  return Math.sqrt(shares.reduce((sum, share) => sum + (share - mean) ** 2, 0) / shares.length);
}
