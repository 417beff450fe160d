import type { Pod } from '@kubernats/api';
import type { NodeChanges } from '../snapshot/node-changes.ts';
import type { NodeInfo } from '../snapshot/node-info.ts';
import type { Nominations } from '../snapshot/nominations.ts';
import type { PodInfo } from '../snapshot/pod-info.ts';
import { noNodes, unschedulableMessage } from '../unschedulable-message.ts';
import { Candidates } from './candidates.ts';
import type { ClusterEvent } from './cluster-event.ts';
import { NodeSampling } from './node-sampling.ts';
import { crowdedTrial } from './node-trial.ts';
import type { ClusterView, FailedAttempt, Nominated, Plugin, Refusal } from './plugin.ts';
import { PluginError } from './plugin-error.ts';
import { type PreFiltered, preFilter } from './pre-filter.ts';
import type { Profile } from './profile.ts';
import { Reservations } from './reservations.ts';
import { type ActiveFilter, type ActiveScore, type OwnWords, refusalOf, Standing } from './standing.ts';
import { Totals } from './totals.ts';

/** What was decided for a Pod. */
export type Decision =
  /** `reserve` sets aside what the Pod needs there; throws `PluginError`. */
  { fits: true; node: NodeInfo; reserve(): Reservations } | Unfit;

export interface Unfit {
  fits: false;
  /** Kube-scheduler's. */
  message: string;
  /** Those of each node. */
  refusals: ReadonlyMap<string, Refusal>;
  /** The names of the plug-ins that refused, and of those that may refuse a node once these no longer do; empty when there are no nodes. */
  refusedBy: ReadonlySet<string>;
  /** Where there will be room once the victims are gone; `none`: nowhere, and what was nominated before is given up. */
  nominated?: Nominated | 'none';
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
  readonly #totals = new Totals();
  /** Those that may refuse a Pod, by name. */
  readonly #refusers: ReadonlyMap<string, Plugin>;
  /** Undefined: all nodes that will do are compared. */
  readonly #sampling: NodeSampling | undefined;

  constructor(profile: Profile, cluster: SchedulingView) {
    this.profile = profile;
    this.cluster = cluster;
    const { preEnqueue, filter, reserve, permit, preBind, percentageOfNodesToScore: percentage } = profile;
    this.#refusers = new Map([...preEnqueue, ...filter, ...reserve, ...permit, ...preBind].map((plugin) => [plugin.name, plugin]));
    this.#sampling = percentage === undefined ? undefined : new NodeSampling(percentage);
  }

  /**
   * Filters, then scores, over all nodes (P7). The same cluster gives the same answer: of the best nodes the one with the most memory left wins, then the
   * one with the fewest Pods, then the first by name.
   */
  decide(info: PodInfo): Decision {
    const { nodes } = this.cluster;
    if (nodes.length === 0) return { fits: false, message: noNodes, refusals: new Map(), refusedBy: new Set(), nominated: 'none' };
    const first = preFilter(this.profile.filter, info, this.cluster);
    if ('refusal' in first) return this.#refusedWhole(info, first.refusal);
    const standing = this.#standing(info, first);
    const node = standing.nodes[this.#choice(info, standing, this.#open(info, standing, first.active))];
    if (node) return { fits: true, node, reserve: () => this.#reserve(info, node, first.active) };
    const refusals = this.#refusals(info, standing, first);
    return this.#unfit(info, refusals, unschedulableMessage(refusals), first.active);
  }

  /** Whether this one node would do now: asked when a node changes, for Pods that wait. A plug-in that fails is heard when the Pod is tried. */
  fitsOn(info: PodInfo, node: NodeInfo): boolean {
    try {
      return this.#fitsOn(info, node);
    } catch (error) {
      if (error instanceof PluginError) return true;
      throw error;
    }
  }

  #fitsOn(info: PodInfo, node: NodeInfo): boolean {
    const first = preFilter(this.profile.filter, info, this.cluster);
    if ('refusal' in first || first.nodes?.has(node.name) === false) return false;
    return refusalOf(first.active, info, node) === undefined && this.crowdedOut(info, node, first.active) === undefined;
  }

  /** Whether this one node might do once others have made room on it: asked when a node changes, for Pods that wait. */
  mayMakeRoom(info: PodInfo, node: NodeInfo): boolean {
    const plugins = this.profile.postFilter.filter((plugin) => plugin.mayMakeRoom);
    if (plugins.length === 0 || info.priority <= this.cluster.lowestPriority) return false;
    const first = preFilter(this.profile.filter, info, this.cluster);
    if ('refusal' in first || first.nodes?.has(node.name) === false) return false;
    return plugins.some((plugin) => plugin.mayMakeRoom?.(info, node, this.#attempt(info, new Map(), first.active)));
  }

  /** Whether the Pod, which this plug-in refused, may fit after the event; what nodes alone decide is asked of `fitsOn`. */
  mayHelp(plugin: string, info: PodInfo, event: ClusterEvent): boolean {
    const refuser = this.#refusers.get(plugin);
    if (!refuser) return false;
    if (refuser.mayHelp) return refuser.mayHelp(info, event, this.cluster);
    return refuser.looksAt !== 'node' && (event.resource === 'Pod' || event.resource === 'Node');
  }

  /** Whether one of these plug-ins may say something else later though nothing has happened that it is told of. */
  mayChangeByThemselves(plugins: ReadonlySet<string>): boolean {
    return plugins.values().some((name) => this.#refusers.get(name)?.mayChangeByItself === true);
  }

  /** Who keeps the Pod out of the queue, and why; undefined: nobody. */
  notEnqueued(pod: Pod): { plugin: string; message: string } | undefined {
    for (const plugin of this.profile.preEnqueue) {
      const message = plugin.preEnqueue?.(pod);
      if (message !== undefined) return { plugin: plugin.name, message };
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
    // Not known any more if a plug-in throws meanwhile: half of it would be out of date.
    this.#standings.delete(info.likeness);
    standing.catchUp(changes);
    this.#remember(info.likeness, standing);
    return standing;
  }

  #remember(likeness: string, standing: Standing): void {
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

  /** The nodes that will do: 1 by their places. */
  #open(info: PodInfo, standing: Standing, active: readonly ActiveFilter[]): Uint8Array {
    const { nodes } = standing;
    const others = active.slice(keptOf(active));
    let open = standing.open;
    if (others.length > 0) {
      open = open.slice();
      for (const filter of others) this.#close(open, info, nodes, filter);
    }
    for (const name of this.cluster.nominations.nodes) {
      const node = this.cluster.node(name);
      const place = node ? nodes.indexOf(node) : -1;
      if (!node || !open[place] || !this.crowdedOut(info, node, active)) continue;
      if (open === standing.open) open = open.slice();
      open[place] = 0;
    }
    return open;
  }

  /** Leaves only those open that the plug-in does not refuse. */
  #close(open: Uint8Array, info: PodInfo, nodes: readonly NodeInfo[], { plugin, state }: ActiveFilter): void {
    if (plugin.filterAll && nodes === this.cluster.nodes) return plugin.filterAll(state, info, this.cluster, open);
    for (const [place, node] of nodes.entries()) if (open[place] && plugin.filter?.(state, info, node)) open[place] = 0;
  }

  /** Why each node will not do; asked when none does. */
  #refusals(info: PodInfo, standing: Standing, { active, absent }: PreFiltered): Map<string, Refusal> {
    const refusals = new Map<string, Refusal>();
    if (absent) for (const { name } of this.cluster.nodes) refusals.set(name, absent);
    const others = active.slice(keptOf(active));
    for (const [place, node] of standing.nodes.entries()) {
      const refusal = standing.refusals[place] ?? refusalOf(others, info, node) ?? this.crowdedOut(info, node, active);
      if (refusal) refusals.set(node.name, refusal);
    }
    return refusals;
  }

  /** Whether the node would not do if those were there as well for whom room is being made. */
  crowdedOut(info: PodInfo, node: NodeInfo, active: readonly ActiveFilter[]): Refusal | undefined {
    const expected = this.#expectedOn(node, info);
    return expected.length === 0 ? undefined : crowdedTrial(info, node, active, { expected, without: [] }).refusal();
  }

  /** For whom room is being made there, and whose place this Pod may not take. */
  #expectedOn({ name }: NodeInfo, info: PodInfo): PodInfo[] {
    return this.cluster.nominations.on(name).filter(({ key, priority }) => key !== info.key && priority >= info.priority);
  }

  #attempt(info: PodInfo, refusals: ReadonlyMap<string, Refusal>, active: readonly ActiveFilter[]): FailedAttempt {
    return {
      cluster: this.cluster,
      refusals,
      nominatedNode: this.cluster.nominations.nodeOf(info.key),
      trial: (node, without = []) => crowdedTrial(info, node, active, { expected: this.#expectedOn(node, info), without }),
    };
  }

  /** The place of the node for the Pod among those that are open; -1 when none is. */
  #choice(info: PodInfo, standing: Standing, open: Uint8Array): number {
    const { nodes } = standing;
    if (!open.includes(1)) return -1;
    const nominated = this.cluster.nominations.nodeOf(info.key);
    if (nominated !== undefined) {
      const place = nodes.findIndex(({ name }) => name === nominated);
      if (open[place]) return place;
    }
    const compared = this.#sampling?.next(open) ?? open;
    let candidates: Candidates | undefined;
    const among = (): Candidates => (candidates ??= new Candidates(nodes, compared));
    const scores = this.#scores(
      info,
      ({ looksAt }) => looksAt !== 'node',
      () => among().nodes,
    );
    const known = compared !== standing.open || scores.length > 0 ? undefined : standing.best();
    if (known !== undefined) return known;
    const { places } = among();
    const totals = this.#totals.of(info, this.cluster, standing, scores, among());
    let best = -1;
    let most = Number.NEGATIVE_INFINITY;
    for (let i = 0; i < places.length; i++) {
      const place = places[i] ?? 0;
      const total = totals[place] ?? 0;
      if (total < most || (total === most && !standing.isRoomier(place, best))) continue;
      best = place;
      most = total;
    }
    return best;
  }

  #reserve(info: PodInfo, node: NodeInfo, active: readonly ActiveFilter[]): Reservations {
    const stateOf = (plugin: Plugin): unknown => active.find((each) => each.plugin === plugin)?.state;
    return new Reservations(this.profile.reserve, (plugin) => plugin.reserve?.(stateOf(plugin), info, node));
  }

  #refusedWhole(info: PodInfo, refusal: Refusal): Unfit {
    // What was refused before any node was looked at cannot be tried on one.
    const refusals = new Map(this.cluster.nodes.map(({ name }) => [name, { ...refusal, unresolvable: true }]));
    return this.#unfit(info, refusals, unschedulableMessage(refusals, refusal.reasons.join(', ')), []);
  }

  /** Nobody will do: the first plug-in that finds a way to make a node do is heard. */
  #unfit(info: PodInfo, refusals: ReadonlyMap<string, Refusal>, reasons: string, active: readonly ActiveFilter[]): Unfit {
    const refusedBy = new Set<string>();
    for (const { plugin } of refusals.values()) if (plugin !== undefined) refusedBy.add(plugin);
    // Behind the first refusal of a node, or of one that others were to make room on, theirs may be the one that lasts.
    for (const { plugin } of active) if (plugin.looksAt !== 'node') refusedBy.add(plugin.name);
    const attempt = this.#attempt(info, refusals, active);
    let [message, nominated]: [string, 'none' | undefined] = [reasons, undefined];
    for (const plugin of this.profile.postFilter) {
      const answer = plugin.postFilter?.(info, attempt);
      if (!answer) continue;
      if (!('message' in answer)) return { fits: false, message: reasons, refusals, refusedBy, nominated: answer.nominated };
      message += ` ${answer.message}`;
      nominated ??= answer.nominated;
    }
    return { fits: false, message, refusals, refusedBy, nominated };
  }
}

/** How many of the filters say what is kept: those that come before all others, so that a node's first refusal is the first of all. */
function keptOf(active: readonly ActiveFilter[]): number {
  const end = active.findIndex(({ plugin }) => plugin.looksAt === undefined);
  return end < 0 ? active.length : end;
}
