import type { EndpointSlice, Service, ServicePort } from '@kubernats/api';
import { type Protocol, type Route, routeId } from '@kubernats/dataplane';
import { type Address, isIp } from '@kubernats/net';
import { backendsOf } from './backends.ts';
import type { NodeView } from './node-view.ts';

/** Services that another proxy serves. Source: kube-proxy's label of this name. */
const OTHER_PROXY_LABEL = 'service.kubernetes.io/service-proxy-name';

export function opensNodePorts(service: Service): boolean {
  return service.spec?.type === 'NodePort' || service.spec?.type === 'LoadBalancer';
}

/**
 * All routes of one Service: pure. `nodes` are those whose ports this process opens.
 * Headless and ExternalName Services have none, nor has a port without endpoints: the system then refuses connections by itself.
 */
export function serviceRoutes(service: Service, slices: readonly EndpointSlice[], nodes: Iterable<NodeView>): Route[] {
  const { metadata = {}, spec = {} } = service;
  if (spec.type === 'ExternalName' || metadata.labels?.[OTHER_PROXY_LABEL] !== undefined) return [];
  const name = `${metadata.namespace}/${metadata.name}`;
  const affinityMs = affinityOf(service);
  const routes: Route[] = [];
  const add = (port: ServicePort, listen: Address, backends: readonly Address[]): void => {
    const protocol = protocolOf(port);
    if (protocol && backends.length > 0)
      routes.push({ id: routeId(name, protocol, listen), service: name, protocol, listen, backends, affinityMs });
  };
  for (const port of spec.ports ?? []) {
    const everywhere = backendsOf(port, slices);
    for (const host of clusterIps(service)) add(port, { host, port: port.port }, everywhere);
    if (!opensNodePorts(service) || !port.nodePort) continue;
    for (const node of nodes) {
      const backends = spec.externalTrafficPolicy === 'Local' ? backendsOf(port, slices, node.name) : everywhere;
      for (const host of node.addresses) add(port, { host, port: port.nodePort }, backends);
    }
  }
  return routes;
}

/** Kubernetes' default: three hours. */
const AFFINITY_DEFAULT_SECONDS = 10_800;

function affinityOf({ spec }: Service): number | undefined {
  if (spec?.sessionAffinity !== 'ClientIP') return undefined;
  return (spec.sessionAffinityConfig?.clientIP?.timeoutSeconds ?? AFFINITY_DEFAULT_SECONDS) * 1000;
}

function clusterIps({ spec }: Service): string[] {
  const ips = spec?.clusterIPs?.length ? spec.clusterIPs : [spec?.clusterIP ?? ''];
  return ips.filter(isIp);
}

function protocolOf(port: ServicePort): Protocol | undefined {
  const protocol = port.protocol ?? 'TCP';
  return protocol === 'TCP' || protocol === 'UDP' ? protocol : undefined;
}
