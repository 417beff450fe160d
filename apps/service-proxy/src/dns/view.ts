import { type EndpointSlice, EndpointSlices, Namespaces, type Service, Services, serviceOfSlice } from '@kubernats/api';
import type { Informer, InformerSet } from '@kubernats/client';

/** What the zone's records are made from, at the moment of a question. */
export interface ClusterView {
  hasNamespace(name: string): boolean;
  service(namespace: string, name: string): Service | undefined;
  slicesOf(namespace: string, name: string): readonly EndpointSlice[];
  /** The Services that have this cluster IP. */
  servicesAt(ip: string): readonly Service[];
  /** The slices of which an endpoint has a name of its own and this address. */
  slicesAt(ip: string): readonly EndpointSlice[];
}

const BY_CLUSTER_IP = 'clusterIP';
const BY_NAMED_ADDRESS = 'namedAddress';
const HEADLESS_LABEL = 'service.kubernetes.io/headless';

/** Endpoints that reverse names lead to; those of Services with a cluster IP have none unless they have a host name. */
function namedAddresses(slice: EndpointSlice): string[] {
  const endpoints = slice.endpoints ?? [];
  const named = slice.metadata?.labels?.[HEADLESS_LABEL] !== undefined ? endpoints : endpoints.filter(({ hostname }) => hostname);
  return named.flatMap(({ addresses }) => addresses);
}

/** The view of informers: what they know is looked up when somebody asks, and nothing is computed when it changes. */
export function informerView(informers: InformerSet, sliceIndex: string): ClusterView & { synced: Promise<unknown> } {
  const services: Informer<Service> = informers.of(Services);
  const slices: Informer<EndpointSlice> = informers.of(EndpointSlices);
  const namespaces = informers.of(Namespaces);
  services.addIndex(BY_CLUSTER_IP, ({ spec }) => (spec?.clusterIPs ?? [spec?.clusterIP ?? '']).filter((ip) => ip !== 'None' && ip !== ''));
  slices.addIndex(BY_NAMED_ADDRESS, (slice) => (serviceOfSlice(slice) === undefined ? [] : namedAddresses(slice)));
  return {
    hasNamespace: (name) => namespaces.get(name) !== undefined,
    service: (namespace, name) => services.get(name, namespace),
    slicesOf: (namespace, name) => slices.byIndex(sliceIndex, `${namespace}/${name}`),
    servicesAt: (ip) => services.byIndex(BY_CLUSTER_IP, ip),
    slicesAt: (ip) => slices.byIndex(BY_NAMED_ADDRESS, ip),
    synced: Promise.all([services.synced, slices.synced, namespaces.synced]),
  };
}
