import type { NodeChanges } from '../snapshot/node-changes.ts';
import type { NodeInfo } from '../snapshot/node-info.ts';
import type { PodInfo } from '../snapshot/pod-info.ts';
import type { Plugin, Refusal } from './plugin.ts';
import { memoryLeft } from './roomier.ts';
import { Tournament } from './tournament.ts';

/** A plug-in that has something to filter for a Pod, with what it worked out. */
export interface ActiveFilter {
  plugin: Plugin;
  state: unknown;
  basis?: readonly unknown[];
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

/** What is said of a Pod by the plug-ins that look at nodes alone. */
export interface OwnWords {
  filters: readonly ActiveFilter[];
  scores: readonly ActiveScore[];
}

/**
 * How nodes stand towards a Pod, and all Pods that are alike, as far as each node's own state tells: worked out once for every node, and again for those
 * alone that changed. A Pod of a large Deployment so costs as much as the one node that took the Pod before it.
 */
export class Standing {
  /** The first refusal of each node, by its place; undefined: it will do so far. */
  readonly refusals: (Refusal | undefined)[];
  /** The same in short: 1 for a node that will do so far, by its place. */
  readonly open: Uint8Array;
  /** The weighted sum of the scores that are in their range already. */
  readonly sums: Float64Array;
  /** The other scores. */
  rates: readonly Rates[] = [];
  /** Sorted by name. */
  readonly nodes: readonly NodeInfo[];
  readonly #memoryLeft: Float64Array;
  readonly #podCounts: Int32Array;
  #info: PodInfo;
  #words: OwnWords;
  #ranged: readonly ActiveScore[] = [];
  /** The place of the best node after all were looked at; -1: none will do. */
  #first = -1;
  /** From the second Pod on: for one it costs more than it saves. */
  #tournament: Tournament | undefined;
  /** The changes that were looked at. */
  #seen: number | undefined;

  constructor(info: PodInfo, nodes: readonly NodeInfo[], words: OwnWords) {
    this.nodes = nodes;
    this.#info = info;
    this.#words = words;
    this.refusals = new Array<Refusal | undefined>(nodes.length).fill(undefined);
    this.open = new Uint8Array(nodes.length);
    this.sums = new Float64Array(nodes.length);
    this.#memoryLeft = new Float64Array(nodes.length);
    this.#podCounts = new Int32Array(nodes.length);
    this.begin(info, words);
  }

  /** From now on it is about this Pod; nothing is known of it yet. */
  begin(info: PodInfo, words: OwnWords): void {
    this.#info = info;
    this.#words = words;
    this.#seen = undefined;
    this.#ranged = words.scores.filter(({ plugin }) => !plugin.normalize);
    this.rates = words.scores
      .filter(({ plugin }) => plugin.normalize)
      .map((score) => ({ ...score, raw: new Float64Array(this.nodes.length), nonZero: 0 }));
  }

  /** Whether these plug-ins, on the same basis, are those that it is worked out from. */
  isOf({ filters, scores }: OwnWords): boolean {
    return samePlugins(filters, this.#words.filters) && samePlugins(scores, this.#words.scores);
  }

  /** Looks at what has changed since it was last asked. */
  catchUp(changes: NodeChanges): void {
    const changed = this.#seen === undefined ? undefined : changes.since(this.#seen);
    this.#seen = changes.count;
    if (!changed) {
      this.#lookAtAll();
      return;
    }
    for (const place of changed) {
      this.#look(place);
      this.#tournament?.changed(place, this.refusals[place] === undefined);
    }
    this.#tournament ??= new Tournament(
      this.nodes.length,
      (place) => this.refusals[place] === undefined,
      (a, b) => this.#beats(a, b),
    );
  }

  /** The place of the best node, -1: none will do; undefined: the nodes must be compared one by one. */
  best(): number | undefined {
    return this.rates.some(({ nonZero }) => nonZero > 0) ? undefined : this.#tournament ? this.#tournament.winner : this.#first;
  }

  #lookAtAll(): void {
    this.#tournament = undefined;
    let best = -1;
    for (let place = 0; place < this.nodes.length; place++) {
      this.#look(place);
      if (this.refusals[place] === undefined && (best < 0 || this.#beats(place, best))) best = place;
    }
    this.#first = best;
  }

  /** `isRoomier` of the nodes at these places. */
  isRoomier(a: number, b: number): boolean {
    const memory = (this.#memoryLeft[a] ?? 0) - (this.#memoryLeft[b] ?? 0);
    if (memory !== 0) return memory > 0;
    const pods = (this.#podCounts[a] ?? 0) - (this.#podCounts[b] ?? 0);
    return pods === 0 ? a < b : pods < 0;
  }

  #beats(a: number, b: number): boolean {
    const more = (this.sums[a] ?? 0) - (this.sums[b] ?? 0);
    return more > 0 || (more === 0 && this.isRoomier(a, b));
  }

  #look(place: number): void {
    const node = this.nodes[place];
    if (!node) return;
    const refusal = refusalOf(this.#words.filters, this.#info, node);
    this.refusals[place] = refusal;
    this.open[place] = refusal ? 0 : 1;
    this.#memoryLeft[place] = memoryLeft(node);
    this.#podCounts[place] = node.podCount;
    // The scores of a node that will not do now are looked at when it changes, and it must change to do.
    if (refusal) return;
    let sum = 0;
    for (const { plugin, state, weight } of this.#ranged) sum += weight * (plugin.score?.(state, this.#info, node) ?? 0);
    this.sums[place] = sum;
    for (const rates of this.rates) {
      const amount = rates.plugin.score?.(rates.state, this.#info, node) ?? 0;
      rates.nonZero += Number(amount !== 0) - Number(rates.raw[place] !== 0);
      rates.raw[place] = amount;
    }
  }
}

/** The first refusal, with the name of who refuses. */
export function refusalOf(filters: readonly ActiveFilter[], info: PodInfo, node: NodeInfo): Refusal | undefined {
  for (const { plugin, state } of filters) {
    const refusal = plugin.filter?.(state, info, node);
    if (!refusal) continue;
    refusal.plugin ??= plugin.name;
    return refusal;
  }
  return undefined;
}

const samePlugins = (some: readonly ActiveFilter[], others: readonly ActiveFilter[]): boolean =>
  some.length === others.length &&
  some.every(({ plugin, basis }, index) => plugin === others[index]?.plugin && sameItems(basis, others[index]?.basis));

const sameItems = (some: readonly unknown[] = [], others: readonly unknown[] = []): boolean =>
  some.length === others.length && some.every((item, index) => item === others[index]);
