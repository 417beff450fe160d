import type { Pod } from '@kubernats/api';
import { everything, type Selector } from '@kubernats/apimachinery';

/** What Pods belong to. */
export interface Workloads {
  /**
   * What the Services that select the Pod, and the ReplicationController, ReplicaSet or StatefulSet that controls it, ask of Pods: all of it together. It is
   * empty where there are none of these.
   */
  selectorOf(pod: Pod): Selector;
}

export const NO_WORKLOADS: Workloads = { selectorOf: () => everything };
