import {
  type EndpointSlice,
  EndpointSlices,
  type KubeObject,
  type Node,
  Nodes,
  type Service,
  Services,
  serviceOfSlice,
} from '@kubernats/api';
import { type Client, createEventRecorder, type Informer, type InformerSet, keyOf, type Log, referenceTo } from '@kubernats/client';
import { aborted, type Clock, type Random } from '@kubernats/clock';
import type { Metrics } from '@kubernats/controller';
import {
  addressText,
  type ConnectionObserver,
  keepLoopbackSource,
  listenKey,
  PROXY_HEALTHZ_PORT,
  type Route,
  RouteKeeper,
  userspacePlane,
} from '@kubernats/dataplane';
import { cidrContains, type Network, refusalText } from '@kubernats/net';
import { DirtySet } from './dirty-set.ts';
import { type ClusterDnsConfig, createClusterDns } from './dns/cluster-dns.ts';
import { HealthPorts } from './health/health-ports.ts';
import { SyncHealth } from './health/sync-health.ts';
import { balancedAddresses } from './routes/balanced-addresses.ts';
import { NodeTable } from './routes/node-table.ts';
import { nodeView } from './routes/node-view.ts';
import { refusedExternalIps, routeRules } from './routes/service-routes.ts';
import { ServiceTable } from './routes/service-table.ts';

const BY_SERVICE = 'service';
const BY_BALANCER = 'balancer';

export interface ServiceProxyDeps {
  client: Client;
  /** Run by the caller. */
  informers: InformerSet;
  network: Network;
  clock: Clock;
  random: Random;
  log: Log;
  metrics: Metrics;
  /** Is told of the connections of Services that it observes. */
  observer?: ConnectionObserver;
}

export interface ServiceProxyConfig {
  /** Which nodes' ports are opened here, as a label selector: the nodes of this host. Default: all. */
  nodeSelector?: string | undefined;
  /** An address of this machine where node ports open as well, for clients outside of the cluster. Default: none. */
  exposeAddress?: string | undefined;
  /**
   * Whether an address of `externalIPs` may be opened, besides `exposeAddress`. Default: the address of the machine; without one, those of
   * 127.0.0.0/8 that are not used already.
   */
  isExternalIp?(host: string): boolean;
  /** Where `/healthz` and `/livez` are on every node's address; 0: nowhere. Default 10256. */
  healthzPort?: number;
  /** The machine, where it is one node of several, or none. Default: it is all nodes, on 127.0.0.0/8. */
  machine?: ProxyMachine;
  /** The cluster's DNS, where this process answers for it. */
  dns?: ClusterDnsConfig;
}

/** A machine that has some addresses of the cluster and not all: its node's, and those of the node's Pods. */
export interface ProxyMachine {
  /** Its own address: the source of datagrams from clients elsewhere. */
  address: string;
  /** Whether it is the node: only such a node's ports open here, and only what is on such a node keeps its address on the way to a Pod. */
  isNode(node: Node): boolean;
}

export interface ServiceProxy {
  /** Serves until the signal aborts, and has closed every socket when it resolves. */
  run(signal: AbortSignal): Promise<void>;
  /** Resolves when all Services that were there at the start are served. */
  readonly ready: Promise<void>;
  /** The addresses that could not be opened. */
  readonly refused: readonly string[];
}

/** Serves the cluster IPs of all Services, and the node ports of this host's nodes. */
export function createServiceProxy(deps: ServiceProxyDeps, config: ServiceProxyConfig = {}): ServiceProxy {
  const { client, informers, network, clock, random, log, metrics, observer } = deps;
  const { nodeSelector, exposeAddress, machine, healthzPort = PROXY_HEALTHZ_PORT } = config;
  const { isExternalIp = machine ? (host: string) => host === machine.address : isFreeLoopback } = config;
  informers.keepOnly(Services, withoutManagedFields);
  informers.keepOnly(EndpointSlices, withoutManagedFields);
  informers.keepOnly(Nodes, withoutManagedFields);
  const services = informers.of(Services);
  const slices = informers.of(EndpointSlices);
  const nodes = informers.of(Nodes, { labelSelector: nodeSelector });
  slices.addIndex(BY_SERVICE, (slice) => [serviceOfSlice(slice) ?? '']);
  services.addIndex(BY_BALANCER, balancedAddresses);

  const nodeTable = new NodeTable();
  const view = {
    service: (key: string) => services.byKey(key),
    slices: (key: string) => slices.byIndex(BY_SERVICE, key),
    nodes: () => nodeTable.values(),
    node: (name: string) => nodeTable.get(name),
  };
  const rules = { mayOpen: (host: string) => host === exposeAddress || isExternalIp(host), exposeAddress };
  const routes = new ServiceTable<Route>(view, routeRules(rules));
  const events = createEventRecorder({ client, clock, random, log, component: 'service-proxy' });
  const plane = userspacePlane({
    ...{ network, clock, metrics },
    placeOf: (host) => nodeTable.placeOf(host),
    leadsBack: (protocol, address) => services.byIndex(BY_BALANCER, listenKey(protocol, address)).length > 0,
    keepsSource: machine ? (host) => nodeTable.placeOf(host) !== undefined : keepLoopbackSource,
    udpSourceHost: machine?.address ?? '127.0.0.1',
    observer,
  });
  const keeper = new RouteKeeper({
    plane,
    clock,
    onRefused: ({ service, protocol, listen }, error) => {
      notOpened(service, refusalText(`${protocol} ${addressText(listen)}`, listen.port, error));
    },
    onOpened: (route) => log.info({ route: route.id }, 'opened at last'),
  });
  const dns = config.dns && createClusterDns({ informers, sliceIndex: BY_SERVICE, network, clock, random, log, metrics }, config.dns);
  const health = new SyncHealth(clock);
  const healthPorts = new HealthPorts({ view, network, clock, events, log, health, healthzPort });
  const routeCount = metrics.gauge('kubernats_proxy_routes', 'Addresses by state.', ['state']);
  /** What was said of a Service's external IPs. */
  const refusedIps = new Map<string, string>();
  const dirtyServices = new DirtySet((keys) => carryOut(keys, refreshService));
  const dirtyNodes = new DirtySet((names) => carryOut(names, refreshNode));
  const ready = Promise.withResolvers<void>();

  function notOpened(key: string, message: string): void {
    log.warn({ service: key }, message);
    const service = services.byKey(key);
    if (service) events.event(referenceTo(Services, service), 'Warning', 'PortNotOpened', message);
  }

  /** One Service or node that cannot be served must not keep the others from being served. */
  async function carryOut(keys: Iterable<string>, refresh: (key: string) => Promise<void>): Promise<void> {
    const done = health.queued();
    const contained = async (key: string): Promise<void> => {
      try {
        await refresh(key);
      } catch (error) {
        log.error({ error, key }, 'could not be brought up to date');
      }
    };
    await Promise.all([...keys].map(contained));
    done();
    routeCount.set({ state: 'open' }, keeper.openCount);
    routeCount.set({ state: 'refused' }, keeper.refusedCount);
  }

  async function refreshService(key: string): Promise<void> {
    tellOfExternalIps(key);
    await Promise.all([keeper.apply(routes.refresh(key)), healthPorts.refresh(key)]);
  }

  async function refreshNode(name: string): Promise<void> {
    await Promise.all([keeper.apply(routes.refreshNode(name)), healthPorts.refreshNode(name)]);
  }

  function tellOfExternalIps(key: string): void {
    const service = services.byKey(key);
    const ips = service ? refusedExternalIps(service, rules).join(', ') : '';
    if (ips === (refusedIps.get(key) ?? '')) return;
    if (ips === '') return void refusedIps.delete(key);
    refusedIps.set(key, ips);
    notOpened(key, `Cannot open externalIPs ${ips}: not an address that this proxy may listen on`);
  }

  const settled = () => Promise.all([dirtyServices.settled(), dirtyNodes.settled()]);

  async function run(signal: AbortSignal): Promise<void> {
    const end = aborted(signal);
    await Promise.race([Promise.all([services.synced, slices.synced, nodes.synced]), end]);
    const detach = signal.aborted ? [] : follow();
    if (!signal.aborted) void Promise.all([settled(), dns?.start()]).then(() => ready.resolve());
    await end;
    for (const stop of detach) stop();
    keeper.stop();
    healthPorts.stop();
    await dns?.stop();
    await settled();
    await Promise.all([plane[Symbol.asyncDispose](), healthPorts[Symbol.asyncDispose]()]);
  }

  // Handlers come once everything is there, so that no route is computed from half of what it depends on.
  function follow(): (() => void)[] {
    const onNode = (node: Node): void => {
      if (machine && !machine.isNode(node)) return offNode(node);
      if (nodeTable.set(nodeView(node))) dirtyNodes.add(keyOf(node));
    };
    const offNode = (node: Node): void => {
      if (!nodeTable.get(keyOf(node))) return;
      nodeTable.delete(keyOf(node));
      dirtyNodes.add(keyOf(node));
    };
    return [
      nodes.addHandler({
        add: onNode,
        update: onNode,
        delete: offNode,
      }),
      onChange<Service>(services, (service) => dirtyServices.add(keyOf(service))),
      onChange<EndpointSlice>(slices, (slice) => dirtyServices.add(serviceOfSlice(slice))),
    ];
  }

  return {
    run,
    ready: ready.promise,
    get refused() {
      return [...keeper.refused, ...healthPorts.refused];
    },
  };
}

/** Who set which field is a large part of an object, and nobody here asks. */
function withoutManagedFields<T extends KubeObject>(object: T): T {
  const { managedFields: _, ...metadata } = object.metadata ?? {};
  return { ...object, metadata };
}

/** `localhost`, and what systems name beside it (127.0.1.1, 127.0.0.53), is not the cluster's to listen on. */
const isFreeLoopback = (host: string): boolean => cidrContains('127.0.0.0/8', host) && !cidrContains('127.0.0.0/16', host);

function onChange<T extends Service | EndpointSlice>(informer: Informer<T>, mark: (object: T) => void): () => void {
  return informer.addHandler({
    add: mark,
    update(object, old) {
      mark(old);
      mark(object);
    },
    delete: mark,
  });
}
