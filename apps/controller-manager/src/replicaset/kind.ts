import type { KindRef, KubeObject, ReplicaSet, ReplicaSetStatus } from '@kubernats/api';
import type { Informer, InformerSet } from '@kubernats/client';

/** A kind that keeps a number of equal Pods, seen as a ReplicaSet. */
export interface ReplicaKind<T extends KubeObject> {
  ref: KindRef<T>;
  /** Of the loop. */
  name: string;
  /** Who its events are from. */
  component: string;
  /** With the indexes by controller and by selector. */
  informer(informers: InformerSet): Informer<T>;
  asReplicaSet(object: T): ReplicaSet;
  /** As much of the status as the kind has. */
  statusOf(status: ReplicaSetStatus): ReplicaSetStatus;
}
