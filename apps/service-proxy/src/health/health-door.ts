import type { EndpointSlice, Service } from '@kubernats/api';
import { addressText, endpointsOf } from '@kubernats/dataplane';
import type { Address } from '@kubernats/net';
import type { NodeView } from '../routes/node-view.ts';
import { isServed } from '../routes/service-routes.ts';
import type { TableRules } from '../routes/service-table.ts';

/** A port of a node where load balancers ask by HTTP whether to send traffic there. */
export type HealthDoor = ServiceHealthDoor | NodeHealthDoor;

interface DoorBase {
  readonly id: string;
  readonly protocol: 'TCP';
  readonly listen: Address;
  readonly node: string;
}

/** A Service's `healthCheckNodePort`. */
export interface ServiceHealthDoor extends DoorBase {
  readonly kind: 'Service';
  readonly namespace: string;
  readonly name: string;
  /** How many ready endpoints of the Service are on the node. */
  readonly localEndpoints: number;
}

/** The proxy's own health, for a node. */
export interface NodeHealthDoor extends DoorBase {
  readonly kind: 'Node';
  /** Whether the node will stay. */
  readonly eligible: boolean;
}

export const serviceHealthRules: TableRules<ServiceHealthDoor> = {
  own: () => [],
  atNodes: serviceHealthDoors,
  same: (a, b) => a.localEndpoints === b.localEndpoints,
};

function serviceHealthDoors(service: Service, slices: readonly EndpointSlice[]): ((node: NodeView) => ServiceHealthDoor[]) | undefined {
  const { metadata: { namespace = '', name = '' } = {}, spec = {} } = service;
  const port = spec.healthCheckNodePort;
  if (!port || spec.type !== 'LoadBalancer' || spec.externalTrafficPolicy !== 'Local' || !isServed(service)) return undefined;
  const counts = readyByNode(service, slices);
  return ({ name: node, addresses }) =>
    addresses.map((host) => ({
      ...{ kind: 'Service', protocol: 'TCP', listen: { host, port }, node, namespace, name },
      id: `${namespace}/${name} ${addressText({ host, port })} ${node}`,
      localEndpoints: counts.get(node)?.size ?? 0,
    }));
}

/** The addresses of ready endpoints by node: an endpoint of several ports counts once. */
function readyByNode({ spec }: Service, slices: readonly EndpointSlice[]): Map<string, Set<string>> {
  const byNode = new Map<string, Set<string>>();
  for (const { address, nodeName, ready } of (spec?.ports ?? []).flatMap((port) => endpointsOf(port, slices))) {
    if (!ready || nodeName === undefined) continue;
    byNode.set(nodeName, (byNode.get(nodeName) ?? new Set()).add(address.host));
  }
  return byNode;
}

export function nodeHealthDoors({ name: node, addresses, eligible }: NodeView, port: number): NodeHealthDoor[] {
  return addresses.map((host) => ({
    ...{ kind: 'Node', protocol: 'TCP', listen: { host, port }, node, eligible },
    id: `healthz ${addressText({ host, port })} ${node}`,
  }));
}
