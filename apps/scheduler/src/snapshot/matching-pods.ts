import { LastUsed } from '../last-used.ts';
import { DomainCounts } from './domain-counts.ts';
import type { NodeInfo } from './node-info.ts';
import type { PodInfo } from './pod-info.ts';
import type { SnapshotFollower } from './snapshot.ts';
import type { Topologies } from './topologies.ts';

/** Which Pods are counted. */
export interface Matching {
  /** Matchings of one text count the same Pods, by the same label. */
  key: string;
  topologyKey: string;
  matches(info: PodInfo): boolean;
}

interface Kept {
  matching: Matching;
  counts: DomainCounts;
}

/** So many are kept; each is asked about every Pod that is placed. */
const KEPT = 512;

/** The Pods that match what was asked for last, counted by topology domain and kept up to date. */
export class MatchingPods implements SnapshotFollower {
  readonly #kept = new LastUsed<Kept>(
    () => KEPT,
    ({ counts }) => counts.topology.followers.delete(counts),
  );
  readonly #nodes: () => Iterable<NodeInfo>;
  readonly #topologies: Topologies;

  constructor(nodes: () => Iterable<NodeInfo>, topologies: Topologies) {
    this.#nodes = nodes;
    this.#topologies = topologies;
  }

  /** The same for as long as it is kept. */
  counts(matching: Matching): DomainCounts {
    return this.#kept.get(matching.key, () => ({ matching, counts: this.#counted(matching) })).counts;
  }

  podChanged(info: PodInfo, node: NodeInfo, by: 1 | -1): void {
    for (const { matching, counts } of this.#kept.values()) {
      if (matching.matches(info)) counts.add(node, by);
    }
  }

  #counted({ topologyKey, matches }: Matching): DomainCounts {
    const counts = new DomainCounts(this.#topologies.by(topologyKey));
    counts.topology.followers.add(counts);
    for (const node of this.#nodes()) {
      let pods = 0;
      for (const info of node.pods) if (matches(info)) pods++;
      if (pods > 0) counts.add(node, pods);
    }
    return counts;
  }
}
