import {
  type ControllerRevision,
  ControllerRevisions,
  type Job,
  Jobs,
  type KubeObject,
  type Pod,
  Pods,
  type ReplicaSet,
  ReplicaSets,
  type ReplicationController,
  ReplicationControllers,
} from '@kubernats/api';
import { controllerOf } from '@kubernats/apimachinery';
import type { Informer, InformerSet } from '@kubernats/client';
import { labelBuckets, selectorBucket } from './label-index.ts';

// The indexes that controllers share. Each is a function of one object, so that an event costs the same in every cluster.

/** By the uid of the managing owner. */
export const BY_CONTROLLER = 'controller';
/** By label, only of what nobody controls: see `label-index.ts`. */
export const ORPHANS_BY_LABEL = 'orphansByLabel';
/** By label. */
export const BY_LABEL = 'label';
/** By node name; '' for what is not scheduled. */
export const BY_NODE = 'node';
/** By `selectorBucket`. */
export const BY_SELECTOR = 'selector';

const controllerUid = (object: KubeObject): string[] => {
  const owner = controllerOf(object);
  return owner ? [owner.uid] : [];
};
const orphanLabels = (object: KubeObject): string[] => (controllerOf(object) ? [] : labelBuckets(object));

/** Lets objects find what selects them: see `selecting`. `matchLabels` gives the labels of an object's selector. */
export function indexBySelector<T extends KubeObject>(
  informer: Informer<T>,
  matchLabels: (object: T) => Readonly<Record<string, string>> | undefined,
): Informer<T> {
  informer.addIndex(BY_SELECTOR, (object) => [selectorBucket(object.metadata?.namespace ?? '', matchLabels(object))]);
  return informer;
}

export function podInformer(informers: InformerSet): Informer<Pod> {
  const pods = informers.of(Pods);
  pods.addIndex(BY_CONTROLLER, controllerUid);
  pods.addIndex(ORPHANS_BY_LABEL, orphanLabels);
  pods.addIndex(BY_LABEL, labelBuckets);
  pods.addIndex(BY_NODE, (pod) => [pod.spec?.nodeName ?? '']);
  return pods;
}

export function replicaSetInformer(informers: InformerSet): Informer<ReplicaSet> {
  const replicaSets = informers.of(ReplicaSets);
  replicaSets.addIndex(BY_CONTROLLER, controllerUid);
  replicaSets.addIndex(ORPHANS_BY_LABEL, orphanLabels);
  return indexBySelector(replicaSets, ({ spec }) => spec?.selector.matchLabels);
}

export function revisionInformer(informers: InformerSet): Informer<ControllerRevision> {
  const revisions = informers.of(ControllerRevisions);
  revisions.addIndex(BY_CONTROLLER, controllerUid);
  revisions.addIndex(ORPHANS_BY_LABEL, orphanLabels);
  return revisions;
}

export function replicationControllerInformer(informers: InformerSet): Informer<ReplicationController> {
  const controllers = informers.of(ReplicationControllers);
  controllers.addIndex(BY_CONTROLLER, controllerUid);
  return indexBySelector(controllers, ({ spec }) => spec?.selector);
}

export function jobInformer(informers: InformerSet): Informer<Job> {
  const jobs = informers.of(Jobs);
  jobs.addIndex(BY_CONTROLLER, controllerUid);
  return indexBySelector(jobs, ({ spec }) => spec?.selector?.matchLabels);
}
