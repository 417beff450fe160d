import { type EndpointSlice, EndpointSlices, Nodes } from '@kubernats/api';
import { type Controller, createController, type ReconcileResult } from '@kubernats/controller';
import { isNotFound } from '@kubernats/errors';
import type { ControllerContext } from '../context.ts';
import { podInformer } from '../informers.ts';
import { OwnWrites } from '../own-writes.ts';
import { hasSelector, selectedPods, serviceInformer, watchPodsOfServices } from '../service-informer.ts';
import { decide, type EndpointSlicePlan, MANAGED_BY, MANAGER, SERVICE_NAME } from './decide.ts';

const BY_SERVICE = 'service';
const ZONE = 'topology.kubernetes.io/zone';
const STALE_RETRY_MS = 500;

/** Keeps the EndpointSlices of every Service with a selector. Source: the EndpointSlice concept. */
export function endpointSliceController(context: ControllerContext): Controller {
  const { client, informers, config } = context;
  const pods = podInformer(informers);
  const services = serviceInformer(informers);
  const nodes = informers.of(Nodes);
  const slices = informers.of(EndpointSlices);
  slices.addIndex(BY_SERVICE, keysOf);
  const writes = new OwnWrites(slices);

  const controller = createController({ ...context, name: 'endpointslice', concurrency: 5, reconcile });
  controller.watch(services);
  controller.watch(slices, keysOf);
  watchPodsOfServices(controller, informers, config.endpointsBatchMs);
  return controller;

  function keysOf({ metadata }: EndpointSlice): string[] {
    const { [SERVICE_NAME]: service, [MANAGED_BY]: manager } = metadata?.labels ?? {};
    return service && manager === MANAGER ? [`${metadata?.namespace}/${service}`] : [];
  }

  async function reconcile(key: string): Promise<ReconcileResult | undefined> {
    const service = services.byKey(key);
    // The slices of a deleted Service go with their owner.
    if (!service || service.metadata?.deletionTimestamp !== undefined || !hasSelector(service)) return undefined;
    if (!writes.seen(key)) return { requeueAfterMs: STALE_RETRY_MS };
    const zoneOf = (node: string) => nodes.get(node)?.metadata?.labels?.[ZONE];
    await apply(decide({ service, pods: selectedPods(pods, service), slices: slices.byIndex(BY_SERVICE, key), zoneOf }), key);
    return undefined;
  }

  async function apply(plan: EndpointSlicePlan, key: string): Promise<void> {
    const kind = client.kind(EndpointSlices);
    // New addresses first: a Pod that moves between slices is better listed twice than not at all.
    for (const slice of plan.create) writes.wrote(key, await kind.create(slice));
    for (const slice of plan.update) writes.wrote(key, await kind.update(slice));
    for (const slice of plan.remove) {
      try {
        await kind.delete(slice.metadata?.name ?? '', slice.metadata?.namespace, { preconditions: { uid: slice.metadata?.uid } });
      } catch (error) {
        if (!isNotFound(error)) throw error;
      }
    }
  }
}
