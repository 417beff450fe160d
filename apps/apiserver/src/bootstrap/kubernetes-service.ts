import { type EndpointSlice, type Endpoints, type KubeObject, SERVICE_NAME_LABEL, type Service } from '@kubernats/api';
import { deepEqual } from '@kubernats/apimachinery';
import type { Core } from '../core.ts';
import { every } from '../every.ts';
import { ensure } from './ensure.ts';
import { ensureService } from './ensure-service.ts';
import { type Endpoint, Presence } from './presence.ts';

const metadata = { name: 'kubernetes', namespace: 'default' };

const EVERY_MS = 5_000;
/** How long an orderly end waits at most until the others know. */
const LEAVE_WITHIN_MS = 1_000;

/**
 * Keeps the Service through which Pods reach the API servers, and its endpoints: all API servers that live. They are made again when somebody
 * deletes them, and this server's address goes when it ends. With a `nodePort` (0: none) clients outside of the cluster reach them by it. Call the result
 * to end. Source: kube-apiserver's lease endpoint reconciler, and its `--kubernetes-service-node-port`.
 */
export async function keepKubernetesService(core: Core, own: Endpoint, nodePort: number): Promise<() => Promise<void>> {
  const presence = new Presence(core, own);
  const lead = async (to: Endpoint[]): Promise<void> => {
    const { service, endpoints } = objectsFor(core, to, nodePort);
    await Promise.all([
      ensureService(core, service, ({ object }) => leadsElsewhere(object, service)),
      ...endpoints.map((each) => ensure(core, each, ({ object }) => leadsElsewhere(object, each))),
    ]);
  };
  const round = async (): Promise<void> => {
    await presence.renew();
    await lead(await presence.living());
  };
  await round();
  const stop = every(core, EVERY_MS, round, 'the Service kubernetes could not be kept');
  const leave = async (): Promise<void> => {
    await stop();
    const others = await presence.leave();
    // Of the last one the address stays: it is where the next one most likely is.
    if (others.length > 0) await lead(others);
  };
  return async () => {
    const left = leave().catch((error: unknown) => core.log.warn({ error }, 'the other API servers do not know that this one ends'));
    await Promise.race([left, core.clock.sleep(LEAVE_WITHIN_MS)]);
  };
}

/** All API servers of a cluster have one port, as in Kubernetes: one that has another than the first is not led to. */
function objectsFor(core: Core, to: readonly Endpoint[], nodePort: number): { service: Service; endpoints: KubeObject[] } {
  const port = to[0]?.port ?? 0;
  const addresses = to.filter((each) => each.port === port).map(({ address }) => address);
  const ports = [{ name: 'https', port, protocol: 'TCP' }];
  const service: Service = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { ...metadata, labels: { component: 'apiserver', provider: 'kubernetes' } },
    spec: {
      type: nodePort === 0 ? 'ClusterIP' : 'NodePort',
      clusterIP: core.allocators.firstAddress,
      ports: [{ name: 'https', port: 443, protocol: 'TCP', targetPort: port, ...(nodePort === 0 ? {} : { nodePort }) }],
      sessionAffinity: 'None',
    },
  };
  const whole: Endpoints = {
    apiVersion: 'v1',
    kind: 'Endpoints',
    metadata: { ...metadata, labels: { 'endpointslice.kubernetes.io/skip-mirror': 'true' } },
    subsets: [{ addresses: addresses.map((ip) => ({ ip })), ports }],
  };
  const slice: EndpointSlice = {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { ...metadata, labels: { [SERVICE_NAME_LABEL]: 'kubernetes' } },
    addressType: addresses[0]?.includes(':') ? 'IPv6' : 'IPv4',
    endpoints: addresses.map((address) => ({ addresses: [address], conditions: { ready: true } })),
    ports,
  };
  return { service, endpoints: [whole, slice] };
}

function leadsElsewhere(there: KubeObject, wanted: KubeObject): boolean {
  const part = (object: KubeObject) => {
    const { spec, subsets, endpoints, ports }: Service & Endpoints & Partial<EndpointSlice> = object;
    const { targetPort, nodePort } = spec?.ports?.[0] ?? {};
    return { type: spec?.type, targetPort, nodePort, subsets, endpoints, ports };
  };
  return !deepEqual(part(there), part(wanted));
}
