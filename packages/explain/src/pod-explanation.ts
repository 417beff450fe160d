// What `GET …/pods/NAME/explain` answers (docs/scheduling.md, Explain).

export const API_VERSION = 'kubernats.dev/v1';

/** Why a Pod is where it is, or waits. */
export interface PodExplanation {
  apiVersion: typeof API_VERSION;
  kind: 'PodExplanation';
  metadata: { name: string; namespace: string; uid?: string };
  /** Whose Pod it is. */
  schedulerName: string;
  /** `Binding`: a node is chosen, and volumes or the binding are under way. `Waiting`: for something else than the scheduler. */
  state: 'Bound' | 'Binding' | 'Pending' | 'Waiting' | 'Ended';
  /** The Pod's node. */
  nodeName?: string;
  /** What a Pod without a node waits for, in words. */
  waitsFor: string[];
  /** Attempts so far, of a Pod that waits for a node. */
  attempts?: number;
  /** Not tried again before. RFC 3339. */
  nextAttempt?: string;
  /** Where preemption makes room for it. */
  nominatedNodeName?: string;
  /** The last decision, as far as it is known. */
  decision?: PastDecision;
  /** What the rest is about: the nodes as they were at the decision, or as they are now (the Pod itself left out). */
  basis: 'Decision' | 'Now';
  /** What should be known about all this. */
  notes: string[];
  /** How many nodes there are, and how many of them will do. */
  nodeCount: number;
  feasibleCount: number;
  winner?: Winner;
  /** Where no node will do: kube-scheduler's sentence. */
  message?: string;
  /** What preemption would evict to make room. */
  victims?: Evicted[];
  /** The nodes that will not do, the most frequent reasons first. */
  refused: RefusedNodes[];
  /** The nodes themselves: those that will do first, best first, then the others by name. Not all of a great many. */
  nodes: NodeVerdict[];
}

export interface PastDecision {
  /** RFC 3339, with milliseconds. */
  time: string;
  nodeName?: string;
  /** Why none would do. */
  message?: string;
}

/** The node that wins, and how it beats the next one. */
export interface Winner {
  nodeName: string;
  advantage: 'OnlyOne' | 'Nominated' | 'HigherScore' | 'MoreMemoryLeft' | 'FewerPods' | 'FirstByName';
  runnerUp?: string;
}

export interface Evicted {
  /** `namespace/name`. */
  pod: string;
  nodeName: string;
}

/** Nodes that are refused for the same reasons. */
export interface RefusedNodes {
  plugin: string;
  /** In kube-scheduler's words. */
  reasons: string[];
  /** Evicting other Pods could help. */
  preemptionHelps: boolean;
  count: number;
  /** The first of them, by name. */
  nodeNames: string[];
}

export interface NodeVerdict {
  nodeName: string;
  feasible: boolean;
  /** By which plug-ins it is refused: the first counts. */
  refusals: { plugin: string; reasons: string[]; preemptionHelps: boolean }[];
  scores: NodeScore[];
  /** The sum of the weighted scores. */
  total?: number;
  /** What is free of it before the Pod comes, in bytes. */
  memoryLeftBytes: number;
  podCount: number;
}

export interface NodeScore {
  plugin: string;
  /** As the plug-in counts. */
  raw: number;
  /** 0…100. */
  normalized: number;
  weight: number;
  weighted: number;
}
