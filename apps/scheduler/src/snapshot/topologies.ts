import type { Node } from '@kubernats/api';
import type { NodeInfo } from './node-info.ts';
import type { SnapshotFollower } from './snapshot.ts';
import { Topology } from './topology.ts';

/** The topologies that somebody asked for: one that no node has costs next to nothing. */
export class Topologies implements SnapshotFollower {
  readonly #byKey = new Map<string, Topology>();
  readonly #nodes: () => Iterable<NodeInfo>;

  constructor(nodes: () => Iterable<NodeInfo>) {
    this.#nodes = nodes;
  }

  by(key: string): Topology {
    const known = this.#byKey.get(key);
    if (known) return known;
    const topology = new Topology(key, this.#nodes());
    this.#byKey.set(key, topology);
    return topology;
  }

  nodeChanged(node: NodeInfo, before: Node | undefined): void {
    for (const topology of this.#byKey.values()) topology.nodeChanged(node, before);
  }
}
