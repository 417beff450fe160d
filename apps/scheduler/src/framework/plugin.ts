import type { Pod } from '@kubernats/api';
import type { VolumeWorld } from '../plugins/volume-needs.ts';
import type { PreemptionWorld } from '../preemption/preemption-world.ts';
import type { DomainTally, TallyOf } from '../snapshot/domain-tally.ts';
import type { MatchingPods } from '../snapshot/matching-pods.ts';
import type { Namespaces } from '../snapshot/namespaces.ts';
import type { NodeColumns } from '../snapshot/node-columns.ts';
import type { NodeInfo } from '../snapshot/node-info.ts';
import type { PlacedTerms } from '../snapshot/placed-terms.ts';
import type { PodInfo } from '../snapshot/pod-info.ts';
import type { ClusterEvent } from './cluster-event.ts';
import type { Workloads } from './workloads.ts';

/** Why a node will not do. */
export interface Refusal {
  /** As kube-scheduler words them; counted over the nodes in the Pod's message. */
  reasons: string[];
  /** Evicting other Pods would not help. */
  unresolvable: boolean;
  /** The plug-in that refuses, set by the framework. */
  plugin?: string;
}

export const unresolvable = (reason: string): Refusal => ({ reasons: [reason], unresolvable: true });
export const resolvable = (reason: string): Refusal => ({ reasons: [reason], unresolvable: false });

/** What plug-ins may look at besides the Pod and the node that they are asked about. */
export interface ClusterView {
  /** The nodes that exist, by name. The same array as long as they are the same. */
  readonly nodes: readonly NodeInfo[];
  /** What of them is asked most, by their places. */
  readonly columns: NodeColumns;
  node(name: string): NodeInfo | undefined;
  readonly volumes: VolumeWorld;
  readonly preemption: PreemptionWorld;
  /** Of a Pod on a node; Infinity when there is none. */
  readonly lowestPriority: number;
  readonly workloads: Workloads;
  /** On how many nodes the image is. */
  nodesWithImage(image: string): number;
  /** How many nodes have a taint of any kind. */
  readonly taintedNodes: number;
  readonly cordonedNodes: number;
  /** Counts Pods by topology domain, kept up to date from then on: whoever asks again for the same gets the same. */
  tally(of: TallyOf): DomainTally;
  /** Counts those by topology domain that match something. */
  readonly matchingPods: MatchingPods;
  /** What Pods that have a node say about other Pods. */
  readonly placedTerms: PlacedTerms;
  readonly namespaces: Namespaces;
}

/** What a plug-in found out about a Pod before any node is looked at. */
export type PreFiltered<State> =
  /** There is nothing to filter for this Pod. */
  | 'skip'
  /** No node will do. */
  | { refusal: Refusal }
  /**
   * What `filter` needs. `nodes`: only these may do. `basis`: what `filter` goes by besides the Pod, the node and the Pods there; what it said is kept
   * only as long as each of these is the same.
   */
  | { state: State; nodes?: ReadonlySet<string>; basis?: readonly unknown[] };

/**
 * One reason for a node to be refused, or to be preferred. Names, extension points and messages are kube-scheduler's. A plug-in keeps nothing about a
 * Pod: what it works out once a Pod is the state that it is given again for each node. Source: the concept "Scheduling Framework".
 */
export interface Plugin<FilterState = unknown, ScoreState = unknown> {
  readonly name: string;
  /**
   * `node`: what `filter` and `score` say follows from the Pod, that node and the Pods there alone; it is kept then, for all Pods that are alike, until
   * the node changes. So must the states of `preFilter` and `preScore` follow from the Pod alone; whether they skip may depend on the cluster.
   * `topology`: what `filter` says, and the state of `preFilter`, follow from these and from the `basis`; scores are asked for each time.
   * Default: it may follow from anything, and is asked for each time.
   */
  readonly looksAt?: 'node' | 'topology';

  /** What it says may follow from the time, or from what is outside of the cluster: a Pod that it refused is tried again after a while in any case. */
  readonly mayChangeByItself?: boolean;

  /** Whether the first Pod is to be tried before the second. */
  less?(a: QueuedPod, b: QueuedPod): boolean;
  /** Why the Pod does not come into the queue yet, or undefined. */
  preEnqueue?(pod: Pod): string | undefined;
  /** Absent: `filter` is asked with an undefined state. */
  preFilter?(info: PodInfo, cluster: ClusterView): PreFiltered<FilterState>;
  /**
   * The state as it would be if another Pod counted on the node as well (`by` is 1), or did not count there (-1). The given state stays as it is.
   * Absent: the state does not depend on which Pods are where.
   */
  withPod?(state: FilterState, info: PodInfo, other: PodInfo, node: NodeInfo, by: 1 | -1): FilterState;
  /** Undefined: the node will do, as far as this plug-in is concerned. `node.node` is there. */
  filter?(state: FilterState, info: PodInfo, node: NodeInfo): Refusal | undefined;
  /** Says the same of all nodes of the cluster in one go, where that costs less: by the nodes' places, `open` becomes 0 for those that will not do. */
  filterAll?(state: FilterState, info: PodInfo, cluster: ClusterView, open: Uint8Array): void;
  /** No node will do: looks for a way to make one do. */
  postFilter?(info: PodInfo, attempt: FailedAttempt): PostFiltered | undefined;
  /** Whether `postFilter` might find a way to make this one node do: asked when the node changes, for Pods that wait. Then `attempt.refusals` is empty. */
  mayMakeRoom?(info: PodInfo, node: NodeInfo, attempt: FailedAttempt): boolean;
  /** `skip`: the Pod prefers nothing. `feasible`: gives the nodes that passed all filters; a plug-in that looks at the node alone may not ask. */
  preScore?(info: PodInfo, cluster: ClusterView, feasible: () => readonly NodeInfo[]): { state: ScoreState } | 'skip';
  /** A raw amount; larger is better unless `normalize` turns it round. */
  score?(state: ScoreState, info: PodInfo, node: NodeInfo): number;
  /** Says the same of all feasible nodes in one go, where that costs less. `places` are theirs among the nodes of the cluster. */
  scoreAll?(state: ScoreState, info: PodInfo, cluster: ClusterView, places: Int32Array, amounts: Float64Array): void;
  /** Brings the raw amounts of all feasible nodes into 0…100, in place. `nodes` are those nodes. Absent: they are there already. */
  normalize?(amounts: Float64Array, state: ScoreState, nodes: readonly NodeInfo[]): void;
  /** The Pod is given the node (`state` is undefined where `preFilter` skipped it): what others must not be given as well is set aside. Undefined: there is nothing. A refusal: it may not go there. */
  reserve?(state: FilterState | undefined, info: PodInfo, node: NodeInfo): Reservation | { refusal: Refusal } | undefined;
  /** Whether the Pod may go to the node that it was given: yes, no, or not before somebody says so. */
  permit?(info: PodInfo, node: NodeInfo): Permitted;
  /** What must be done before the Pod is bound, where that does not follow from what was set aside. It rejects when the Pod cannot go to the node after all. */
  preBind?(info: PodInfo, node: NodeInfo, signal: AbortSignal): Promise<void>;
  /** Binds the Pod; the first plug-in that does not skip it is the last that is asked. */
  bind?(info: PodInfo, node: NodeInfo, signal: AbortSignal): Promise<'bound' | 'skip'>;
  /** The Pod is bound. */
  postBind?(info: PodInfo, node: NodeInfo): void;
  /**
   * A Pod that this plug-in refused: may it fit after this event? (kube-scheduler's queueing hints.) Absent: for a plug-in that looks at nodes alone only
   * where a node changed so that the Pod would fit there; for others after each event of a node or of a Pod that has one.
   */
  mayHelp?(info: PodInfo, event: ClusterEvent, cluster: ClusterView): boolean;
}

/** What was found out about a Pod for which no node will do. */
export interface FailedAttempt {
  readonly cluster: ClusterView;
  /** Each node's first refusal, by its name. */
  readonly refusals: ReadonlyMap<string, Refusal>;
  /** Where room was to be made for the Pod before. */
  readonly nominatedNode: string | undefined;
  /** To find out whether the node would do with other Pods on it; those of no lower priority for whom room is made there are on it. `without`: these are not. */
  trial(node: NodeInfo, without?: readonly PodInfo[]): NodeTrial;
}

/** One node with other Pods than are there, for one Pod. Nothing else changes by it. */
export interface NodeTrial {
  /** As it would be. */
  readonly node: NodeInfo;
  add(other: PodInfo): void;
  remove(other: PodInfo): void;
  refusal(): Refusal | undefined;
}

/**
 * The node where there will be room once the victims are gone, or kube-scheduler's sentence about why there will be none. `none`: a node that was nominated
 * before is given up; without that the Pod goes on waiting for it.
 */
export type PostFiltered = { nominated: Nominated } | { message: string; nominated?: 'none' };

export interface Nominated {
  node: NodeInfo;
  victims: readonly PodInfo[];
}

/** A Pod that waits for its turn. */
export interface QueuedPod {
  readonly info: PodInfo;
  /** Grows with each Pod that comes. */
  readonly order: number;
  /** How often a node was looked for. */
  readonly attempts: number;
}

/** What a plug-in set aside for a Pod that is on its way to a node. */
export interface Reservation {
  /** The Pod does not go there after all: what was set aside is given back. It may be called twice. */
  unreserve?(): void;
  /** What must be done before the Pod is bound. It rejects when the Pod cannot go to the node after all. */
  preBind?(signal: AbortSignal): Promise<void>;
}

export type Permitted =
  | 'allow'
  | { refusal: Refusal }
  /** Until somebody allows the Pod, or for so long at most: then it is refused. */
  | { waitMs: number };

/** The largest amount becomes 100, and the others their share of it; with `reverse` the smallest is best. */
export function byShare(amounts: Float64Array, reverse: boolean): void {
  let largest = 0;
  for (const amount of amounts) if (amount > largest) largest = amount;
  for (let i = 0; i < amounts.length; i++) {
    const share = largest === 0 ? 0 : Math.floor(((amounts[i] ?? 0) * 100) / largest);
    amounts[i] = reverse ? 100 - share : share;
  }
}
