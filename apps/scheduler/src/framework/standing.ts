import type { NodeChanges } from '../snapshot/node-changes.ts';
import type { NodeInfo } from '../snapshot/node-info.ts';
import type { PodInfo } from '../snapshot/pod-info.ts';
import type { Plugin, Refusal } from './plugin.ts';

/** A plug-in that has something to filter for a Pod, with what it worked out. */
export interface ActiveFilter {
  plugin: Plugin;
  state: unknown;
}

/** A plug-in by which a Pod prefers nodes, with what it worked out. */
export interface ActiveScore extends ActiveFilter {
  weight: number;
}

/** The raw amounts of a score that all nodes together bring into their range. */
export interface Rates extends ActiveScore {
  raw: Float64Array;
  /** How many of the amounts are not 0: without any the score is the same everywhere. */
  nonZero: number;
}

/**
 * How nodes stand towards a Pod, and all Pods that are alike, as far as each node's own state tells: worked out once for every node, and again for those
 * alone that changed. A Pod of a large Deployment so costs as much as the one node that took the Pod before it.
 */
export class Standing {
  /** The first refusal of each node, by its place; undefined: it will do so far. */
  readonly refusals: (Refusal | undefined)[];
  /** The weighted sum of the scores that are in their range already. */
  readonly sums: Float64Array;
  /** The other scores. */
  readonly rates: Rates[] = [];
  readonly nodes: readonly NodeInfo[];
  readonly #info: PodInfo;
  readonly #filters: readonly ActiveFilter[];
  readonly #ranged: readonly ActiveScore[];
  /** The changes that were looked at. */
  #seen: number | undefined;

  constructor(info: PodInfo, nodes: readonly NodeInfo[], { filters, scores }: { filters: ActiveFilter[]; scores: ActiveScore[] }) {
    this.nodes = nodes;
    this.#info = info;
    this.#filters = filters;
    this.#ranged = scores.filter(({ plugin }) => !plugin.normalize);
    this.refusals = new Array<Refusal | undefined>(nodes.length).fill(undefined);
    this.sums = new Float64Array(nodes.length);
    for (const score of scores) {
      if (score.plugin.normalize) this.rates.push({ ...score, raw: new Float64Array(nodes.length), nonZero: 0 });
    }
  }

  /** Looks at what has changed since it was last asked. */
  catchUp(changes: NodeChanges): void {
    const changed = this.#seen === undefined ? undefined : changes.since(this.#seen);
    this.#seen = changes.count;
    if (changed) for (const index of changed) this.#look(index);
    else for (let index = 0; index < this.nodes.length; index++) this.#look(index);
  }

  #look(index: number): void {
    const node = this.nodes[index];
    if (!node) return;
    this.refusals[index] = this.#refusalOf(node);
    // The scores of a node that will not do now are looked at when it changes, and it must change to do.
    if (this.refusals[index]) return;
    let sum = 0;
    for (const { plugin, state, weight } of this.#ranged) sum += weight * (plugin.score?.(state, this.#info, node) ?? 0);
    this.sums[index] = sum;
    for (const rates of this.rates) {
      const amount = rates.plugin.score?.(rates.state, this.#info, node) ?? 0;
      rates.nonZero += Number(amount !== 0) - Number(rates.raw[index] !== 0);
      rates.raw[index] = amount;
    }
  }

  #refusalOf(node: NodeInfo): Refusal | undefined {
    for (const { plugin, state } of this.#filters) {
      const refusal = plugin.filter?.(state, this.#info, node);
      if (refusal) return refusal;
    }
    return undefined;
  }
}
