import type { NodeInfo } from '../snapshot/node-info.ts';

/** The nodes that passed all filters, by their places and, for who asks, themselves. */
export class Candidates {
  readonly places: Int32Array;
  readonly #all: readonly NodeInfo[];
  #nodes: readonly NodeInfo[] | undefined;

  /** `open`: 1 for those of the nodes that passed, by their places. */
  constructor(nodes: readonly NodeInfo[], open: Uint8Array) {
    this.places = placesOf(open, new Int32Array(open.length));
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

/** The places that are open, in the memory that is given: it must be as long as `open`. */
export function placesOf(open: Uint8Array, memory: Int32Array): Int32Array {
  let count = 0;
  for (let place = 0; place < open.length; place++) if (open[place]) memory[count++] = place;
  return memory.subarray(0, count);
}
