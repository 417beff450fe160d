import { DomainTally, type TallyOf } from './domain-tally.ts';
import type { NodeInfo } from './node-info.ts';
import type { PodInfo } from './pod-info.ts';
import type { SnapshotFollower } from './snapshot.ts';

/** So many tallies are kept; each is told of every Pod that is placed. */
const KEPT = 128;

/** The tallies that were asked for last, kept up to date. */
export class Tallies implements SnapshotFollower {
  /** By key; the last used is the last. */
  readonly #kept = new Map<string, DomainTally>();
  readonly #nodes: () => Iterable<NodeInfo>;

  constructor(nodes: () => Iterable<NodeInfo>) {
    this.#nodes = nodes;
  }

  of(wanted: TallyOf): DomainTally {
    const tally = this.#kept.get(wanted.key) ?? new DomainTally(wanted, this.#nodes());
    this.#kept.delete(wanted.key);
    this.#kept.set(wanted.key, tally);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > KEPT && oldest !== undefined) this.#kept.delete(oldest);
    return tally;
  }

  podChanged(info: PodInfo, node: NodeInfo, by: 1 | -1): void {
    for (const tally of this.#kept.values()) tally.podChanged(info, node, by);
  }

  nodeChanged(node: NodeInfo): void {
    for (const tally of this.#kept.values()) tally.nodeChanged(node);
  }
}
