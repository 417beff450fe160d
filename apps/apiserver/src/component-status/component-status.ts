import { apiVersionOf, type ComponentCondition, type ComponentStatus, type Lease } from '@kubernats/api';
import { notFound } from '@kubernats/errors';
import type { Stored } from '../cache/stored.ts';
import type { Call, Result } from '../call.ts';
import { type Core, named, placeOfResource } from '../core.ts';
import { shown } from '../metrics/computed.ts';
import { selectionOf } from '../rest/selection.ts';

/** Components whose health shows in the Lease of who leads, by the names that they have in Kubernetes. */
const LED = { 'controller-manager': 'kube-controller-manager', scheduler: 'kube-scheduler' } as const;
/** What etcd is there. */
const STORE = 'nats-0';
const MS = 1000;

/** Source: the kind's API reference. Kubernetes asks the components' ports; here who leads renews a Lease. */
export async function listComponentStatuses(core: Core, call: Call): Promise<Result> {
  const { labelSelector, fieldSelector } = call.query;
  const selection = selectionOf(call.row, { labelSelector, fieldSelector }, undefined);
  const all = await componentStatuses(core, call);
  return { type: 'list', items: all.filter((each) => selection.matches(each)) };
}

export async function getComponentStatus(core: Core, call: Call): Promise<Result> {
  const { name = '' } = call.request;
  const stored = (await componentStatuses(core, call)).find((each) => each.name === name);
  if (!stored) throw notFound(named(call.row), name);
  return { type: 'stored', code: 200, stored };
}

async function componentStatuses(core: Core, call: Call): Promise<Stored[]> {
  const { cache, stream } = placeOfResource(core, 'coordination.k8s.io', 'v1', 'leases');
  // It answers, so the store does.
  await stream.fresh();
  const led = Object.entries(LED).map(([name, lease]) => {
    const held = cache.get('kube-system', lease)?.object as Lease | undefined;
    return statusOf(call, name, isHeld(held, core.clock.now()) ? HEALTHY : notLed(lease));
  });
  return [...led, statusOf(call, STORE, HEALTHY)].sort((a, b) => (a.name < b.name ? -1 : 1));
}

const HEALTHY: ComponentCondition = { type: 'Healthy', status: 'True', message: 'ok' };
const notLed = (lease: string): ComponentCondition => ({
  type: 'Healthy',
  status: 'False',
  message: `nobody holds the Lease kube-system/${lease}`,
});

function isHeld(lease: Lease | undefined, nowMs: number): boolean {
  const { holderIdentity, renewTime, leaseDurationSeconds = 0 } = lease?.spec ?? {};
  return Boolean(holderIdentity) && Date.parse(renewTime ?? '') + leaseDurationSeconds * MS > nowMs;
}

function statusOf({ row }: Call, name: string, condition: ComponentCondition): Stored {
  const status: ComponentStatus = { kind: row.kind, apiVersion: apiVersionOf(row), metadata: { name }, conditions: [condition] };
  return shown('', name, status);
}
