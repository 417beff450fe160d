import type { Candidate } from '../filters/filter.ts';
import type { NodeInfo } from '../snapshot/node-info.ts';

/** One reason to prefer a node among those that will do. Names and weights are kube-scheduler's. */
export interface Score {
  readonly name: string;
  readonly weight: number;
  /** A raw amount; larger is better unless `normalize` turns it round. */
  rate(candidate: Candidate, node: NodeInfo): number;
  /** Brings the raw amounts of all feasible nodes into 0…100, in place. Absent: they are there already. */
  normalize?(amounts: number[]): void;
}

/** The largest amount becomes 100, and the others their share of it; with `reverse` the smallest is best. */
export function byShare(amounts: number[], reverse: boolean): void {
  const largest = Math.max(...amounts);
  for (let i = 0; i < amounts.length; i++) {
    const share = largest === 0 ? 0 : Math.floor(((amounts[i] ?? 0) * 100) / largest);
    amounts[i] = reverse ? 100 - share : share;
  }
}
