import {
  type DiscoveryEndpointPort,
  type Endpoint,
  type EndpointAddress,
  type EndpointSlice,
  type Endpoints,
  SERVICE_NAME_LABEL,
} from '@kubernats/api';
import { deepEqual, ownerReferenceTo } from '@kubernats/apimachinery';
import { LAST_CHANGE, MANAGED_BY } from '../endpointslice/labels.ts';
import { byGroup, type EndpointSlicePlan, groupKey, reusing } from '../endpointslice/plan.ts';

export const MANAGER = 'endpointslicemirroring-controller.k8s.io';
/** A subset is mirrored to one slice, and what a slice does not hold is left out. */
export const ADDRESSES_PER_SUBSET_MAX = 1000;
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

export interface MirrorPlan extends EndpointSlicePlan {
  /** How many addresses are too many to be mirrored. */
  skipped: number;
}

interface Group {
  family: string;
  ports: DiscoveryEndpointPort[];
  /** By address. */
  endpoints: Map<string, Endpoint>;
}

/** What brings the slices that mirror an Endpoints object in line with it. Source: the Service concept, "EndpointSlice mirroring". */
export function decide(endpoints: Endpoints, slices: readonly EndpointSlice[]): MirrorPlan {
  const plan: EndpointSlicePlan = { create: [], update: [], remove: [] };
  const left = byGroup(slices);
  const metadata = metadataOf(endpoints);
  let skipped = 0;
  for (const [key, { family, ports, endpoints: all }] of groupsOf(endpoints)) {
    const [slice, ...others] = left.get(key) ?? [];
    left.delete(key);
    plan.remove.push(...others);
    skipped += Math.max(0, all.size - ADDRESSES_PER_SUBSET_MAX);
    const listed = [...all.values()].slice(0, ADDRESSES_PER_SUBSET_MAX);
    const base = slice?.metadata ?? { generateName: `${endpoints.metadata?.name}-`, namespace: endpoints.metadata?.namespace };
    const next: EndpointSlice = {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: { ...base, ...metadata },
      addressType: family,
      endpoints: listed,
      ports,
    };
    if (!slice) plan.create.push(next);
    else if (!sameSlice(slice, next)) plan.update.push(next);
  }
  for (const rest of left.values()) plan.remove.push(...rest);
  return { ...reusing(plan), skipped };
}

function metadataOf({ metadata, ...rest }: Endpoints) {
  const { [LAST_CHANGE]: _at, [LAST_APPLIED]: _applied, ...annotations } = metadata?.annotations ?? {};
  return {
    labels: { ...metadata?.labels, [SERVICE_NAME_LABEL]: metadata?.name ?? '', [MANAGED_BY]: MANAGER },
    annotations,
    ownerReferences: [ownerReferenceTo({ ...rest, metadata, apiVersion: 'v1', kind: 'Endpoints' })],
  };
}

/** Addresses with the same ports belong together, whichever subset names them. One that is named as not ready as well is not ready. */
function groupsOf({ subsets = [] }: Endpoints): Map<string, Group> {
  const groups = new Map<string, Group>();
  const put = (address: EndpointAddress, ports: DiscoveryEndpointPort[], ready: boolean): void => {
    const family = address.ip.includes(':') ? 'IPv6' : 'IPv4';
    const key = groupKey(family, ports);
    const group = groups.get(key) ?? { family, ports, endpoints: new Map<string, Endpoint>() };
    groups.set(key, group);
    group.endpoints.set(address.ip, endpointOf(address, ready));
  };
  for (const ready of [true, false]) {
    for (const { addresses = [], notReadyAddresses = [], ports = [] } of subsets) {
      const slicePorts = ports.map(({ name = '', ...rest }) => ({ name, ...rest }));
      for (const address of ready ? addresses : notReadyAddresses) put(address, slicePorts, ready);
    }
  }
  return groups;
}

function endpointOf({ ip, hostname, nodeName, targetRef }: EndpointAddress, ready: boolean): Endpoint {
  return {
    addresses: [ip],
    conditions: { ready },
    ...(hostname && { hostname }),
    ...(nodeName && { nodeName }),
    ...(targetRef && { targetRef }),
  };
}

function sameSlice(a: EndpointSlice, b: EndpointSlice): boolean {
  return (
    deepEqual(a.endpoints ?? [], b.endpoints) &&
    deepEqual(a.metadata?.labels, b.metadata?.labels) &&
    deepEqual(a.metadata?.annotations ?? {}, b.metadata?.annotations) &&
    deepEqual(a.metadata?.ownerReferences, b.metadata?.ownerReferences)
  );
}
