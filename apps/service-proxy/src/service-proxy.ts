import { type EndpointSlice, EndpointSlices, Nodes, type Service, Services } from '@kubernats/api';
import { type Client, createEventRecorder, type Informer, type InformerSet, keyOf, type Log, referenceTo } from '@kubernats/client';
import type { Clock, Random } from '@kubernats/clock';
import type { Metrics } from '@kubernats/controller';
import { addressText, type KeepsSource, keepLoopbackSource, type Route, RouteKeeper, userspacePlane } from '@kubernats/dataplane';
import { type Network, refusalText } from '@kubernats/net';
import { DirtySet } from './dirty-set.ts';
import { type ClusterDnsConfig, createClusterDns } from './dns/cluster-dns.ts';
import { type NodeView, nodeView, sameNodeView } from './routes/node-view.ts';
import { Router, serviceOfSlice } from './routes/router.ts';

const BY_SERVICE = 'service';

export interface ServiceProxyDeps {
  client: Client;
  /** Run by the caller. */
  informers: InformerSet;
  network: Network;
  clock: Clock;
  random: Random;
  log: Log;
  metrics: Metrics;
}

export interface ServiceProxyConfig {
  /** Which nodes' ports are opened here, as a label selector: the nodes of this host. Default: all. */
  nodeSelector?: string;
  /** Which clients keep their address on the way to a Pod. Default: those of 127.0.0.0/8. */
  keepsSource?: KeepsSource;
  /** The source of UDP datagrams from other clients. Default 127.0.0.1. */
  udpSourceHost?: string;
  /** The cluster's DNS, where this process answers for it. */
  dns?: ClusterDnsConfig;
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
  const { client, informers, network, clock, random, log, metrics } = deps;
  const services = informers.of(Services);
  const slices = informers.of(EndpointSlices);
  const nodes = informers.of(Nodes, { labelSelector: config.nodeSelector });
  slices.addIndex(BY_SERVICE, (slice) => [serviceOfSlice(slice) ?? '']);

  const views = new Map<string, NodeView>();
  const router = new Router({
    service: (key) => services.byKey(key),
    slices: (key) => slices.byIndex(BY_SERVICE, key),
    nodes: () => views.values(),
  });
  const events = createEventRecorder({ client, clock, random, log, component: 'service-proxy' });
  const plane = userspacePlane({
    network,
    clock,
    metrics,
    keepsSource: config.keepsSource ?? keepLoopbackSource,
    udpSourceHost: config.udpSourceHost ?? '127.0.0.1',
  });
  const routeCount = metrics.gauge('kubernats_proxy_routes', 'Addresses by state.', ['state']);
  const keeper = new RouteKeeper({
    plane,
    clock,
    onRefused: refused,
    onOpened: (route) => log.info({ route: route.id }, 'opened at last'),
  });
  const dns = config.dns && createClusterDns({ informers, sliceIndex: BY_SERVICE, network, clock, random, log, metrics }, config.dns);
  const dirty = new DirtySet(refresh);
  const ready = Promise.withResolvers<void>();

  function refused(route: Route, error: unknown): void {
    const message = refusalText(`${route.protocol} ${addressText(route.listen)}`, route.listen.port, error);
    log.warn({ service: route.service }, message);
    const service = services.byKey(route.service);
    if (service) events.event(referenceTo(Services, service), 'Warning', 'PortNotOpened', message);
  }

  async function refresh(keys: Iterable<string>): Promise<void> {
    await Promise.all([...keys].map(refreshService));
    routeCount.set({ state: 'open' }, keeper.openCount);
    routeCount.set({ state: 'refused' }, keeper.refused.length);
  }

  async function refreshService(key: string): Promise<void> {
    try {
      await keeper.apply(router.refresh(key));
    } catch (error) {
      // One Service that cannot be served must not keep the others from being served.
      log.error({ error, service: key }, 'routes could not be brought up to date');
    }
  }

  function markNodePorts(): void {
    for (const key of router.servicesWithNodePorts) dirty.add(key);
  }

  async function run(signal: AbortSignal): Promise<void> {
    const aborted = new Promise<void>((resolve) => {
      if (signal.aborted) resolve();
      else signal.addEventListener('abort', () => resolve(), { once: true });
    });
    await Promise.race([Promise.all([services.synced, slices.synced, nodes.synced]), aborted]);
    const detach = signal.aborted ? [] : follow();
    if (!signal.aborted) void Promise.all([dirty.settled(), dns?.start()]).then(() => ready.resolve());
    await aborted;
    for (const stop of detach) stop();
    keeper.stop();
    await dns?.stop();
    await dirty.settled();
    await plane[Symbol.asyncDispose]();
  }

  // Handlers come once everything is there, so that no route is computed from half of what it depends on.
  function follow(): (() => void)[] {
    return [
      nodes.addHandler({
        add(node) {
          views.set(keyOf(node), nodeView(node));
          markNodePorts();
        },
        update(node) {
          const view = nodeView(node);
          const old = views.get(keyOf(node));
          if (old && sameNodeView(old, view)) return;
          views.set(keyOf(node), view);
          markNodePorts();
        },
        delete(node) {
          views.delete(keyOf(node));
          markNodePorts();
        },
      }),
      onChange<Service>(services, (service) => dirty.add(keyOf(service))),
      onChange<EndpointSlice>(slices, (slice) => dirty.add(serviceOfSlice(slice))),
    ];
  }

  return {
    run,
    ready: ready.promise,
    get refused() {
      return keeper.refused;
    },
  };
}

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
