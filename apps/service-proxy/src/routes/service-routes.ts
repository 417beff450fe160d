import type { EndpointSlice, Service, ServicePort, ServiceSpec } from '@kubernats/api';
import {
  affinityOf,
  type Door,
  endpointsOf,
  type Locality,
  type PortEndpoint,
  protocolOf,
  type Route,
  routeId,
  sameTargets,
  usable,
} from '@kubernats/dataplane';
import { type Address, isIp } from '@kubernats/net';
import { hintsOf, usableByNode, usableSomewhere } from './backends.ts';
import type { NodeView } from './node-view.ts';
import type { TableRules } from './service-table.ts';

/** Services that another proxy serves, or that no proxy should. Source: kube-proxy leaves out both. */
const LEFT_OUT_LABELS = ['service.kubernetes.io/service-proxy-name', 'service.kubernetes.io/headless'];

export interface RouteRulesConfig {
  /** Whether an address may be opened for `externalIPs`. */
  mayOpen(host: string): boolean;
  /** An address of this machine where node ports open as well, for clients outside of the cluster. */
  exposeAddress?: string | undefined;
}

/** Where clients of one port of a Service are led. */
type Targets = Pick<Route, 'backends' | 'locality'>;

/**
 * The routes of a Service. Headless and ExternalName Services have none, nor has a port without endpoints: the system then refuses
 * connections by itself. The addresses of load balancers are not among them: who gave such an address listens there.
 */
export function routeRules(config: RouteRulesConfig): TableRules<Route> {
  return {
    own: (service, slices) => (isServed(service) ? ownRoutes(service, slices, config) : []),
    atNodes: (service, slices) => (isServed(service) && opensNodePorts(service) ? routesAtNodes(service, slices) : undefined),
    same: sameTargets,
  };
}

export function isServed({ metadata, spec }: Service): boolean {
  return (
    spec?.type !== 'ExternalName' &&
    clusterIps(spec).length > 0 &&
    !LEFT_OUT_LABELS.some((label) => metadata?.labels?.[label] !== undefined)
  );
}

const opensNodePorts = ({ spec }: Service): boolean => spec?.type === 'NodePort' || spec?.type === 'LoadBalancer';

/** `externalIPs` that may not be opened here. */
export function refusedExternalIps(service: Service, { mayOpen }: Pick<RouteRulesConfig, 'mayOpen'>): string[] {
  return isServed(service) ? (service.spec?.externalIPs ?? []).filter((ip) => !mayOpen(ip)) : [];
}

function ownRoutes(service: Service, slices: readonly EndpointSlice[], { mayOpen, exposeAddress }: RouteRulesConfig): Route[] {
  const { spec = {} } = service;
  const maker = new RouteMaker(service);
  for (const port of spec.ports ?? []) {
    const endpoints = endpointsOf(port, slices);
    const internal = spec.internalTrafficPolicy === 'Local' ? localTargets(endpoints) : clusterTargets(endpoints);
    for (const host of clusterIps(spec)) maker.add(port, { host, port: port.port }, { kind: 'ClusterIP' }, internal);
    const external = (): Targets =>
      // An address that is no node's stands for all nodes.
      spec.externalTrafficPolicy === 'Local'
        ? { backends: usableSomewhere(endpoints, usableByNode(endpoints)) }
        : clusterTargets(endpoints);
    for (const host of (spec.externalIPs ?? []).filter(mayOpen)) {
      maker.add(port, { host, port: port.port }, { kind: 'ExternalIP' }, external());
    }
    if (exposeAddress !== undefined && opensNodePorts(service) && port.nodePort) {
      maker.add(port, { host: exposeAddress, port: port.nodePort }, { kind: 'NodePort' }, external());
    }
  }
  return maker.routes;
}

function routesAtNodes(service: Service, slices: readonly EndpointSlice[]): (node: NodeView) => Route[] {
  const ports = (service.spec?.ports ?? []).flatMap((port) => {
    if (!port.nodePort) return [];
    return { port, nodePort: port.nodePort, backendsAt: nodePortBackends(service.spec, endpointsOf(port, slices)) };
  });
  return (node) => {
    const maker = new RouteMaker(service);
    for (const { port, nodePort, backendsAt } of ports) {
      const backends = backendsAt(node);
      for (const host of node.addresses) maker.add(port, { host, port: nodePort }, { kind: 'NodePort', node: node.name }, { backends });
    }
    return maker.routes;
  };
}

/** Where a node port leads, by the node that it is on. */
function nodePortBackends(spec: ServiceSpec | undefined, endpoints: readonly PortEndpoint[]): (node: NodeView) => readonly Address[] {
  if (spec?.externalTrafficPolicy === 'Local') {
    const byNode = usableByNode(endpoints);
    return ({ name }) => byNode.get(name) ?? [];
  }
  const { backends, locality } = clusterTargets(endpoints);
  return ({ name, zone }) => locality?.byNode?.get(name) ?? locality?.byZone?.get(zone ?? '') ?? backends;
}

function clusterTargets(endpoints: readonly PortEndpoint[]): Targets {
  return withLocality(usable(endpoints), hintsOf(endpoints));
}

function localTargets(endpoints: readonly PortEndpoint[]): Targets {
  const byNode = usableByNode(endpoints);
  return { backends: usableSomewhere(endpoints, byNode), locality: { byNode, others: 'none' } };
}

const withLocality = (backends: Address[], locality: Locality | undefined): Targets => (locality ? { backends, locality } : { backends });

/** Gathers the routes of one Service, each address once. */
class RouteMaker {
  readonly routes: Route[] = [];
  readonly #service: string;
  readonly #affinity: Pick<Route, 'affinityMs'>;

  constructor(service: Service) {
    this.#service = `${service.metadata?.namespace}/${service.metadata?.name}`;
    this.#affinity = affinityOf(service);
  }

  add(port: ServicePort, listen: Address, door: Door, targets: Targets): void {
    const protocol = protocolOf(port);
    if (!protocol || targets.backends.length === 0) return;
    // A node's name is part of the id: an address may go from one node to another, and who had it last closes it.
    const id = [routeId(this.#service, protocol, listen), ...(door.node === undefined ? [] : [door.node])].join(' ');
    if (this.routes.some((route) => route.id === id)) return;
    this.routes.push({ id, service: this.#service, protocol, listen, door, ...targets, ...this.#affinity });
  }
}

function clusterIps(spec: ServiceSpec | undefined): string[] {
  const ips = spec?.clusterIPs?.length ? spec.clusterIPs : [spec?.clusterIP ?? ''];
  return ips.filter(isIp);
}
