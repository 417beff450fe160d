/** Fewer nodes that will do than these are always all compared. */
const LEAST_NODES = 100;

/**
 * Which of the nodes that will do are compared, where not all are to be: so many in turn, beginning where the Pod before left off. The same Pods in the
 * same order see the same nodes. Source: kube-scheduler's `percentageOfNodesToScore`.
 */
export class NodeSampling {
  readonly #percentage: number;
  /** The place of the node that is looked at first. */
  #start = 0;

  constructor(percentage: number) {
    this.#percentage = percentage;
  }

  /** `open`: 1 for the nodes that will do, by their places. Gives those of them that are compared for the next Pod; undefined: all. */
  next(open: Uint8Array): Uint8Array | undefined {
    const count = open.length;
    const wanted = Math.max(LEAST_NODES, Math.floor((count * this.#percentage) / 100));
    if (wanted >= count) return undefined;
    const chosen = new Uint8Array(count);
    let [looked, found] = [0, 0];
    for (; looked < count && found < wanted; looked++) {
      const place = (this.#start + looked) % count;
      if (!open[place]) continue;
      chosen[place] = 1;
      found++;
    }
    this.#start = (this.#start + looked) % count;
    return chosen;
  }
}
