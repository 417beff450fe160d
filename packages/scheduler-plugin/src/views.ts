import type { Node, Pod } from '@kubernats/api';

/** Nobody changes what the scheduler knows: what a plug-in is shown is to be read. */
export type ReadonlyDeep<T> = T extends (infer Each)[]
  ? readonly ReadonlyDeep<Each>[]
  : T extends object
    ? { readonly [Key in keyof T]: ReadonlyDeep<T[Key]> }
    : T;

/**
 * A Pod as the scheduler keeps it: its metadata with labels and annotations, and of its spec what decides about nodes. What its containers run (commands,
 * environment, probes, mounts) and volumes that are no claims are not there.
 */
export type PodView = ReadonlyDeep<Pod>;

/** Amounts by resource: CPU in thousandths of a core, memory and storage in bytes, the rest in pieces. */
export type Amounts = Readonly<Record<string, number>>;

/** A node, with the Pods that are there or on their way. */
export interface NodeView {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly object: ReadonlyDeep<Node>;
  readonly pods: readonly PodView[];
  readonly allocatable: Amounts;
  /** What its Pods requested, altogether. */
  readonly requested: Amounts;
}

/** A Pod that has a node, and that plug-ins hold up at `permit`. */
export interface WaitingPodView {
  readonly pod: PodView;
  readonly node: string;
  /** The plug-ins that hold it up. */
  readonly heldBy: readonly string[];
  /** This plug-in lets it go. */
  allow(): void;
  /** It does not go there; the message is told as the reason. */
  reject(message: string): void;
}

/** The cluster as it is now. */
export interface ClusterView {
  /** By name. */
  readonly nodes: readonly NodeView[];
  node(name: string): NodeView | undefined;
  /** The Pods that are held up at `permit`. */
  readonly waitingPods: readonly WaitingPodView[];
  /** The cluster's time: milliseconds since 1970. In a testkit it may be stepped. */
  now(): number;
}
