import type { NodeChanges } from '../snapshot/node-changes.ts';
import type { NodeColumns } from '../snapshot/node-columns.ts';
import type { NodeInfo } from '../snapshot/node-info.ts';
import type { PodInfo } from '../snapshot/pod-info.ts';
import { placesOf } from './candidates.ts';
import type { ClusterView, Plugin, Refusal } from './plugin.ts';
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
  /** 1 for a node that will do so far, by its place. */
  readonly open: Uint8Array;
  /** The weighted sum of the scores that are in their range already; of nodes that will do. */
  readonly sums: Float64Array;
  /** The other scores. */
  rates: readonly Rates[] = [];
  /** Sorted by name. */
  readonly nodes: readonly NodeInfo[];
  readonly #cluster: ClusterView;
  readonly #columns: NodeColumns;
  /** Whether the nodes are all of the cluster, at the places that they have there. */
  readonly #isWhole: boolean;
  #info: PodInfo;
  #words: OwnWords;
  #ranged: readonly ActiveScore[] = [];
  /** The place of the best node after all were looked at; -1: none will do. */
  #first = -1;
  /** From the second Pod on: for one it costs more than it saves. */
  #tournament: Tournament | undefined;
  /** The changes that were looked at. */
  #seen: number | undefined;

  /** `nodes`: all of the cluster, or some of them. */
  constructor(info: PodInfo, nodes: readonly NodeInfo[], words: OwnWords, cluster: ClusterView) {
    this.nodes = nodes;
    this.#cluster = cluster;
    this.#columns = cluster.columns;
    this.#isWhole = nodes === cluster.nodes;
    this.#info = info;
    this.#words = words;
    this.open = new Uint8Array(nodes.length);
    this.sums = new Float64Array(nodes.length);
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
      this.#tournament?.changed(place, this.open[place] === 1);
    }
    this.#tournament ??= new Tournament(
      this.nodes.length,
      (place) => this.open[place] === 1,
      (a, b) => this.#beats(a, b),
    );
  }

  /** Why the node at this place will not do; undefined: it will so far. Worked out when it is asked: nobody asks unless no node will do. */
  refusalAt(place: number): Refusal | undefined {
    const node = this.nodes[place];
    return node && !this.open[place] ? refusalOf(this.#words.filters, this.#info, node) : undefined;
  }

  /** The place of the best node, -1: none will do; undefined: the nodes must be compared one by one. */
  best(): number | undefined {
    return this.rates.some(({ nonZero }) => nonZero > 0) ? undefined : this.#tournament ? this.#tournament.winner : this.#first;
  }

  /** P7, of the nodes at these places. */
  isRoomier(a: number, b: number): boolean {
    if (this.#isWhole) return this.#columns.isRoomier(a, b);
    const [first, second] = [this.nodes[a], this.nodes[b]];
    return first !== undefined && second !== undefined && this.#columns.isRoomier(first.index, second.index);
  }

  #lookAtAll(): void {
    this.#tournament = undefined;
    if (this.#isWhole) this.#lookByPlugin();
    else for (let place = 0; place < this.nodes.length; place++) this.#look(place);
    this.#first = this.#bestOfAll();
  }

  /** Plug-in by plug-in, as some say what they have to say of all nodes in one go. */
  #lookByPlugin(): void {
    const { nodes, open, sums } = this;
    open.fill(1);
    for (const filter of this.#words.filters) closeRefused(open, this.#info, nodes, filter, this.#cluster);
    sums.fill(0);
    const { places, amounts } = scratchFor(open);
    for (const { plugin, state, weight } of this.#ranged) {
      if (plugin.scoreAll) plugin.scoreAll(state, this.#info, this.#cluster, places, amounts);
      else amountsOf(plugin, state, this.#info, nodes, places, amounts);
      for (let i = 0; i < places.length; i++) {
        const place = places[i] ?? 0;
        sums[place] = (sums[place] ?? 0) + weight * (amounts[i] ?? 0);
      }
    }
    for (const rates of this.rates) {
      for (let i = 0; i < places.length; i++) this.#rate(rates, places[i] ?? 0);
    }
  }

  #bestOfAll(): number {
    const { open, sums } = this;
    let best = -1;
    let most = Number.NEGATIVE_INFINITY;
    for (let place = 0; place < open.length; place++) {
      const sum = sums[place] ?? 0;
      if (sum < most || !open[place] || (sum === most && !this.isRoomier(place, best))) continue;
      best = place;
      most = sum;
    }
    return best;
  }

  #beats(a: number, b: number): boolean {
    const more = (this.sums[a] ?? 0) - (this.sums[b] ?? 0);
    return more > 0 || (more === 0 && this.isRoomier(a, b));
  }

  #look(place: number): void {
    const node = this.nodes[place];
    if (!node) return;
    const refusal = refusalOf(this.#words.filters, this.#info, node);
    this.open[place] = refusal ? 0 : 1;
    // The scores of a node that will not do now are looked at when it changes, and it must change to do.
    if (refusal) return;
    let sum = 0;
    for (const { plugin, state, weight } of this.#ranged) sum += weight * (plugin.score?.(state, this.#info, node) ?? 0);
    this.sums[place] = sum;
    for (const rates of this.rates) this.#rate(rates, place);
  }

  #rate(rates: Rates, place: number): void {
    const node = this.nodes[place];
    const amount = node ? (rates.plugin.score?.(rates.state, this.#info, node) ?? 0) : 0;
    rates.nonZero += Number(amount !== 0) - Number(rates.raw[place] !== 0);
    rates.raw[place] = amount;
  }
}

/** Needed for a moment, for nearly every Pod, and as long as there are nodes: the same memory each time. */
let scratch = { places: new Int32Array(0), amounts: new Float64Array(0) };

/** The places that are open, and room for an amount of each; until it is asked again. */
function scratchFor(open: Uint8Array): { places: Int32Array; amounts: Float64Array } {
  if (scratch.places.length < open.length) scratch = { places: new Int32Array(open.length), amounts: new Float64Array(open.length) };
  const places = placesOf(open, scratch.places);
  return { places, amounts: scratch.amounts.subarray(0, places.length) };
}

/** Leaves only those open that the plug-in does not refuse; `nodes` are in the places of `open`. */
export function closeRefused(
  open: Uint8Array,
  info: PodInfo,
  nodes: readonly NodeInfo[],
  { plugin, state }: ActiveFilter,
  cluster: ClusterView,
): void {
  if (plugin.filterAll && nodes === cluster.nodes) return plugin.filterAll(state, info, cluster, open);
  for (const [place, node] of nodes.entries()) if (open[place] && plugin.filter?.(state, info, node)) open[place] = 0;
}

function amountsOf(
  plugin: Plugin,
  state: unknown,
  info: PodInfo,
  nodes: readonly NodeInfo[],
  places: Int32Array,
  amounts: Float64Array,
): void {
  for (let i = 0; i < places.length; i++) {
    const node = nodes[places[i] ?? 0];
    amounts[i] = node ? (plugin.score?.(state, info, node) ?? 0) : 0;
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
