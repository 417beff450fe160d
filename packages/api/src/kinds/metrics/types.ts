import type { KubeObject } from '../../object.ts';

/** `metrics.k8s.io/v1beta1`: what is used, as quantities. */
export interface ResourceUsage {
  cpu: string;
  memory: string;
}

interface Sampled extends KubeObject {
  /** When it was measured, and over how long. */
  timestamp: string;
  window: string;
}

export interface NodeMetrics extends Sampled {
  usage: ResourceUsage;
}

export interface PodMetrics extends Sampled {
  containers: { name: string; usage: ResourceUsage }[];
}
