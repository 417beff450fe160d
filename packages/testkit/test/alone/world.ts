import type { KindRef, KubeObject } from '@kubernats/api';
import { API_SERVER_USER, type ApiServer, createApiServer } from '@kubernats/apiserver';
import { API_SERVER_IDENTITY, type Bus } from '@kubernats/bus';
import {
  type ApiTransport,
  type Client,
  createClient,
  createInformerSet,
  type InformerSet,
  type Log,
  natsTransport,
  silentLog,
} from '@kubernats/client';
import { type Clock, type Ids, type Random, realClock, realIds, realRandom } from '@kubernats/clock';
import { type Metrics, noMetrics } from '@kubernats/controller';
import { isAlreadyExists, isForbidden } from '@kubernats/errors';
import { VirtualNetwork } from '@kubernats/net';
import { type Backbone, memoryBackbone, natsBackbone } from '../../src/backbone.ts';

const CLUSTER = 'default';
const common = { cluster: CLUSTER, clock: realClock, ids: realIds };
const quiet = { ...common, onError: () => {} };

/** What components talk over, by name. */
export const BUSES: readonly [string, () => Promise<Backbone>][] = [
  ['memory', async () => memoryBackbone(quiet)],
  ['NATS', () => natsBackbone(quiet)],
];

/** What a component gets, as from its `main.ts`. */
export interface Parts {
  bus: Bus;
  transport: ApiTransport;
  client: Client;
  informers: InformerSet;
  network: VirtualNetwork;
  clock: Clock;
  random: Random;
  ids: Ids;
  log: Log;
  metrics: Metrics;
}

export interface Running {
  readonly ready: Promise<void>;
  run(signal: AbortSignal): Promise<unknown>;
}

/** A component that runs: what it waits for, and whether it may do what it wants. */
export interface Component {
  readonly isReady: boolean;
  waitingFor(): string[];
  /** What it was not permitted to do. */
  readonly refusals: readonly string[];
  /** Ends it in order. Rejects when it does not end, or had failed before. */
  stop(): Promise<void>;
}

/** A bus with an API server that may come and go, and nothing else: what the other components do is the test's to do. */
export class World implements AsyncDisposable {
  readonly network = new VirtualNetwork();
  readonly #backbone: Backbone;
  readonly #cleanup = new AsyncDisposableStack();
  #api: { server: ApiServer; bus: Bus } | undefined;

  constructor(backbone: Backbone) {
    this.#backbone = this.#cleanup.use(backbone);
    this.#cleanup.defer(() => this.killApiServer());
  }

  /** The administrator's. */
  get admin(): Client {
    if (!this.#api) throw new Error('no API server runs');
    return createClient(this.#api.server.transportFor({ ...API_SERVER_USER, name: 'admin', groups: ['system:masters'] }));
  }

  async startApiServer(): Promise<void> {
    const bus = await this.#backbone.connect(API_SERVER_IDENTITY);
    const server = createApiServer({ ...common, bus, stores: this.#backbone.stores, random: realRandom, log: silentLog });
    this.#api = { server, bus };
    await server.ready;
  }

  /** It says goodbye to nobody: its connection goes first. */
  async killApiServer(): Promise<void> {
    await this.#api?.bus.close();
    await this.#api?.server.close().catch(() => {});
    this.#api = undefined;
  }

  loseBus = (): Promise<void> => this.#backbone.lose();
  restoreBus = (): Promise<void> => this.#backbone.restore();

  /** A way to the API server, and to nodes, with the rights of an identity. `claims`: who it says it is. */
  async connect(identity: string, nodes: readonly string[] = [], claims = identity): Promise<Pick<Parts, 'bus' | 'transport'>> {
    const bus = await this.#backbone.connect(identity, nodes);
    this.#cleanup.defer(() => bus.close());
    return { bus, transport: natsTransport({ ...common, bus, identity: claims, random: realRandom }) };
  }

  async start(identity: string, create: (parts: Parts) => Running, nodes?: readonly string[]): Promise<Component> {
    const { bus, transport } = await this.connect(identity, nodes);
    const refusals: string[] = [];
    const note = ({ error }: { error?: unknown }): void => {
      if (isForbidden(error)) refusals.push(error.message);
    };
    const log: Log = { ...silentLog, warn: note, error: note };
    const client = createClient(transport, { fieldManager: identity });
    const informers = createInformerSet(transport, { log });
    const surroundings = { clock: realClock, random: realRandom, ids: realIds, metrics: noMetrics, network: this.network };
    const component = create({ ...surroundings, bus, transport, client, informers, log });
    const aborter = new AbortController();
    const running = Promise.all([informers.run(aborter.signal), component.run(aborter.signal)]);
    // Who waits for it to be ready, or for its work, hears of the failure then.
    running.catch(() => {});
    let isReady = false;
    void component.ready.then(() => {
      isReady = true;
    });
    const stop = async (): Promise<void> => {
      aborter.abort(new Error('stopping'));
      await running;
    };
    this.#cleanup.defer(stop);
    return {
      get isReady() {
        return isReady;
      },
      waitingFor: () => informers.waitingFor(),
      refusals,
      stop,
    };
  }

  /** Makes an object, as soon as that can be done. */
  async make<T extends KubeObject>(kind: KindRef<T>, object: T): Promise<void> {
    await this.until(async () => {
      try {
        await this.admin.kind(kind).create(object);
        return true;
      } catch (error) {
        // The answer to an earlier try may have been lost.
        return isAlreadyExists(error);
      }
    });
  }

  /** Writes the status of an object that is there: what another component would say of it. */
  async tell<T extends KubeObject>(kind: KindRef<T>, name: string, namespace: string | undefined, status: object): Promise<void> {
    await this.admin.kind(kind).patch(name, namespace, 'merge', { status }, { subresource: 'status' });
  }

  /** The first object of the kind, of the namespace `default` or of none, that the predicate takes, as soon as there is one. */
  async find<T extends KubeObject>(kind: KindRef<T>, predicate: (object: T) => boolean): Promise<T> {
    let found: T | undefined;
    await this.until(async () => {
      const { items } = await this.admin.kind(kind).list();
      found = items.find(predicate);
      return found !== undefined;
    });
    if (!found) throw new Error('unreachable');
    return found;
  }

  /** Looks again and again; an error counts as no. The test's own time-out ends it. */
  async until(holds: () => boolean | Promise<boolean>): Promise<void> {
    while (
      !(await Promise.resolve()
        .then(holds)
        .catch(() => false))
    )
      await realClock.sleep(5);
  }

  /** What a listener answers that speaks first. */
  async ask(host: string, port: number): Promise<string> {
    const connection = await this.network.dial({ host, port });
    connection.end();
    return Buffer.concat(await connection.toArray()).toString();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#cleanup.disposeAsync();
  }
}
