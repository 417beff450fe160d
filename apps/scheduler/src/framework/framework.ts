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
    const others = first.active.filter(({ plugin }) => this.#others.includes(plugin));
    const later = refusalsOf(others, info, standing);
    const node = standing.nodes[this.#best(info, standing, later)];
    if (node) return { fits: true, node, reserve: () => this.#reserve(info, node, first.active) };
    const told = new Map<string, Refusal>();
    for (const { name } of nodes) if (first.absent) told.set(name, first.absent);
    for (const [index, { name }] of standing.nodes.entries()) {
      const refusal = standing.refusals[index] ?? later?.[index];
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
            scores: this.#scores(
              info,
              () => nodes,
              ({ looksAt }) => looksAt === 'node',
            ),
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

  #scores(info: PodInfo, feasible: () => readonly NodeInfo[], which: (plugin: Plugin) => boolean): ActiveScore[] {
    return this.#profile.score.flatMap(({ plugin, weight }) => {
      if (!which(plugin)) return [];
      const first = plugin.preScore ? plugin.preScore(info, this.#cluster, feasible) : { state: undefined };
      return first === 'skip' ? [] : [{ plugin, state: first.state, weight }];
    });
  }

  /** The place of the best node; -1 when there is none. `later`: what refuses nodes besides. */
  #best(info: PodInfo, standing: Standing, later: Refusals | undefined): number {
    const { nodes, refusals } = standing;
    const feasible = (index: number): boolean => refusals[index] === undefined && later?.[index] === undefined;
    const totals = this.#totals(info, standing, feasible);
    let best = -1;
    for (let index = 0; index < nodes.length; index++) {
      if (!feasible(index)) continue;
      const more = best < 0 ? 1 : (totals[index] ?? 0) - (totals[best] ?? 0);
      if (more > 0 || (more === 0 && isRoomier(nodes[index], nodes[best]))) best = index;
    }
    return best;
  }

  /** The weighted sum of all scores, by the nodes' places. Only those of feasible nodes mean something. */
  #totals(info: PodInfo, { nodes, sums, rates }: Standing, feasible: (index: number) => boolean): Float64Array {
    const uneven = rates.filter(({ nonZero }) => nonZero > 0);
    let among: NodeInfo[] | undefined;
    const candidates = (): NodeInfo[] => (among ??= nodes.filter((_, index) => feasible(index)));
    const scores = this.#scores(info, candidates, ({ looksAt }) => looksAt !== 'node');
    if ((uneven.length === 0 && scores.length === 0) || candidates().length <= 1) return sums;
    const places = Array.from(nodes.keys()).filter(feasible);
    const totals = Float64Array.from(sums);
    const add = (amounts: Float64Array, { plugin, state, weight }: ActiveScore): void => {
      plugin.normalize?.(amounts, state);
      for (const [i, index] of places.entries()) totals[index] = (totals[index] ?? 0) + weight * (amounts[i] ?? 0);
    };
    for (const each of uneven)
      add(
        Float64Array.from(places, (index) => each.raw[index] ?? 0),
        each,
      );
    for (const each of scores)
      add(
        Float64Array.from(candidates(), (node) => each.plugin.score?.(each.state, info, node) ?? 0),
        each,
      );
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

/** By the nodes' places. */
type Refusals = readonly (Refusal | undefined)[];

/** What these say of the nodes that will do so far; undefined when there is none of them. */
function refusalsOf(filters: readonly ActiveFilter[], info: PodInfo, { nodes, refusals }: Standing): Refusals | undefined {
  if (filters.length === 0) return undefined;
  return nodes.map((node, index) => (refusals[index] ? undefined : refusalOf(filters, info, node)));
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
