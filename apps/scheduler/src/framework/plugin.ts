import type { Pod } from '@kubernats/api';
import type { VolumeWorld } from '../plugins/volume-needs.ts';
import type { NodeInfo } from '../snapshot/node-info.ts';
import type { PodInfo } from '../snapshot/pod-info.ts';

/** Why a node will not do. */
export interface Refusal {
  /** As kube-scheduler words them; counted over the nodes in the Pod's message. */
  reasons: string[];
  /** Evicting other Pods would not help. */
  unresolvable: boolean;
}

export const unresolvable = (reason: string): Refusal => ({ reasons: [reason], unresolvable: true });
export const resolvable = (reason: string): Refusal => ({ reasons: [reason], unresolvable: false });

/** What plug-ins may look at besides the Pod and the node that they are asked about. */
export interface ClusterView {
  /** The nodes that exist, by name. */
  readonly nodes: readonly NodeInfo[];
  node(name: string): NodeInfo | undefined;
  readonly volumes: VolumeWorld;
  /** On how many nodes the image is. */
  nodesWithImage(image: string): number;
}

/** What a plug-in found out about a Pod before any node is looked at. */
export type PreFiltered<State> =
  /** There is nothing to filter for this Pod. */
  | 'skip'
  /** No node will do. */
  | { refusal: Refusal }
  /** What `filter` needs. `nodes`: only these may do. */
  | { state: State; nodes?: ReadonlySet<string> };

/**
 * One reason for a node to be refused, or to be preferred. Names, extension points and messages are kube-scheduler's. A plug-in keeps nothing about a
 * Pod: what it works out once a Pod is the state that it is given again for each node. Source: the concept "Scheduling Framework".
 */
export interface Plugin<FilterState = unknown, ScoreState = unknown> {
  readonly name: string;
  /**
   * `node`: what `filter` and `score` say follows from the Pod, that node and the Pods there alone; it is kept then, for all Pods that are alike, until
   * the node changes. Default: it may follow from anything, and is asked for each time.
   */
  readonly looksAt?: 'node';

  /** Why the Pod does not come into the queue yet, or undefined. */
  preEnqueue?(pod: Pod): string | undefined;
  /** Absent: `filter` is asked with an undefined state. */
  preFilter?(info: PodInfo, cluster: ClusterView): PreFiltered<FilterState>;
  /** Undefined: the node will do, as far as this plug-in is concerned. `node.node` is there. */
  filter?(state: FilterState, info: PodInfo, node: NodeInfo): Refusal | undefined;
  /** `skip`: the Pod prefers nothing. `feasible`: gives the nodes that passed all filters; a plug-in that looks at the node alone may not ask. */
  preScore?(info: PodInfo, cluster: ClusterView, feasible: () => readonly NodeInfo[]): { state: ScoreState } | 'skip';
  /** A raw amount; larger is better unless `normalize` turns it round. */
  score?(state: ScoreState, info: PodInfo, node: NodeInfo): number;
  /** Brings the raw amounts of all feasible nodes into 0…100, in place. Absent: they are there already. */
  normalize?(amounts: Float64Array, state: ScoreState): void;
  /** The Pod is given the node: what others must not be given as well is set aside. Undefined: there is nothing. */
  reserve?(state: FilterState, info: PodInfo, node: NodeInfo): Reservation | undefined;
}

/** What a plug-in set aside for a Pod that is on its way to a node. */
export interface Reservation {
  /** The plug-in's name. */
  plugin: string;
  /** What must be done before the Pod is bound. It rejects, having taken back what was set aside, when the Pod cannot go to the node after all. */
  preBind(signal: AbortSignal): Promise<void>;
}

/** The largest amount becomes 100, and the others their share of it; with `reverse` the smallest is best. */
export function byShare(amounts: Float64Array, reverse: boolean): void {
  let largest = 0;
  for (const amount of amounts) if (amount > largest) largest = amount;
  for (let i = 0; i < amounts.length; i++) {
    const share = largest === 0 ? 0 : Math.floor(((amounts[i] ?? 0) * 100) / largest);
    amounts[i] = reverse ? 100 - share : share;
  }
}
