import { type EndpointSlice, type Endpoints, type KubeObject, SERVICE_NAME_LABEL, type Service } from '@kubernats/api';
import { deepEqual } from '@kubernats/apimachinery';
import type { Core } from '../core.ts';
import { ensure } from './ensure.ts';

const metadata = { name: 'kubernetes', namespace: 'default' };

const EVERY_MS = 10_000;

/**
 * Keeps the Service through which Pods reach the API server, and its endpoints: this server's address at the start, and made again when somebody
 * deletes them. Call the result to end.
 */
export async function keepKubernetesService(core: Core, advertise: { address: string; port: number }): Promise<() => void> {
  const objects = objectsFor(core, advertise);
  await Promise.all(objects.map((object) => ensure(core, object, (stored) => leadsElsewhere(stored.object, object))));
  let stopped = false;
  let timer = core.clock.setTimer(EVERY_MS, tick);
  function tick(): void {
    Promise.all(objects.map((object) => ensure(core, object)))
      .catch((error: unknown) => core.log.warn({ error }, 'the Service kubernetes could not be made'))
      .finally(() => {
        if (!stopped) timer = core.clock.setTimer(EVERY_MS, tick);
      });
  }
  return () => {
    stopped = true;
    timer.cancel();
  };
}

function objectsFor(core: Core, { address, port }: { address: string; port: number }): KubeObject[] {
  const service: Service = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { ...metadata, labels: { component: 'apiserver', provider: 'kubernetes' } },
    spec: {
      type: 'ClusterIP',
      clusterIP: core.allocators.firstAddress,
      ports: [{ name: 'https', port: 443, protocol: 'TCP', targetPort: port }],
      sessionAffinity: 'None',
    },
  };
  const endpoints: Endpoints = {
    apiVersion: 'v1',
    kind: 'Endpoints',
    metadata: { ...metadata, labels: { 'endpointslice.kubernetes.io/skip-mirror': 'true' } },
    subsets: [{ addresses: [{ ip: address }], ports: [{ name: 'https', port, protocol: 'TCP' }] }],
  };
  const slice: EndpointSlice = {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { ...metadata, labels: { [SERVICE_NAME_LABEL]: 'kubernetes' } },
    addressType: address.includes(':') ? 'IPv6' : 'IPv4',
    endpoints: [{ addresses: [address], conditions: { ready: true } }],
    ports: [{ name: 'https', port, protocol: 'TCP' }],
  };
  return [service, endpoints, slice];
}

function leadsElsewhere(there: KubeObject, wanted: KubeObject): boolean {
  const part = (object: KubeObject) => {
    const { spec, subsets, endpoints, ports }: Service & Endpoints & Partial<EndpointSlice> = object;
    return { targetPort: spec?.ports?.[0]?.targetPort, subsets, endpoints, ports };
  };
  return !deepEqual(part(there), part(wanted));
}
