import { Nodes, Services } from '@kubernats/api';
import { type EventRecorder, type Log, referenceTo } from '@kubernats/client';
import type { Clock } from '@kubernats/clock';
import { addressText, RouteKeeper } from '@kubernats/dataplane';
import { type Network, refusalText } from '@kubernats/net';
import { type ClusterView, ServiceTable } from '../routes/service-table.ts';
import { healthPlane } from './adapters/health-plane.ts';
import { type HealthDoor, nodeHealthDoors, type ServiceHealthDoor, serviceHealthRules } from './health-door.ts';
import type { SyncHealth } from './sync-health.ts';

export interface HealthPortsDeps {
  view: ClusterView;
  network: Network;
  clock: Clock;
  events: EventRecorder;
  log: Log;
  health: SyncHealth;
  /** Where the proxy's own health is asked for; 0: nowhere. */
  healthzPort: number;
}

/** The ports where load balancers and people ask nodes for the health of Services and of the proxy. */
export class HealthPorts implements AsyncDisposable {
  readonly #deps: HealthPortsDeps;
  readonly #table: ServiceTable<ServiceHealthDoor>;
  readonly #plane: ReturnType<typeof healthPlane>;
  readonly #keeper: RouteKeeper<HealthDoor>;
  readonly #ofNodes = new Map<string, readonly HealthDoor[]>();

  constructor(deps: HealthPortsDeps) {
    this.#deps = deps;
    this.#table = new ServiceTable(deps.view, serviceHealthRules);
    this.#plane = healthPlane(deps);
    this.#keeper = new RouteKeeper({ plane: this.#plane, clock: deps.clock, onRefused: (door, error) => this.#tell(door, error) });
  }

  get refused(): string[] {
    return this.#keeper.refused;
  }

  refresh(service: string): Promise<void> {
    return this.#keeper.apply(this.#table.refresh(service));
  }

  async refreshNode(name: string): Promise<void> {
    const { view, healthzPort } = this.#deps;
    const node = view.node(name);
    const before = this.#ofNodes.get(name) ?? [];
    const doors = node && healthzPort > 0 ? nodeHealthDoors(node, healthzPort) : [];
    if (doors.length > 0) this.#ofNodes.set(name, doors);
    else this.#ofNodes.delete(name);
    const removed = before.filter(({ id }) => !doors.some((door) => door.id === id));
    await Promise.all([this.#keeper.apply({ set: doors, removed }), this.#keeper.apply(this.#table.refreshNode(name))]);
  }

  stop(): void {
    this.#keeper.stop();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#plane[Symbol.asyncDispose]();
  }

  #tell(door: HealthDoor, error: unknown): void {
    const { view, events, log } = this.#deps;
    const { host, port } = door.listen;
    const why = refusalText(`TCP ${addressText(door.listen)}`, port, error);
    log.warn({ node: door.node }, why);
    if (door.kind === 'Node') {
      const message = `failed to start proxy healthz on ${host}:${port}: ${why}`;
      return events.event({ kind: Nodes.kind, apiVersion: 'v1', name: door.node }, 'Warning', 'FailedToStartProxierHealthcheck', message);
    }
    const service = view.service(`${door.namespace}/${door.name}`);
    if (!service) return;
    const message = `node ${door.node} failed to start healthcheck "${door.namespace}/${door.name}" on port ${port}: ${why}`;
    events.event(referenceTo(Services, service), 'Warning', 'FailedToStartServiceHealthcheck', message);
  }
}
