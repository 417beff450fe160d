import type { Pod } from '@kubernats/api';
import type { NodeChanges } from '../snapshot/node-changes.ts';
import type { NodeInfo } from '../snapshot/node-info.ts';
import type { PodInfo } from '../snapshot/pod-info.ts';
import { noNodes, unschedulableMessage } from '../unschedulable-message.ts';
import type { ClusterView, Plugin, Refusal, Reservation } from './plugin.ts';
import { type PreFiltered, preFilter } from './pre-filter.ts';
import type { Profile } from './profile.ts';
import { type ActiveFilter, type ActiveScore, Standing } from './standing.ts';

/** What was decided for a Pod. */
export type Decision =
  /** `reserve` sets aside what the Pod needs there. */
  | { fits: true; node: NodeInfo; reserve(): Reservation[] }
  /** `message` is kube-scheduler's; `refusals` are those of each node. */
  | { fits: false; message: string; refusals: ReadonlyMap<string, Refusal> };

/** Pods of so many kinds may take turns without any of them being looked at anew. */
const STANDINGS = 32;

/** Chooses nodes by the plug-ins of a profile. */
export class Framework {
  readonly #profile: Profile;
  readonly #cluster: ClusterView & { readonly changes: NodeChanges };
  /** Those that look at nodes alone and come before all others: so a node's first refusal is the first of all. */
  readonly #own: readonly Plugin[];
  readonly #others: readonly Plugin[];
  /** By the Pods' likeness; the last used is the last. */
  readonly #standings = new Map<string, Standing>();

  constructor(profile: Profile, cluster: ClusterView & { readonly changes: NodeChanges }) {
    this.#profile = profile;
    this.#cluster = cluster;
    const end = profile.filter.findIndex(({ looksAt }) => looksAt !== 'node');
    this.#own = end < 0 ? profile.filter : profile.filter.slice(0, end);
    this.#others = end < 0 ? [] : profile.filter.slice(end);
  }

  /**
   * Filters, then scores, over all nodes (P7). The same cluster gives the same answer: of the best nodes the one with the most memory left wins, then the
   * one with the fewest Pods, then the first by name.
   */
  decide(info: PodInfo): Decision {
    const { nodes } = this.#cluster;
    if (nodes.length === 0) return { fits: false, message: noNodes, refusals: new Map() };
    const first = preFilter(this.#profile.filter, info, this.#cluster);
    if ('refusal' in first) return refusedWhole(info, nodes, first.refusal);
    const standing = this.#standing(info, first);
    const feasible: number[] = [];
    const refusals = new Map<number, Refusal>();
    const others = first.active.filter(({ plugin }) => this.#others.includes(plugin));
    for (let index = 0; index < standing.nodes.length; index++) {
      if (standing.refusals[index] !== undefined) continue;
      const refusal = others.length === 0 ? undefined : refusalOf(others, info, standing.nodes[index] as NodeInfo);
      if (refusal) refusals.set(index, refusal);
      else feasible.push(index);
    }
    const node = standing.nodes[this.#best(info, standing, feasible)];
    if (node) return { fits: true, node, reserve: () => this.#reserve(info, node, first.active) };
    const told = new Map<string, Refusal>();
    for (const { name } of nodes) if (first.absent) told.set(name, first.absent);
    for (const [index, { name }] of standing.nodes.entries()) {
      const refusal = standing.refusals[index] ?? refusals.get(index);
      if (refusal) told.set(name, refusal);
    }
    return { fits: false, message: unschedulableMessage(info, told), refusals: told };
  }

  /** Whether this one node would do now: asked when a node changes, for Pods that wait. */
  fitsOn(info: PodInfo, node: NodeInfo): boolean {
    const first = preFilter(this.#profile.filter, info, this.#cluster);
    return !('refusal' in first) && (first.nodes?.has(node.name) ?? true) && refusalOf(first.active, info, node) === undefined;
  }

  /** Why the Pod does not come into the queue yet, or undefined. */
  whyNotEnqueued(pod: Pod): string | undefined {
    for (const plugin of this.#profile.preEnqueue) {
      const why = plugin.preEnqueue?.(pod);
      if (why !== undefined) return why;
    }
    return undefined;
  }

  #standing(info: PodInfo, { active, nodes: names }: PreFiltered): Standing {
    const { nodes, changes } = this.#cluster;
    const among = names ? [...names].sort().flatMap((name) => this.#cluster.node(name) ?? []) : nodes;
    const known = info.likeness === undefined || names ? undefined : this.#standings.get(info.likeness);
    const standing =
      known?.nodes === among
        ? known
        : new Standing(info, among, {
            filters: active.filter(({ plugin }) => this.#own.includes(plugin)),
            scores: this.#scores(info, [], ({ looksAt }) => looksAt === 'node'),
          });
    standing.catchUp(changes);
    if (info.likeness !== undefined && !names) this.#remember(info.likeness, standing);
    return standing;
  }

  #remember(likeness: string, standing: Standing): void {
    this.#standings.delete(likeness);
    this.#standings.set(likeness, standing);
    if (this.#standings.size <= STANDINGS) return;
    const [oldest] = this.#standings.keys();
    if (oldest !== undefined) this.#standings.delete(oldest);
  }

  #scores(info: PodInfo, feasible: readonly NodeInfo[], which: (plugin: Plugin) => boolean): ActiveScore[] {
    return this.#profile.score.flatMap(({ plugin, weight }) => {
      if (!which(plugin)) return [];
      const first = plugin.preScore ? plugin.preScore(info, this.#cluster, feasible) : { state: undefined };
      return first === 'skip' ? [] : [{ plugin, state: first.state, weight }];
    });
  }

  /** The place of the best node; -1 when there is none. */
  #best(info: PodInfo, standing: Standing, feasible: readonly number[]): number {
    if (feasible.length <= 1) return feasible[0] ?? -1;
    const totals = this.#totals(info, standing, feasible);
    let best = 0;
    for (let i = 1; i < feasible.length; i++) {
      const score = (totals[i] ?? 0) - (totals[best] ?? 0);
      if (score > 0 || (score === 0 && isRoomier(standing.nodes[feasible[i] ?? -1], standing.nodes[feasible[best] ?? -1]))) best = i;
    }
    return feasible[best] ?? -1;
  }

  #totals(info: PodInfo, { nodes, sums, rates }: Standing, feasible: readonly number[]): Float64Array {
    const totals = new Float64Array(feasible.length);
    for (let i = 0; i < totals.length; i++) totals[i] = sums[feasible[i] ?? -1] ?? 0;
    const add = (amounts: Float64Array, { plugin, state, weight }: ActiveScore): void => {
      plugin.normalize?.(amounts, state);
      for (let i = 0; i < totals.length; i++) totals[i] = (totals[i] ?? 0) + weight * (amounts[i] ?? 0);
    };
    for (const each of rates)
      if (each.nonZero > 0)
        add(
          Float64Array.from(feasible, (index) => each.raw[index] ?? 0),
          each,
        );
    const among = feasible.map((index) => nodes[index] as NodeInfo);
    for (const each of this.#scores(info, among, ({ looksAt }) => looksAt !== 'node')) {
      add(
        Float64Array.from(among, (node) => each.plugin.score?.(each.state, info, node) ?? 0),
        each,
      );
    }
    return totals;
  }

  #reserve(info: PodInfo, node: NodeInfo, active: readonly ActiveFilter[]): Reservation[] {
    return this.#profile.reserve.flatMap((plugin) => {
      const filter = active.find((each) => each.plugin === plugin);
      const reservation = filter && plugin.reserve?.(filter.state, info, node);
      return reservation ? [reservation] : [];
    });
  }
}

function refusalOf(filters: readonly ActiveFilter[], info: PodInfo, node: NodeInfo): Refusal | undefined {
  for (const { plugin, state } of filters) {
    const refusal = plugin.filter?.(state, info, node);
    if (refusal) return refusal;
  }
  return undefined;
}

function refusedWhole(info: PodInfo, nodes: readonly NodeInfo[], refusal: Refusal): Decision {
  const refusals = new Map(nodes.map(({ name }) => [name, refusal]));
  return { fits: false, message: unschedulableMessage(info, refusals, refusal.reasons.join(', ')), refusals };
}

/** Equal so far: nodes come sorted by name, so the first one keeps its place. */
function isRoomier(a: NodeInfo | undefined, b: NodeInfo | undefined): boolean {
  if (!a || !b) return false;
  const memory = memoryLeft(a) - memoryLeft(b);
  return memory === 0 ? a.podCount < b.podCount : memory > 0;
}

const memoryLeft = ({ allocatable, requested }: NodeInfo): number => allocatable.memoryBytes - requested.memoryBytes;
