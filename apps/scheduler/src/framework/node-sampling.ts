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

  /** The places of the nodes for the next Pod, out of `count`; undefined: all that will do. */
  next(count: number, willDo: (place: number) => boolean): ReadonlySet<number> | undefined {
    const wanted = Math.max(LEAST_NODES, Math.floor((count * this.#percentage) / 100));
    if (wanted >= count) return undefined;
    const chosen = new Set<number>();
    let looked = 0;
    for (; looked < count && chosen.size < wanted; looked++) {
      const place = (this.#start + looked) % count;
      if (willDo(place)) chosen.add(place);
    }
    this.#start = (this.#start + looked) % count;
    return chosen;
  }
}
