import type { ClusterView, NodeView, PodView } from './views.ts';

/** Why a Pod may not go to a node: counted over the nodes in the Pod's message. */
export interface Refusal {
  readonly reason: string;
  /** Evicting other Pods would not help. Default: it might. */
  readonly unresolvable?: boolean;
}

/** Something that happened in the cluster. `old` is what the object was before. */
export type ClusterEventView =
  | {
      readonly resource: 'Pod';
      readonly action: 'assigned' | 'updated' | 'deleted';
      readonly pod: PodView;
      readonly old?: PodView;
      readonly node: string;
    }
  | {
      readonly resource: 'Node';
      readonly action: 'added' | 'updated' | 'deleted';
      readonly object: NodeView['object'];
      readonly old?: NodeView['object'];
    }
  | {
      readonly resource: 'Namespace' | 'PersistentVolumeClaim' | 'PersistentVolume' | 'StorageClass' | 'CSINode' | 'VolumeAttachment';
      readonly action: 'added' | 'updated' | 'deleted';
      readonly object: unknown;
      readonly old?: unknown;
    };

/** A Pod that waits for its turn. */
export interface QueuedPodView {
  readonly pod: PodView;
  /** Grows with each Pod that comes. */
  readonly order: number;
  /** How often a node was looked for. */
  readonly attempts: number;
}

/**
 * What a plug-in does at the scheduler's extension points; what it leaves out it does not do. All but `preBind` and `bind` answer at once. Source: the concept
 * "Scheduling Framework".
 */
export interface PluginHooks<State = unknown> {
  /** queueSort: whether the first Pod is to be tried before the second. One plug-in does this for all profiles. */
  less?(a: QueuedPodView, b: QueuedPodView): boolean;
  /** Why the Pod is not to be tried yet; nothing: it is. */
  preEnqueue?(pod: PodView): string | undefined | void;
  /**
   * What `filter` and `reserve` need to know of the Pod (`state`), which nodes may do at all (`nodes`), that no node will do (`refuse`), or that there is
   * nothing to filter for it (`'skip'`).
   */
  preFilter?(
    pod: PodView,
    cluster: ClusterView,
  ): 'skip' | { readonly refuse: string | Refusal } | { readonly state?: State; readonly nodes?: Iterable<string> } | void;
  /** Why the Pod may not go to the node; nothing: it may. */
  filter?(pod: PodView, node: NodeView, state: State): string | Refusal | undefined | void;
  /** No node will do: what the Pod is told beside the reasons. `reasons`: why not, by node. */
  postFilter?(pod: PodView, reasons: ReadonlyMap<string, readonly string[]>, cluster: ClusterView): string | undefined | void;
  /** What `score` needs to know; `'skip'`: the Pod prefers no node. `nodes`: those that will do. */
  preScore?(pod: PodView, nodes: readonly NodeView[], cluster: ClusterView): 'skip' | { readonly state?: State } | void;
  /** How well the node is liked, 0 to 100; any number where there is a `normalize`. */
  score?(pod: PodView, node: NodeView, state: State): number;
  /** Brings the scores of all nodes that will do into 0 to 100: gives them in the same order. */
  normalize?(scores: readonly number[], nodes: readonly NodeView[], pod: PodView): readonly number[];
  /** The Pod was given the node. Why it may not go there after all; nothing: it may, until `unreserve`. */
  reserve?(pod: PodView, node: NodeView, state: State | undefined): string | Refusal | undefined | void;
  /** The Pod does not get there: what `reserve` noted is to be forgotten. It may be called twice. */
  unreserve?(pod: PodView, node: NodeView): void;
  /** Whether the Pod may go: at once (nothing), not at all, or when somebody allows it (`cluster.waitingPods`), within so many seconds. */
  permit?(
    pod: PodView,
    node: NodeView,
    cluster: ClusterView,
  ): { readonly refuse: string } | { readonly waitSeconds: number } | undefined | void;
  /** What has to be done before the Pod is bound. Throws when it cannot go there after all. */
  preBind?(pod: PodView, node: NodeView, signal: AbortSignal): Promise<void> | void;
  /** Binds the Pod itself, or leaves it to the next plug-in: `'skip'`. */
  bind?(pod: PodView, node: NodeView, signal: AbortSignal): Promise<'bound' | 'skip'> | 'bound' | 'skip';
  /** The Pod is bound. */
  postBind?(pod: PodView, node: NodeView): void;
  /** Whether a Pod that this plug-in has refused may fit after the event. Left out: after every event of a Pod that has a node, and of a node. */
  mayHelp?(pod: PodView, event: ClusterEventView): boolean;
}

/** A plug-in, as its author writes it. */
export interface SchedulerPluginDefinition<State = unknown> {
  /** As configurations name it: letters, digits and dashes, such as `SpareDisks`. */
  readonly name: string;
  /** How often its scores count where no configuration says so. Default 1. */
  readonly weight?: number;
  /**
   * `'node'`: what `filter` and `score` say follows from the Pod, the node and the Pods there alone. It is kept then until the node changes, and large
   * clusters are faster for it. Default: it may follow from anything.
   */
  readonly looksAt?: 'node';
  /** Makes the plug-in, once for each profile that has it. `args`: what the profile's `pluginConfig` says; throws for what is wrong there. */
  create(args: Readonly<Record<string, unknown>>, cluster: ClusterView): PluginHooks<State>;
}

/** Declares a plug-in; it exists for its types. */
export function defineSchedulerPlugin<State = unknown>(definition: SchedulerPluginDefinition<State>): SchedulerPluginDefinition<State> {
  return definition;
}
