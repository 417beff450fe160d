import type { Pod } from '@kubernats/api';
import type { NodeChanges } from '../snapshot/node-changes.ts';
import type { NodeInfo } from '../snapshot/node-info.ts';
import type { Nominations } from '../snapshot/nominations.ts';
import type { PodInfo } from '../snapshot/pod-info.ts';
import { noNodes, unschedulableMessage } from '../unschedulable-message.ts';
import type { ClusterEvent } from './cluster-event.ts';
import { nodeTrial } from './node-trial.ts';
import type { ClusterView, Plugin, PostFiltered, Refusal, Reservation } from './plugin.ts';
import { type PreFiltered, preFilter } from './pre-filter.ts';
import type { Profile } from './profile.ts';
import { isRoomier } from './roomier.ts';
import { type ActiveFilter, type ActiveScore, type OwnWords, refusalOf, Standing } from './standing.ts';

/** What was decided for a Pod. */
export type Decision =
  /** `reserve` sets aside what the Pod needs there. */
  { fits: true; node: NodeInfo; reserve(): Reservation[] } | Unfit;

export interface Unfit {
  fits: false;
  /** Kube-scheduler's. */
  message: string;
  /** Those of each node. */
  refusals: ReadonlyMap<string, Refusal>;
  /** The names of the plug-ins that refused; empty when there are no nodes. */
  refusedBy: ReadonlySet<string>;
  /** Where there will be room once the victims are gone. */
  nominated?: PostFiltered['nominated'];
}

/** The cluster as a framework needs it. */
export interface SchedulingView extends ClusterView {
  readonly changes: NodeChanges;
  readonly nominations: Nominations;
}

/** Pods of so many kinds may take turns without any of them being looked at anew. */
const STANDINGS = 32;

/** Chooses nodes by the plug-ins of a profile. */
export class Framework {
  readonly profile: Profile;
  readonly cluster: SchedulingView;
  /** By the Pods' likeness; the last used is the last. */
  readonly #standings = new Map<string, Standing>();

  constructor(profile: Profile, cluster: SchedulingView) {
    this.profile = profile;
    this.cluster = cluster;
  }

  /**
   * Filters, then scores, over all nodes (P7). The same cluster gives the same answer: of the best nodes the one with the most memory left wins, then the
   * one with the fewest Pods, then the first by name.
   */
  decide(info: PodInfo): Decision {
    const { nodes } = this.cluster;
    if (nodes.length === 0) return { fits: false, message: noNodes, refusals: new Map(), refusedBy: new Set() };
    const first = preFilter(this.profile.filter, info, this.cluster);
    if ('refusal' in first) return this.#refusedWhole(info, first.refusal);
    const standing = this.#standing(info, first);
    const later = this.#laterRefusals(info, standing, first.active);
    const node = standing.nodes[this.#choice(info, standing, later)];
    if (node) return { fits: true, node, reserve: () => this.#reserve(info, node, first.active) };
    const told = new Map<string, Refusal>();
    for (const { name } of nodes) if (first.absent) told.set(name, first.absent);
    for (const [place, { name }] of standing.nodes.entries()) {
      const refusal = standing.refusals[place] ?? later?.[place];
      if (refusal) told.set(name, refusal);
    }
    return this.#unfit(info, told, unschedulableMessage(told), first.active);
  }

  /** Whether this one node would do now: asked when a node changes, for Pods that wait. */
  fitsOn(info: PodInfo, node: NodeInfo): boolean {
    const first = preFilter(this.profile.filter, info, this.cluster);
    if ('refusal' in first || first.nodes?.has(node.name) === false) return false;
    return refusalOf(first.active, info, node) === undefined && this.#crowdedOut(info, node, first.active) === undefined;
  }

  /** Whether the Pod, which this plug-in refused, may fit after the event; what nodes alone decide is asked of `fitsOn`. */
  mayHelp(plugin: string, info: PodInfo, event: ClusterEvent): boolean {
    const refuser = this.profile.filter.find(({ name }) => name === plugin);
    if (!refuser) return false;
    if (refuser.mayHelp) return refuser.mayHelp(info, event, this.cluster);
    return refuser.looksAt !== 'node' && (event.resource === 'Pod' || event.resource === 'Node');
  }

  /** Why the Pod does not come into the queue yet, or undefined. */
  whyNotEnqueued(pod: Pod): string | undefined {
    for (const plugin of this.profile.preEnqueue) {
      const why = plugin.preEnqueue?.(pod);
      if (why !== undefined) return why;
    }
    return undefined;
  }

  #standing(info: PodInfo, { active, nodes: names }: PreFiltered): Standing {
    const { nodes, changes } = this.cluster;
    const words: OwnWords = {
      filters: active.slice(0, keptOf(active)),
      scores: this.#scores(info, ({ looksAt }) => looksAt === 'node'),
    };
    if (names) {
      const among = [...names].sort().flatMap((name) => this.cluster.node(name) ?? []);
      const standing = new Standing(info, among, words);
      standing.catchUp(changes);
      return standing;
    }
    const known = this.#standings.get(info.likeness);
    const standing = known?.nodes === nodes && known.isOf(words) ? known : new Standing(info, nodes, words);
    standing.catchUp(changes);
    this.#remember(info.likeness, standing);
    return standing;
  }

  #remember(likeness: string, standing: Standing): void {
    this.#standings.delete(likeness);
    this.#standings.set(likeness, standing);
    if (this.#standings.size <= STANDINGS) return;
    const [oldest] = this.#standings.keys();
    if (oldest !== undefined) this.#standings.delete(oldest);
  }

  #scores(info: PodInfo, which: (plugin: Plugin) => boolean, feasible: () => readonly NodeInfo[] = () => []): ActiveScore[] {
    const scores: ActiveScore[] = [];
    for (const { plugin, weight } of this.profile.score) {
      if (!which(plugin)) continue;
      const first = plugin.preScore ? plugin.preScore(info, this.cluster, feasible) : { state: undefined };
      if (first !== 'skip') scores.push({ plugin, state: first.state, weight });
    }
    return scores;
  }

  /** What refuses nodes that will do as far as they themselves tell, by their places; undefined: nothing does. */
  #laterRefusals(info: PodInfo, { nodes, refusals }: Standing, active: readonly ActiveFilter[]): Refusals | undefined {
    const others = active.slice(keptOf(active));
    const later: Refusals | undefined =
      others.length === 0 ? undefined : nodes.map((node, place) => (refusals[place] ? undefined : refusalOf(others, info, node)));
    let all = later;
    for (const name of this.cluster.nominations.nodes) {
      const node = this.cluster.node(name);
      const place = node ? nodes.indexOf(node) : -1;
      if (!node || place < 0 || refusals[place] || all?.[place]) continue;
      const refusal = this.#crowdedOut(info, node, active);
      if (!refusal) continue;
      all ??= new Array<Refusal | undefined>(nodes.length).fill(undefined);
      all[place] = refusal;
    }
    return all;
  }

  /** Whether the node would not do if those were there as well for whom room is being made. */
  #crowdedOut(info: PodInfo, node: NodeInfo, active: readonly ActiveFilter[]): Refusal | undefined {
    const expected = this.cluster.nominations.on(node.name).filter(({ key, priority }) => key !== info.key && priority >= info.priority);
    if (expected.length === 0) return undefined;
    const trial = nodeTrial(info, node, active);
    for (const other of expected) trial.add(other);
    return trial.refusal();
  }

  /** The place of the node for the Pod; -1 when none will do. `later`: what refuses nodes besides. */
  #choice(info: PodInfo, standing: Standing, later: Refusals | undefined): number {
    const { nodes, refusals } = standing;
    const feasible = (place: number): boolean => refusals[place] === undefined && later?.[place] === undefined;
    const nominated = this.cluster.nominations.nodeOf(info.key);
    if (nominated !== undefined) {
      const place = nodes.findIndex(({ name }) => name === nominated);
      if (place >= 0 && feasible(place)) return place;
    }
    let candidates: NodeInfo[] | undefined;
    const among = (): NodeInfo[] => (candidates ??= nodes.filter((_, place) => feasible(place)));
    const scores = this.#scores(info, ({ looksAt }) => looksAt !== 'node', among);
    const known = later || scores.length > 0 ? undefined : standing.best();
    if (known !== undefined) return known;
    const totals = totalsOf(info, standing, scores, among);
    let best = -1;
    for (let place = 0; place < nodes.length; place++) {
      if (!feasible(place)) continue;
      const more = best < 0 ? 1 : (totals[place] ?? 0) - (totals[best] ?? 0);
      if (more > 0 || (more === 0 && isRoomier(nodes[place], nodes[best]))) best = place;
    }
    return best;
  }

  #reserve(info: PodInfo, node: NodeInfo, active: readonly ActiveFilter[]): Reservation[] {
    return this.profile.reserve.flatMap((plugin) => {
      const filter = active.find((each) => each.plugin === plugin);
      const reservation = filter && plugin.reserve?.(filter.state, info, node);
      return reservation ? [reservation] : [];
    });
  }

  #refusedWhole(info: PodInfo, refusal: Refusal): Unfit {
    const refusals = new Map(this.cluster.nodes.map(({ name }) => [name, refusal]));
    return this.#unfit(info, refusals, unschedulableMessage(refusals, refusal.reasons.join(', ')), []);
  }

  /** Nobody will do: the first plug-in that finds a way to make a node do is heard. */
  #unfit(info: PodInfo, refusals: ReadonlyMap<string, Refusal>, reasons: string, active: readonly ActiveFilter[]): Unfit {
    const refusedBy = new Set<string>();
    for (const { plugin } of refusals.values()) if (plugin !== undefined) refusedBy.add(plugin);
    const trial = (node: NodeInfo) => nodeTrial(info, node, active);
    let message = reasons;
    for (const plugin of this.profile.postFilter) {
      const answer = plugin.postFilter?.(info, { cluster: this.cluster, refusals, trial });
      if (!answer) continue;
      message = `${reasons} ${answer.message}`;
      if (answer.nominated) return { fits: false, message, refusals, refusedBy, nominated: answer.nominated };
    }
    return { fits: false, message, refusals, refusedBy };
  }
}

/** How many of the filters say what is kept: those that come before all others, so that a node's first refusal is the first of all. */
function keptOf(active: readonly ActiveFilter[]): number {
  const end = active.findIndex(({ plugin }) => plugin.looksAt === undefined);
  return end < 0 ? active.length : end;
}

/** By the nodes' places. */
type Refusals = (Refusal | undefined)[];

/** The weighted sums of all scores, by the nodes' places. Only those of `candidates` mean something. */
function totalsOf(
  info: PodInfo,
  { nodes, sums, rates }: Standing,
  scores: readonly ActiveScore[],
  candidates: () => readonly NodeInfo[],
): Float64Array {
  const uneven = rates.filter(({ nonZero }) => nonZero > 0);
  if (uneven.length === 0 && scores.length === 0) return sums;
  const among = candidates();
  if (among.length <= 1) return sums;
  const all = among.length === nodes.length;
  const places = new Int32Array(among.length);
  for (let place = 0, next = 0; place < nodes.length; place++) if (all || nodes[place] === among[next]) places[next++] = place;
  const totals = sums.slice();
  const add = (amounts: Float64Array, { plugin, state, weight }: ActiveScore): void => {
    plugin.normalize?.(amounts, state, among);
    for (let i = 0; i < places.length; i++) {
      const place = places[i] ?? 0;
      totals[place] = (totals[place] ?? 0) + weight * (amounts[i] ?? 0);
    }
  };
  for (const each of uneven) {
    const amounts = new Float64Array(places.length);
    for (let i = 0; i < places.length; i++) amounts[i] = each.raw[places[i] ?? 0] ?? 0;
    add(amounts, each);
  }
  for (const each of scores) {
    const amounts = new Float64Array(places.length);
    if (each.plugin.scoreAll) each.plugin.scoreAll(each.state, amounts, nodes, places);
    else {
      for (let i = 0; i < places.length; i++) {
        const node = nodes[places[i] ?? 0];
        if (node) amounts[i] = each.plugin.score?.(each.state, info, node) ?? 0;
      }
    }
    add(amounts, each);
  }
  return totals;
}
