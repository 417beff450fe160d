import { type EndpointSlice, EndpointSlices, Nodes, Services } from '@kubernats/api';
import { type Controller, createController, type ReconcileResult } from '@kubernats/controller';
import type { ControllerContext } from '../context.ts';
import { podInformer } from '../informers.ts';
import { OwnWrites, STALE_RETRY_MS } from '../own-writes.ts';
import { hasSelector, selectedPods, watchNodesOfServices, watchPodsOfServices } from '../service-informer.ts';
import { applyPlan } from './apply.ts';
import { decide, MANAGER } from './decide.ts';
import { LAST_CHANGE, servicesOf } from './labels.ts';
import { TriggerTimes } from './trigger-times.ts';

const BY_SERVICE = 'service';

/** Keeps the EndpointSlices of every Service with a selector. Source: the EndpointSlice concept. */
export function endpointSliceController(context: ControllerContext): Controller {
  const { client, informers, config } = context;
  const pods = podInformer(informers);
  const services = informers.of(Services);
  const nodes = informers.of(Nodes);
  const slices = informers.of(EndpointSlices);
  const keysOf = servicesOf(MANAGER);
  slices.addIndex(BY_SERVICE, keysOf);
  const writes = new OwnWrites(slices);
  const triggers = new TriggerTimes();

  const controller = createController({ ...context, name: 'endpointslice', concurrency: 5, reconcile });
  controller.watch(services);
  controller.watch(slices, keysOf);
  watchPodsOfServices(controller, informers, config.endpointsBatchMs);
  watchNodesOfServices(controller, informers, config.endpointsBatchMs);
  return controller;

  async function reconcile(key: string): Promise<ReconcileResult | undefined> {
    const service = services.byKey(key);
    if (!service) triggers.forget(key);
    // The slices of a deleted Service go with their owner; those of one without a selector are somebody else's.
    if (!service || !hasSelector(service)) return undefined;
    if (!writes.seen(key)) return { requeueAfterMs: STALE_RETRY_MS };
    const selected = selectedPods(pods, service);
    const plan = decide({ service, pods: selected, slices: slices.byIndex(BY_SERVICE, key), nodeOf: (name) => nodes.get(name) });
    // What is made now for a Service on its way out would be in the way of the garbage collector.
    const create = service.metadata?.deletionTimestamp === undefined ? plan.create : [];
    const triggered = triggers.next(key, service, selected);
    const dated = (slice: EndpointSlice) => withTriggerTime(slice, triggered);
    await applyPlan(client, { create: create.map(dated), update: plan.update.map(dated), remove: plan.remove }, (slice) =>
      writes.wrote(key, slice),
    );
    return undefined;
  }
}

function withTriggerTime(slice: EndpointSlice, time: string | undefined): EndpointSlice {
  const { [LAST_CHANGE]: _, ...kept } = slice.metadata?.annotations ?? {};
  const annotations = time === undefined ? kept : { ...kept, [LAST_CHANGE]: time };
  return { ...slice, metadata: { ...slice.metadata, annotations } };
}
