import type { DiscoveryEndpointPort, EndpointAddress, EndpointSubset, Endpoints, Pod, Service } from '@kubernats/api';
import { deepEqual } from '@kubernats/apimachinery';
import { addressOf, endpointOf, isListed, portsOf } from '../endpointslice/endpoints.ts';
import { HEADLESS, LAST_CHANGE, ENDPOINTS_MANAGED_BY as MANAGED_BY, ENDPOINTS_MANAGER as MANAGER } from '../endpointslice/labels.ts';

const OVER_CAPACITY = 'endpoints.kubernetes.io/over-capacity';
const TRUNCATED = 'truncated';
/** An Endpoints object holds no more; what is left out is said by an annotation. Source: the Service concept, "Over-capacity endpoints". */
export const ADDRESSES_MAX = 1000;

/** The Endpoints object that older clients read, or undefined when it says so already. `triggered`: since when it is out of date. */
export function decide(service: Service, pods: readonly Pod[], current: Endpoints | undefined, triggered?: string): Endpoints | undefined {
  const { name, namespace } = service.metadata ?? {};
  const { subsets, truncated } = subsetsOf(service, pods);
  const { [HEADLESS]: _headless, [MANAGED_BY]: _by, ...own } = service.metadata?.labels ?? {};
  const labels = { ...own, [MANAGED_BY]: MANAGER, ...(service.spec?.clusterIP === 'None' && { [HEADLESS]: '' }) };
  const { [OVER_CAPACITY]: over, [LAST_CHANGE]: _last, ...kept } = current?.metadata?.annotations ?? {};
  const same =
    current !== undefined &&
    deepEqual(current.subsets ?? [], subsets) &&
    deepEqual(current.metadata?.labels ?? {}, labels) &&
    (over === TRUNCATED) === truncated;
  if (same) return undefined;
  const annotations = {
    ...kept,
    ...(truncated && { [OVER_CAPACITY]: TRUNCATED }),
    ...(triggered !== undefined && { [LAST_CHANGE]: triggered }),
  };
  return {
    apiVersion: 'v1',
    kind: 'Endpoints',
    metadata: { ...current?.metadata, name, namespace, labels, annotations },
    ...(subsets.length > 0 && { subsets }),
  };
}

interface Listed {
  address: EndpointAddress;
  ready: boolean;
  ports: DiscoveryEndpointPort[];
}

function subsetsOf(service: Service, pods: readonly Pod[]): { subsets: EndpointSubset[]; truncated: boolean } {
  const all = listed(service, pods).sort(byAddress);
  // Where not all can be listed, those that work are.
  const chosen = all.length <= ADDRESSES_MAX ? all : all.toSorted((a, b) => Number(b.ready) - Number(a.ready)).slice(0, ADDRESSES_MAX);
  const byPorts = new Map<string, EndpointSubset>();
  for (const { address, ready, ports } of chosen.sort(byAddress)) {
    const key = JSON.stringify(ports);
    const subset = byPorts.get(key) ?? {};
    byPorts.set(key, subset);
    if (ready) (subset.addresses ??= []).push(address);
    else (subset.notReadyAddresses ??= []).push(address);
    if (ports.length > 0) subset.ports ??= ports.map(({ name, port = 0, ...rest }) => ({ ...(name && { name }), port, ...rest }));
  }
  const subsets = [...byPorts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, subset]) => subset);
  return { subsets, truncated: all.length > ADDRESSES_MAX };
}

function listed(service: Service, pods: readonly Pod[]): Listed[] {
  const family = service.spec?.ipFamilies?.[0] === 'IPv6' ? 'IPv6' : 'IPv4';
  const includesTerminating = service.spec?.publishNotReadyAddresses === true;
  const out: Listed[] = [];
  for (const pod of pods) {
    if (!isListed(pod, family) || (pod.metadata?.deletionTimestamp && !includesTerminating)) continue;
    const ports = portsOf(service, pod);
    // Without a port there is nothing to connect to, unless the Service is headless and asks for none.
    if (ports.length === 0 && (service.spec?.ports ?? []).length > 0) continue;
    const { conditions, hostname, nodeName, targetRef } = endpointOf(pod, service, family, undefined);
    const ip = addressOf(pod, family) ?? '';
    const address: EndpointAddress = { ip, ...(hostname && { hostname }), ...(nodeName && { nodeName }), targetRef };
    out.push({ address, ready: conditions?.ready === true, ports });
  }
  return out;
}

const byAddress = ({ address: a }: Listed, { address: b }: Listed): number => (a.ip < b.ip ? -1 : a.ip > b.ip ? 1 : 0);
