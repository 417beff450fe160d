import { type Node, Nodes, type Pod, type Service, Services } from '@kubernats/api';
import { deepEqual, selectorOfMap } from '@kubernats/apimachinery';
import type { Informer, InformerSet } from '@kubernats/client';
import type { Controller } from '@kubernats/controller';
import { ZONE } from './endpointslice/labels.ts';
import { BY_LABEL, BY_NODE, podInformer } from './informers.ts';
import { candidates } from './label-index.ts';
import { isReady } from './pods/pod.ts';
import { followSelectors, type SelectorIndex } from './selector-index.ts';

const selectors = new WeakMap<Informer<Service>, SelectorIndex>();

/** The selectors of all Services. Those without one are nobody's business here: their endpoints are written by their owner. */
function selectorsOf(services: Informer<Service>): SelectorIndex {
  let index = selectors.get(services);
  if (!index) selectors.set(services, (index = followSelectors(services, (each) => (hasSelector(each) ? each.spec?.selector : undefined))));
  return index;
}

export function hasSelector(service: Service): boolean {
  return service.spec?.type !== 'ExternalName' && Object.keys(service.spec?.selector ?? {}).length > 0;
}

/** The Pods that a Service selects. */
export function selectedPods(pods: Informer<Pod>, service: Service): Pod[] {
  const selector = selectorOfMap(service.spec?.selector ?? {});
  const near = candidates(pods, BY_LABEL, service.metadata?.namespace ?? '', service.spec?.selector);
  return near.filter((pod) => selector.matches(pod.metadata?.labels));
}

/**
 * Enqueues the Services of each Pod that changed in what endpoints show, a little later: when many Pods of one Service
 * change together, its endpoints are written once.
 */
export function watchPodsOfServices(controller: Controller, informers: InformerSet, delayMs: number): void {
  const enqueue = enqueuesServices(controller, informers, delayMs);
  podInformer(informers).addHandler({
    add: enqueue,
    delete: enqueue,
    update(pod, old) {
      if (!changesEndpoints(pod, old)) return;
      enqueue(old);
      enqueue(pod);
    },
  });
}

/** The same for the Pods of a Node that comes, goes or moves to another zone. */
export function watchNodesOfServices(controller: Controller, informers: InformerSet, delayMs: number): void {
  const enqueue = enqueuesServices(controller, informers, delayMs);
  const pods = podInformer(informers);
  const enqueuePods = ({ metadata }: Node): void => {
    for (const pod of pods.byIndex(BY_NODE, metadata?.name ?? '')) enqueue(pod);
  };
  const zoneOf = ({ metadata }: Node) => metadata?.labels?.[ZONE];
  informers.of(Nodes).addHandler({
    add: enqueuePods,
    delete: enqueuePods,
    update(node, old) {
      if (zoneOf(node) !== zoneOf(old)) enqueuePods(node);
    },
  });
}

function enqueuesServices(controller: Controller, informers: InformerSet, delayMs: number): (pod: Pod) => void {
  const index = selectorsOf(informers.of(Services));
  return (pod) => {
    for (const key of index.matching(pod)) controller.enqueueAfter(key, delayMs);
  };
}

function changesEndpoints(pod: Pod, old: Pod): boolean {
  const { metadata, spec, status } = pod;
  return (
    spec?.nodeName !== old.spec?.nodeName ||
    metadata?.deletionTimestamp !== old.metadata?.deletionTimestamp ||
    status?.phase !== old.status?.phase ||
    isReady(pod) !== isReady(old) ||
    status?.podIP !== old.status?.podIP ||
    !deepEqual(status?.podIPs, old.status?.podIPs) ||
    !deepEqual(metadata?.labels, old.metadata?.labels)
  );
}
