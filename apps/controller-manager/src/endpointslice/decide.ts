import type { DiscoveryEndpointPort, Endpoint, EndpointSlice, Pod, Service } from '@kubernats/api';
import { deepEqual, ownerReferenceTo } from '@kubernats/apimachinery';
import { type AddressType, endpointOf, isListed, portsOf } from './endpoints.ts';

export const SERVICE_NAME = 'kubernetes.io/service-name';
export const MANAGED_BY = 'endpointslice.kubernetes.io/managed-by';
export const MANAGER = 'endpointslice-controller.k8s.io';
export const HEADLESS = 'service.kubernetes.io/headless';
export const ENDPOINTS_PER_SLICE_MAX = 100;

export interface EndpointSliceSnapshot {
  service: Service;
  /** Those that its selector matches. */
  pods: readonly Pod[];
  /** Its slices that this controller manages. */
  slices: readonly EndpointSlice[];
  zoneOf(nodeName: string): string | undefined;
}

export interface EndpointSlicePlan {
  create: EndpointSlice[];
  update: EndpointSlice[];
  remove: EndpointSlice[];
}

interface Group {
  family: AddressType;
  ports: DiscoveryEndpointPort[];
  endpoints: Map<string, Endpoint>;
}

/**
 * What brings a Service's slices in line with its Pods, with as few writes as possible: an endpoint stays in the slice it is in,
 * new ones fill slices that change anyway, then others with room, then new slices. Source: the EndpointSlice concept, "Distribution".
 */
export function decide(snapshot: EndpointSliceSnapshot): EndpointSlicePlan {
  const { service } = snapshot;
  const plan: EndpointSlicePlan = { create: [], update: [], remove: [] };
  const labels = labelsOf(service);
  const owner = ownerReferenceTo({ apiVersion: 'v1', kind: 'Service', ...service });
  const slicesOf = bucketed(snapshot.slices, (slice) => groupKey(slice.addressType, slice.ports ?? []));

  const families = (service.spec?.ipFamilies?.length ? service.spec.ipFamilies : ['IPv4']) as AddressType[];
  for (const family of families) {
    const groups = groupsOf(snapshot, family);
    // A Service without endpoints still has a slice, so that one sees that it was looked at.
    if (groups.size === 0) groups.set(groupKey(family, []), { family, ports: [], endpoints: new Map() });
    for (const [key, group] of groups) {
      fit(group, slicesOf.get(key) ?? [], plan, (endpoints, slice) => sliceOf(service, labels, owner, group, endpoints, slice));
      slicesOf.delete(key);
    }
  }
  for (const left of slicesOf.values()) plan.remove.push(...left);
  return reusing(plan);
}

/** A slice that would go becomes one that would come: one write for two, and nobody sees the Service without a slice. */
function reusing({ create, update, remove }: EndpointSlicePlan): EndpointSlicePlan {
  const waiting = [...create];
  const plan: EndpointSlicePlan = { create: waiting, update: [...update], remove: [] };
  for (const slice of remove) {
    const at = waiting.findIndex(({ addressType }) => addressType === slice.addressType);
    const [next] = at === -1 ? [] : waiting.splice(at, 1);
    if (!next) plan.remove.push(slice);
    else {
      const { labels, ownerReferences } = next.metadata ?? {};
      plan.update.push({ ...next, metadata: { ...slice.metadata, labels, ownerReferences } });
    }
  }
  return plan;
}

function groupsOf({ service, pods, zoneOf }: EndpointSliceSnapshot, family: AddressType): Map<string, Group> {
  const groups = new Map<string, Group>();
  for (const pod of pods) {
    if (!isListed(pod, family)) continue;
    const ports = portsOf(service, pod);
    const key = groupKey(family, ports);
    const group = groups.get(key) ?? { family, ports, endpoints: new Map<string, Endpoint>() };
    const endpoint = endpointOf(pod, service, family, zoneOf(pod.spec?.nodeName ?? ''));
    group.endpoints.set(endpointKey(endpoint), endpoint);
    groups.set(key, group);
  }
  return groups;
}

type Make = (endpoints: Endpoint[], slice: EndpointSlice | undefined) => EndpointSlice;

function fit(group: Group, slices: readonly EndpointSlice[], plan: EndpointSlicePlan, make: Make): void {
  const missing = new Map(group.endpoints);
  const kept = slices.map((slice) => {
    const endpoints: Endpoint[] = [];
    for (const old of slice.endpoints ?? []) {
      const wanted = missing.get(endpointKey(old));
      if (!wanted) continue;
      missing.delete(endpointKey(old));
      endpoints.push(deepEqual(old, wanted) ? old : wanted);
    }
    return { slice, endpoints };
  });
  const waiting = [...missing.values()];
  const changes = ({ slice, endpoints }: (typeof kept)[number]): boolean => !sameSlice(slice, make(endpoints, slice));
  // First those that are written anyway, then the fullest of the others: the fewest writes and the fewest slices.
  const byUse = [...kept].sort((a, b) => Number(changes(b)) - Number(changes(a)) || b.endpoints.length - a.endpoints.length);
  for (const { endpoints } of byUse) {
    if (waiting.length === 0) break;
    endpoints.push(...waiting.splice(0, ENDPOINTS_PER_SLICE_MAX - endpoints.length));
  }
  while (waiting.length > 0) plan.create.push(make(waiting.splice(0, ENDPOINTS_PER_SLICE_MAX), undefined));

  const placeholder = group.endpoints.size === 0;
  if (placeholder && slices.length === 0) plan.create.push(make([], undefined));
  kept.forEach(({ slice, endpoints }, i) => {
    const next = make(endpoints, slice);
    if (endpoints.length === 0 && !(placeholder && i === 0)) plan.remove.push(slice);
    else if (!sameSlice(slice, next)) plan.update.push(next);
  });
}

function sliceOf(
  service: Service,
  labels: Record<string, string>,
  owner: ReturnType<typeof ownerReferenceTo>,
  group: Group,
  endpoints: Endpoint[],
  slice: EndpointSlice | undefined,
): EndpointSlice {
  const { name = '', namespace } = service.metadata ?? {};
  const metadata = slice
    ? { ...slice.metadata, labels, ownerReferences: [owner] }
    : { generateName: `${name}-`, namespace, labels, ownerReferences: [owner] };
  return { apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', metadata, addressType: group.family, endpoints, ports: group.ports };
}

/** The Service's labels, without those that mean something on a slice. */
function labelsOf(service: Service): Record<string, string> {
  const { [SERVICE_NAME]: _name, [MANAGED_BY]: _by, [HEADLESS]: _headless, ...own } = service.metadata?.labels ?? {};
  return {
    ...own,
    ...(service.spec?.clusterIP === 'None' && { [HEADLESS]: '' }),
    [SERVICE_NAME]: service.metadata?.name ?? '',
    [MANAGED_BY]: MANAGER,
  };
}

function sameSlice(a: EndpointSlice, b: EndpointSlice): boolean {
  return (
    deepEqual(a.endpoints ?? [], b.endpoints ?? []) &&
    deepEqual(a.metadata?.labels, b.metadata?.labels) &&
    deepEqual(a.metadata?.ownerReferences, b.metadata?.ownerReferences)
  );
}

/** Two families, or two sets of ports, never share a slice. */
function groupKey(family: string, ports: readonly DiscoveryEndpointPort[]): string {
  const parts = ports.map(({ name, port, protocol, appProtocol }) => `${name ?? ''}:${port}:${protocol ?? 'TCP'}:${appProtocol ?? ''}`);
  return `${family} ${parts.sort().join(' ')}`;
}

function endpointKey({ targetRef, addresses }: Endpoint): string {
  return targetRef?.uid ?? addresses.join(',');
}

function bucketed<T>(items: Iterable<T>, keyOf: (item: T) => string): Map<string, T[]> {
  const buckets = new Map<string, T[]>();
  for (const item of items) {
    const bucket = buckets.get(keyOf(item));
    if (bucket) bucket.push(item);
    else buckets.set(keyOf(item), [item]);
  }
  return buckets;
}
