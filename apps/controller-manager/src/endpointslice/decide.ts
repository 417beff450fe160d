import {
  type DiscoveryEndpointPort,
  type Endpoint,
  type EndpointSlice,
  type Node,
  type Pod,
  SERVICE_NAME_LABEL,
  type Service,
} from '@kubernats/api';
import { ownerReferenceTo } from '@kubernats/apimachinery';
import { type AddressType, endpointOf, isListed, portsOf } from './endpoints.ts';
import { endpointKey, fit, type MakeSlice } from './fit.ts';
import { withHints } from './hints.ts';
import { HEADLESS, MANAGED_BY } from './labels.ts';
import { byGroup, type EndpointSlicePlan, groupKey, reusing } from './plan.ts';

export const MANAGER = 'endpointslice-controller.k8s.io';

export interface EndpointSliceSnapshot {
  service: Service;
  /** Those that its selector matches. */
  pods: readonly Pod[];
  /** Its slices that this controller manages. */
  slices: readonly EndpointSlice[];
  nodeOf(name: string): Node | undefined;
}

interface Group {
  family: AddressType;
  ports: DiscoveryEndpointPort[];
  endpoints: Map<string, Endpoint>;
}

/** What brings a Service's slices in line with its Pods. Source: the EndpointSlice concept. */
export function decide(snapshot: EndpointSliceSnapshot): EndpointSlicePlan {
  const { service } = snapshot;
  const plan: EndpointSlicePlan = { create: [], update: [], remove: [] };
  // What is left of another Service of this name goes with it.
  const [own = [], foreign = []] = split(snapshot.slices, (slice) => isOwnedBy(slice, service));
  const left = byGroup(own);
  const maker = makerFor(service);
  const families = (service.spec?.ipFamilies?.length ? service.spec.ipFamilies : ['IPv4']) as AddressType[];
  for (const family of families) {
    const groups = groupsOf(snapshot, family);
    if (groups.size === 0) groups.set(groupKey(family, []), { family, ports: [], endpoints: new Map() });
    for (const [key, group] of groups) {
      const part = fit(group.endpoints, left.get(key) ?? [], maker(group));
      left.delete(key);
      plan.create.push(...part.create);
      plan.update.push(...part.update);
      plan.remove.push(...part.remove);
    }
  }
  for (const slices of left.values()) plan.remove.push(...slices);
  const { create, update, remove } = reusing(plan);
  return { create, update, remove: [...remove, ...foreign] };
}

function groupsOf({ service, pods, nodeOf }: EndpointSliceSnapshot, family: AddressType): Map<string, Group> {
  const groups = new Map<string, Group>();
  for (const pod of pods) {
    if (!isListed(pod, family)) continue;
    const node = nodeOf(pod.spec?.nodeName ?? '');
    // A Pod on a Node that is gone is about to be collected, and nobody answers at its address.
    if (!node && pod.spec?.nodeName && service.spec?.publishNotReadyAddresses !== true) continue;
    const ports = portsOf(service, pod);
    const key = groupKey(family, ports);
    const group = groups.get(key) ?? { family, ports, endpoints: new Map<string, Endpoint>() };
    const endpoint = withHints(endpointOf(pod, service, family, node), service.spec?.trafficDistribution);
    group.endpoints.set(endpointKey(endpoint), endpoint);
    groups.set(key, group);
  }
  return groups;
}

function makerFor(service: Service): (group: Group) => MakeSlice {
  const { name = '', namespace } = service.metadata ?? {};
  const own = { labels: labelsOf(service), ownerReferences: [ownerReferenceTo({ apiVersion: 'v1', kind: 'Service', ...service })] };
  return ({ family, ports }) =>
    (endpoints, slice) => ({
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: { ...(slice?.metadata ?? { generateName: `${name}-`, namespace }), ...own },
      addressType: family,
      endpoints,
      ports,
    });
}

/** The Service's labels, without those that mean something on a slice. */
function labelsOf(service: Service): Record<string, string> {
  const { [SERVICE_NAME_LABEL]: _name, [MANAGED_BY]: _by, [HEADLESS]: _headless, ...own } = service.metadata?.labels ?? {};
  return {
    ...own,
    ...(service.spec?.clusterIP === 'None' && { [HEADLESS]: '' }),
    [SERVICE_NAME_LABEL]: service.metadata?.name ?? '',
    [MANAGED_BY]: MANAGER,
  };
}

const isOwnedBy = (slice: EndpointSlice, service: Service): boolean =>
  slice.metadata?.ownerReferences?.some(({ kind, uid }) => kind === 'Service' && uid === service.metadata?.uid) === true;

function split<T>(items: readonly T[], isFirst: (item: T) => boolean): [T[], T[]] {
  return [items.filter(isFirst), items.filter((item) => !isFirst(item))];
}
