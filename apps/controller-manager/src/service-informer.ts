import { type Pod, type Service, Services } from '@kubernats/api';
import { selectorOfMap } from '@kubernats/apimachinery';
import { type Informer, type InformerSet, keyOf } from '@kubernats/client';
import type { Controller } from '@kubernats/controller';
import { BY_LABEL, BY_SELECTOR, podInformer } from './informers.ts';
import { candidates, selecting, selectorBucket } from './label-index.ts';

/** Services by their selector; those without one are nobody's business here: their endpoints are written by their owner. */
export function serviceInformer(informers: InformerSet): Informer<Service> {
  const services = informers.of(Services);
  services.addIndex(BY_SELECTOR, (service) =>
    hasSelector(service) ? [selectorBucket(service.metadata?.namespace ?? '', service.spec?.selector)] : [],
  );
  return services;
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
  const services = serviceInformer(informers);
  const enqueue = (pod: Pod): void => {
    for (const service of selecting(services, BY_SELECTOR, pod)) controller.enqueueAfter(keyOf(service), delayMs);
  };
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

function changesEndpoints(pod: Pod, old: Pod): boolean {
  const shown = ({ metadata, spec, status }: Pod): string =>
    JSON.stringify([
      metadata?.labels,
      metadata?.deletionTimestamp,
      spec?.nodeName,
      status?.podIPs ?? status?.podIP,
      status?.phase,
      status?.conditions?.find(({ type }) => type === 'Ready')?.status,
    ]);
  return shown(pod) !== shown(old);
}
