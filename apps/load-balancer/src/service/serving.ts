import type { EndpointSlice, LoadBalancerStatus, Service } from '@kubernats/api';
import { keyOf, type Log } from '@kubernats/client';
import type { Clock } from '@kubernats/clock';
import type { Gauge, Metrics } from '@kubernats/controller';
import {
  addressText,
  type ConnectionObserver,
  keepLoopbackSource,
  protocolOf,
  type Route,
  RouteKeeper,
  routeId,
  userspacePlane,
} from '@kubernats/dataplane';
import { type Address, type Cidr, type Network, refusalText } from '@kubernats/net';
import type { HealthConfig } from '../config.ts';
import { httpCheck } from '../health/adapters/http-check.ts';
import { HealthChecks } from '../health/health-checks.ts';
import { guardedPlane } from '../routes/guarded-plane.ts';
import { RouteTable } from '../routes/route-table.ts';
import { serviceRoutes } from '../routes/service-routes.ts';
import { isInRanges, sourceRangesOf } from '../routes/source-ranges.ts';
import type { NodeView } from '../targets/node-view.ts';
import { type PortTargets, targetsOf } from '../targets/service-targets.ts';
import { statusOf } from './status.ts';

export interface ServingDeps {
  network: Network;
  clock: Clock;
  log: Log;
  metrics: Metrics;
  /** Is told of the connections of Services that it observes. */
  observer: ConnectionObserver | undefined;
  health: HealthConfig;
  /** Listened on as well, beside each Service's own address. */
  exposeAddress: string | undefined;
  /** The source of datagrams to nodes. Undefined: 127.0.0.1. */
  udpSourceHost: string | undefined;
  /** The nodes that get traffic. */
  nodes(): readonly NodeView[];
  /** The EndpointSlices of a Service. */
  slices(service: string): readonly EndpointSlice[];
  /** These Services have to be served anew: a target's health has changed, or whether a port is open. */
  changed(services: Iterable<string>): void;
  /** A port of the Service could not be opened. */
  portNotOpened(service: string, message: string): void;
}

/** The load balancers themselves: listeners, health checks, and what is between them. */
export class Serving implements AsyncDisposable {
  readonly #deps: ServingDeps;
  readonly #ranges = new Map<string, Cidr[] | undefined>();
  readonly #refused = new Set<string>();
  readonly #table = new RouteTable();
  readonly #health: HealthChecks;
  readonly #plane: ReturnType<typeof guardedPlane>;
  readonly #keeper: RouteKeeper;
  readonly #targets: Gauge;

  constructor(deps: ServingDeps) {
    const { network, clock, metrics, observer, health, changed, udpSourceHost = '127.0.0.1' } = deps;
    this.#deps = deps;
    this.#targets = metrics.gauge('kubernats_load_balancer_targets', 'Addresses that are checked, by health.', ['health']);
    this.#health = new HealthChecks({
      ...{ ...health, clock, onChange: changed },
      check: (address, signal) => httpCheck(network, address, signal),
    });
    this.#plane = guardedPlane({
      network,
      planeOn: (guarded) => userspacePlane({ network: guarded, clock, metrics, keepsSource: keepLoopbackSource, udpSourceHost, observer }),
      allows: (service, client) => isInRanges(this.#ranges.get(service), client),
    });
    this.#keeper = new RouteKeeper({
      ...{ plane: this.#plane, clock },
      onRefused: (route, error) => this.#onRefused(route, error),
      onOpened: (route) => this.#onOpened(route),
    });
  }

  /** Serves the Service at the address as it and the nodes are now. Resolves with what is to be told of it, when that is true. */
  async serve(service: Service, address: string): Promise<LoadBalancerStatus> {
    const { exposeAddress, nodes, slices } = this.#deps;
    const key = keyOf(service);
    const hosts = exposeAddress === undefined ? [address] : [address, exposeAddress];
    const ports = targetsOf(service, nodes(), slices(key));
    this.#ranges.set(key, sourceRangesOf(service));
    await this.#health.watch(key, checksOf(ports));
    await this.#replace(
      key,
      serviceRoutes(service, hosts, ports, (check) => this.#health.isHealthy(check)),
    );
    return statusOf(service, hosts, (host, port) => {
      const protocol = protocolOf(port);
      return protocol !== undefined && this.#refused.has(routeId(key, protocol, { host, port: port.port }));
    });
  }

  /** Takes no more connections for the Service; established ones live on. */
  async withdraw(service: string): Promise<void> {
    await this.#health.watch(service, []);
    await this.#replace(service, []);
    this.#ranges.delete(service);
  }

  /** Closes everything. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#health.stop();
    this.#keeper.stop();
    await this.#plane[Symbol.asyncDispose]();
  }

  async #replace(service: string, routes: readonly Route[]): Promise<void> {
    const changes = this.#table.replace(service, routes);
    for (const { id } of changes.removed) this.#refused.delete(id);
    await this.#keeper.apply(changes);
    const { healthy, all } = this.#health.counts;
    this.#targets.set({ health: 'healthy' }, healthy);
    this.#targets.set({ health: 'unhealthy' }, all - healthy);
  }

  #onRefused(route: Route, error: unknown): void {
    const message = refusalText(`${route.protocol} ${addressText(route.listen)}`, route.listen.port, error);
    this.#deps.log.warn({ service: route.service }, message);
    this.#refused.add(route.id);
    this.#deps.portNotOpened(route.service, message);
    this.#deps.changed([route.service]);
  }

  #onOpened(route: Route): void {
    this.#deps.log.info({ route: route.id }, 'opened at last');
    this.#refused.delete(route.id);
    this.#deps.changed([route.service]);
  }
}

function checksOf(ports: readonly PortTargets[]): Address[] {
  return ports.flatMap(({ targets }) => targets.flatMap(({ check }) => (check ? [check] : [])));
}
