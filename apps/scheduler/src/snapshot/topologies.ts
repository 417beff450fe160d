import { LabelDomains } from './label-domains.ts';
import type { NodeInfo } from './node-info.ts';
import type { SnapshotFollower } from './snapshot.ts';

/** The topology domains of every label that somebody asked for: one that no node has costs next to nothing. */
export class Topologies implements SnapshotFollower {
  readonly #labels = new Map<string, LabelDomains>();
  readonly #nodes: () => Iterable<NodeInfo>;

  constructor(nodes: () => Iterable<NodeInfo>) {
    this.#nodes = nodes;
  }

  by(topologyKey: string): LabelDomains {
    const known = this.#labels.get(topologyKey);
    if (known) return known;
    const domains = new LabelDomains(topologyKey, this.#nodes());
    this.#labels.set(topologyKey, domains);
    return domains;
  }

  podChanged(): void {}

  nodeChanged(node: NodeInfo): void {
    for (const domains of this.#labels.values()) domains.nodeChanged(node);
  }
}
