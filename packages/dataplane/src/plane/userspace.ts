import type { Clock } from '@kubernats/clock';
import type { Metrics } from '@kubernats/controller';
import type { Address, Connection, Network } from '@kubernats/net';
import { BackendLoad } from '../balance/backend-load.ts';
import type { ConnectionObserver } from '../observer.ts';
import { listenKey, type PlaceOf, type Protocol, type Route } from '../route.ts';
import { ObservedConnections } from './observed.ts';
import type { OpenRoute } from './open-route.ts';
import type { DataPlane } from './port.ts';
import type { KeepsSource } from './source.ts';
import { openTcpRoute } from './tcp-route.ts';
import { Refusals, showTraffic } from './traffic.ts';
import { openUdpRoute } from './udp-route.ts';

export interface UserspaceOptions {
  network: Network;
  clock: Clock;
  metrics: Metrics;
  keepsSource: KeepsSource;
  /** Where clients are, for routes that ask. Default: on no node. */
  placeOf?: PlaceOf;
  /**
   * Addresses beside the plane's own that lead back to it. A backend with such an address is passed over: a connection would go round
   * until there are no descriptors left, a datagram for ever. Source: the Service concept, a virtual IP is no destination of a proxy.
   */
  leadsBack?: LeadsBack;
  /** The source of datagrams whose client cannot be kept. */
  udpSourceHost: string;
  /** How long a backend may take to accept before the next one is tried, in milliseconds. Default 3000. */
  dialTimeoutMs?: number;
  /** Is told of connections of the Services that it observes. */
  observer?: ConnectionObserver;
}

export type LeadsBack = (protocol: Protocol, address: Address) => boolean;

/** What the routes of one plane share. */
export interface PlaneContext {
  network: Network;
  clock: Clock;
  keepsSource: KeepsSource;
  placeOf: PlaceOf | undefined;
  leadsBack: LeadsBack;
  udpSourceHost: string;
  dialTimeoutMs: number;
  load: BackendLoad;
  /** Every connection that is open, of clients and to backends. */
  connections: Set<Connection>;
  refusals: Refusals;
  /** Absent: there is no observer. */
  observed: ObservedConnections | undefined;
  closed(): boolean;
}

export interface UserspacePlane extends DataPlane {
  /** Connections that are open now: the clients', and those to backends. */
  readonly openConnections: number;
}

/** The plane that relays in this process: works everywhere, needs no privileges. */
export function userspacePlane(options: UserspaceOptions): UserspacePlane {
  const { network, clock, metrics, keepsSource, placeOf, leadsBack, udpSourceHost, dialTimeoutMs = 3000, observer } = options;
  const routes = new Map<string, OpenRoute>();
  /** What the routes listen on. */
  const listening = new Set<string>();
  let closed = false;
  const context: PlaneContext = {
    network,
    clock,
    keepsSource,
    placeOf,
    leadsBack: (protocol, address) => listening.has(listenKey(protocol, address)) || leadsBack?.(protocol, address) === true,
    udpSourceHost,
    dialTimeoutMs,
    load: new BackendLoad(),
    connections: new Set(),
    refusals: new Refusals(),
    observed: observer && new ObservedConnections(observer, clock),
    closed: () => closed,
  };

  showTraffic(metrics, context.load, context.refusals);

  async function remove(id: string): Promise<void> {
    const open = routes.get(id);
    if (!open) return;
    routes.delete(id);
    // Before it is closed: whoever gets the address next adds it again.
    listening.delete(open.listenKey);
    context.refusals.routeClosed(open.service);
    await open.close();
  }

  return {
    async set(route: Route) {
      const known = routes.get(route.id);
      if (known) return known.update(route);
      const open = route.protocol === 'TCP' ? openTcpRoute : openUdpRoute;
      const opened = await open(route, context);
      if (closed) return opened.close();
      routes.set(route.id, opened);
      listening.add(opened.listenKey);
      context.refusals.routeOpened(route.service);
    },
    remove,
    get openConnections() {
      return context.connections.size;
    },
    async [Symbol.asyncDispose]() {
      closed = true;
      await Promise.all([...routes.keys()].map(remove));
      for (const connection of context.connections) connection.destroy();
    },
  };
}
