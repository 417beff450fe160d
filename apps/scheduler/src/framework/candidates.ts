import type { NodeInfo } from '../snapshot/node-info.ts';

/** The nodes that passed all filters, by their places and, for who asks, themselves. */
export class Candidates {
  readonly places: Int32Array;
  readonly #all: readonly NodeInfo[];
  #nodes: readonly NodeInfo[] | undefined;

  /** `open`: 1 for those of the nodes that passed, by their places. */
  constructor(nodes: readonly NodeInfo[], open: Uint8Array) {
    const places = new Int32Array(nodes.length);
    let count = 0;
    for (let place = 0; place < open.length; place++) if (open[place]) places[count++] = place;
    this.places = places.subarray(0, count);
    this.#all = nodes;
  }

  get nodes(): readonly NodeInfo[] {
    this.#nodes ??= this.places.length === this.#all.length ? this.#all : this.#listed();
    return this.#nodes;
  }

  #listed(): NodeInfo[] {
    const listed: NodeInfo[] = [];
    for (let i = 0; i < this.places.length; i++) {
      const node = this.#all[this.places[i] ?? 0];
      if (node) listed.push(node);
    }
    return listed;
  }
}
