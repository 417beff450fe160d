import type { EndpointAddress, EndpointSubset, Endpoints, Pod, Service } from '@kubernats/api';
import { deepEqual } from '@kubernats/apimachinery';
import { addressOf, endpointOf, isListed, portsOf } from '../endpointslice/endpoints.ts';

const HEADLESS = 'service.kubernetes.io/headless';
const MANAGED_BY = 'endpoints.kubernetes.io/managed-by';
const MANAGER = 'endpoint-controller';
const OVER_CAPACITY = 'endpoints.kubernetes.io/over-capacity';
/** An Endpoints object holds no more; what is left out is said by an annotation. Source: the Service concept, "Over-capacity endpoints". */
export const ADDRESSES_MAX = 1000;

/** The Endpoints object that older clients read, or undefined when it says so already. */
export function decide(service: Service, pods: readonly Pod[], current: Endpoints | undefined): Endpoints | undefined {
  const { name, namespace } = service.metadata ?? {};
  const { subsets, truncated } = subsetsOf(service, pods);
  const { [HEADLESS]: _headless, [MANAGED_BY]: _by, ...own } = service.metadata?.labels ?? {};
  const labels = { ...own, [MANAGED_BY]: MANAGER, ...(service.spec?.clusterIP === 'None' && { [HEADLESS]: '' }) };
  const { [OVER_CAPACITY]: _over, ...kept } = current?.metadata?.annotations ?? {};
  const annotations = truncated ? { ...kept, [OVER_CAPACITY]: 'truncated' } : kept;
  const next: Endpoints = {
    apiVersion: 'v1',
    kind: 'Endpoints',
    metadata: {
      ...current?.metadata,
      name,
      namespace,
      labels,
      ...(Object.keys(annotations).length > 0 ? { annotations } : { annotations: undefined }),
    },
    ...(subsets.length > 0 && { subsets }),
  };
  const same =
    current !== undefined &&
    deepEqual(current.subsets ?? [], subsets) &&
    deepEqual(current.metadata?.labels ?? {}, labels) &&
    deepEqual(current.metadata?.annotations ?? {}, annotations);
  return same ? undefined : next;
}

function subsetsOf(service: Service, pods: readonly Pod[]): { subsets: EndpointSubset[]; truncated: boolean } {
  const family = service.spec?.ipFamilies?.[0] === 'IPv6' ? 'IPv6' : 'IPv4';
  const includesTerminating = service.spec?.publishNotReadyAddresses === true;
  const byPorts = new Map<string, EndpointSubset>();
  let count = 0;
  const listed = pods.filter((pod) => isListed(pod, family) && (includesTerminating || !pod.metadata?.deletionTimestamp));
  const inOrder = listed.map((pod) => ({ pod, ip: addressOf(pod, family) ?? '' })).sort((a, b) => (a.ip < b.ip ? -1 : a.ip > b.ip ? 1 : 0));
  for (const { pod, ip } of inOrder) {
    const ports = portsOf(service, pod);
    // Without a port there is nothing to connect to, unless the Service is headless and asks for none.
    if (ports.length === 0 && (service.spec?.ports ?? []).length > 0) continue;
    if (count++ >= ADDRESSES_MAX) break;
    const { conditions, hostname, nodeName, targetRef } = endpointOf(pod, service, family, undefined);
    const address: EndpointAddress = { ip, ...(hostname && { hostname }), ...(nodeName && { nodeName }), targetRef };
    const key = JSON.stringify(ports);
    const subset = byPorts.get(key) ?? {};
    byPorts.set(key, subset);
    if (conditions?.ready) (subset.addresses ??= []).push(address);
    else (subset.notReadyAddresses ??= []).push(address);
    if (ports.length > 0) subset.ports ??= ports.map(({ name, port = 0, ...rest }) => ({ ...(name && { name }), port, ...rest }));
  }
  const subsets = [...byPorts.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, subset]) => subset);
  return { subsets, truncated: count > ADDRESSES_MAX };
}
