import type { EndpointSlice, Endpoints, Service } from '@kubernats/api';
import { deepEqual } from '@kubernats/apimachinery';
import type { Core } from '../core.ts';
import { ensure } from './ensure.ts';

const metadata = { name: 'kubernetes', namespace: 'default' };

/** The Service through which Pods reach the API server; its endpoints are this server's own to keep. */
export async function kubernetesService(core: Core, advertise: { address: string; port: number }): Promise<void> {
  const { address, port } = advertise;
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
    metadata: { ...metadata, labels: { 'kubernetes.io/service-name': 'kubernetes' } },
    addressType: address.includes(':') ? 'IPv6' : 'IPv4',
    endpoints: [{ addresses: [address], conditions: { ready: true } }],
    ports: [{ name: 'https', port, protocol: 'TCP' }],
  };
  await Promise.all([
    ensure(core, service, ({ object }) => (object as Service).spec?.ports?.[0]?.targetPort !== port),
    ensure(core, endpoints, ({ object }) => !deepEqual((object as Endpoints).subsets, endpoints.subsets)),
    ensure(
      core,
      slice,
      ({ object }) =>
        !deepEqual((object as EndpointSlice).endpoints, slice.endpoints) || (object as EndpointSlice).ports?.[0]?.port !== port,
    ),
  ]);
}
