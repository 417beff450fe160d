import { EndpointSlices, type Endpoints, EndpointsKind, Services } from '@kubernats/api';
import { referenceTo } from '@kubernats/client';
import { type Controller, createController, type ReconcileResult } from '@kubernats/controller';
import type { ControllerContext } from '../context.ts';
import { applyPlan } from '../endpointslice/apply.ts';
import { ENDPOINTS_MANAGED_BY, ENDPOINTS_MANAGER, LEADER_ELECTION, SKIP_MIRROR, servicesOf } from '../endpointslice/labels.ts';
import { OwnWrites, STALE_RETRY_MS } from '../own-writes.ts';
import { ADDRESSES_PER_SUBSET_MAX, decide, MANAGER, type MirrorPlan } from './decide.ts';

const BY_ENDPOINTS = 'mirrored';

/** Mirrors the Endpoints that people write for Services without a selector to EndpointSlices, which is what proxies read. */
export function endpointSliceMirroringController(context: ControllerContext): Controller {
  const { client, informers } = context;
  const services = informers.of(Services);
  const endpoints = informers.of(EndpointsKind);
  const slices = informers.of(EndpointSlices);
  const keysOf = servicesOf(MANAGER);
  slices.addIndex(BY_ENDPOINTS, keysOf);
  const writes = new OwnWrites(slices);
  const events = context.recorder('endpoint-slice-mirroring-controller');

  const controller = createController({ ...context, name: 'endpointslicemirroring', concurrency: 5, reconcile });
  controller.watch(services);
  controller.watch(endpoints);
  controller.watch(slices, keysOf);
  return controller;

  async function reconcile(key: string): Promise<ReconcileResult | undefined> {
    const service = services.byKey(key);
    const mirrored = endpoints.byKey(key);
    const existing = slices.byIndex(BY_ENDPOINTS, key);
    if (!service || Object.keys(service.spec?.selector ?? {}).length > 0 || !mirrored || !isToMirror(mirrored)) {
      await applyPlan(client, { create: [], update: [], remove: existing }, () => {});
      return undefined;
    }
    if (!writes.seen(key)) return { requeueAfterMs: STALE_RETRY_MS };
    const plan = decide(mirrored, existing);
    if (mirrored.metadata?.deletionTimestamp !== undefined) plan.create = [];
    warnOfSkipped(mirrored, plan);
    await applyPlan(client, plan, (slice) => writes.wrote(key, slice));
    return undefined;
  }

  function warnOfSkipped(object: Endpoints, { skipped, create, update }: MirrorPlan): void {
    if (skipped === 0 || create.length + update.length === 0) return;
    const message = `A max of ${ADDRESSES_PER_SUBSET_MAX} addresses can be mirrored to EndpointSlices per Endpoints subset. ${skipped} addresses were skipped`;
    events.event(referenceTo(EndpointsKind, object), 'Warning', 'TooManyAddressesToMirror', message);
  }
}

/** Neither a leader election nor what the endpoints controller writes, whose Services have slices of their own. */
function isToMirror({ metadata }: Endpoints): boolean {
  return (
    metadata?.labels?.[SKIP_MIRROR] !== 'true' &&
    metadata?.labels?.[ENDPOINTS_MANAGED_BY] !== ENDPOINTS_MANAGER &&
    metadata?.annotations?.[LEADER_ELECTION] === undefined
  );
}
