import type { Pod } from '@kubernats/api';
import type { NodeInfo } from '../snapshot/node-info.ts';
import type { PodInfo } from '../snapshot/pod-info.ts';
import { noNodes, unschedulableMessage } from '../unschedulable-message.ts';
import type { ClusterEvent } from './cluster-event.ts';
import type { SchedulingView } from './cluster-view.ts';
import type { Decision, Unfit } from './decision.ts';
import { NodeChoice } from './node-choice.ts';
import { crowdedOut, trialOf } from './node-trial.ts';
import { openNodes, refusalsOfAll } from './open-nodes.ts';
import type { FailedAttempt, Plugin, Refusal } from './plugin.ts';
import { PluginError } from './plugin-error.ts';
import { postFilter } from './post-filter.ts';
import { type PreFiltered, preFilter } from './pre-filter.ts';
import { preScore } from './pre-score.ts';
import type { Profile, WeightedPlugin } from './profile.ts';
import { Reservations } from './reservations.ts';
import { type ActiveFilter, type OwnWords, refusalOf, Standing } from './standing.ts';
import { Standings } from './standings.ts';

/** Chooses nodes by the plug-ins of a profile. */
export class Framework {
  readonly profile: Profile;
  readonly cluster: SchedulingView;
  readonly #standings = new Standings();
  readonly #choice: NodeChoice;
  /** Those whose scores are part of a standing. */
  readonly #keptScores: readonly WeightedPlugin[];
  /** Those that may refuse a Pod, by name. */
  readonly #refusers: ReadonlyMap<string, Plugin>;

  constructor(profile: Profile, cluster: SchedulingView) {
    this.profile = profile;
    this.cluster = cluster;
    this.#choice = new NodeChoice(profile, cluster);
    this.#keptScores = profile.score.filter(({ plugin }) => plugin.looksAt === 'node');
    const { preEnqueue, filter, reserve, permit, preBind } = profile;
    this.#refusers = new Map([...preEnqueue, ...filter, ...reserve, ...permit, ...preBind].map((plugin) => [plugin.name, plugin]));
  }

  /**
   * Filters, then scores, over all nodes (P7). The same cluster gives the same answer: of the best nodes the one with the most memory left wins, then the
   * one with the fewest Pods, then the first by name.
   */
  decide(info: PodInfo): Decision {
    if (this.cluster.nodes.length === 0)
      return { fits: false, message: noNodes, refusals: new Map(), refusedBy: new Set(), nominated: 'none' };
    const first = preFilter(this.profile.filter, info, this.cluster);
    if ('refusal' in first) return this.#refusedWhole(info, first.refusal);
    const standing = this.#standing(info, first);
    const open = openNodes(info, standing, first, this.cluster);
    const node = standing.nodes[this.#choice.placeOf(info, standing, open)];
    if (node) return { fits: true, node, reserve: () => this.#reserve(info, node, first.active) };
    const refusals = refusalsOfAll(info, standing, first, this.cluster);
    return this.#unfit(info, refusals, unschedulableMessage(refusals), first.active);
  }

  /** Whether this one node would do now: asked when a node changes, for Pods that wait. A plug-in that fails is heard when the Pod is tried. */
  fitsOn(info: PodInfo, node: NodeInfo): boolean {
    try {
      const active = this.#activeOn(info, node);
      return active !== undefined && !refusalOf(active, info, node) && !crowdedOut(info, node, active, this.cluster);
    } catch (error) {
      if (error instanceof PluginError) return true;
      throw error;
    }
  }

  /** Whether this one node might do once others have made room on it: asked when a node changes, for Pods that wait. */
  mayMakeRoom(info: PodInfo, node: NodeInfo): boolean {
    const plugins = this.profile.postFilter.filter((plugin) => plugin.mayMakeRoom);
    if (plugins.length === 0 || info.priority <= this.cluster.lowestPriority) return false;
    const active = this.#activeOn(info, node);
    if (!active) return false;
    return plugins.some((plugin) => plugin.mayMakeRoom?.(info, node, this.#attempt(info, new Map(), active)));
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

  /** The filters that have something to say of the Pod; undefined: it may not go to this node whatever they say. */
  #activeOn(info: PodInfo, { name }: NodeInfo): ActiveFilter[] | undefined {
    const first = preFilter(this.profile.filter, info, this.cluster);
    return 'refusal' in first || first.nodes?.has(name) === false ? undefined : first.active;
  }

  #standing(info: PodInfo, { kept, nodes: names }: PreFiltered): Standing {
    const words: OwnWords = { filters: kept, scores: preScore(this.#keptScores, info, this.cluster, () => []) };
    if (!names) return this.#standings.of(info, words, this.cluster);
    const nodes = [...names].sort().flatMap((name) => this.cluster.node(name) ?? []);
    const standing = new Standing(info, nodes, words, this.cluster);
    standing.catchUp(this.cluster.changes);
    return standing;
  }

  #attempt(info: PodInfo, refusals: ReadonlyMap<string, Refusal>, active: readonly ActiveFilter[]): FailedAttempt {
    return {
      cluster: this.cluster,
      refusals,
      nominatedNode: this.cluster.nominations.nodeOf(info.key),
      trial: (node, without = []) => trialOf(info, node, active, this.cluster, without),
    };
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

  #unfit(info: PodInfo, refusals: ReadonlyMap<string, Refusal>, reasons: string, active: readonly ActiveFilter[]): Unfit {
    const refusedBy = new Set<string>();
    for (const { plugin } of refusals.values()) if (plugin !== undefined) refusedBy.add(plugin);
    // Behind the first refusal of a node, or of one that others were to make room on, theirs may be the one that lasts.
    for (const { plugin } of active) if (plugin.looksAt !== 'node') refusedBy.add(plugin.name);
    return postFilter(this.profile.postFilter, info, this.#attempt(info, refusals, active), { reasons, refusedBy });
  }
}
