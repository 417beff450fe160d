// What `POST …/namespaces/NAME/whatif` answers (docs/scheduling.md, Explain).
import type { API_VERSION, Evicted } from './pod-explanation.ts';

/** What would become of a manifest. Nothing is changed by asking. */
export interface WhatIf {
  apiVersion: typeof API_VERSION;
  kind: 'WhatIf';
  /** In the order of the manifest, in which they are decided. */
  workloads: TriedWorkload[];
  /** Those that would get Pods or lose some, and those that the manifest adds. */
  nodes: NodeFill[];
  /** What of the manifest was taken how, and what was not looked at. */
  notes: string[];
}

export interface TriedWorkload {
  /** `Deployment default/web`. */
  name: string;
  /** How many Pods it would have made. */
  wanted: number;
  placed: { nodeName: string; count: number }[];
  /** Why the others would wait, in kube-scheduler's words. */
  pending: { message: string; count: number }[];
  /** Pods that would be evicted to make room. */
  victims: Evicted[];
}

/** How full a node would be. CPU in thousandths of a core. */
export interface NodeFill {
  nodeName: string;
  /** It comes with the manifest. */
  added: boolean;
  placed: number;
  pods: Fill;
  cpuMilli: Fill;
  memoryBytes: Fill;
}

export interface Fill {
  requested: number;
  allocatable: number;
}

/** A manifest tries no more Pods than these at a time. */
export const MAX_TRIED_PODS = 5_000;
