import type { EndpointSlice, KubeObject, Node, NodeSpec, Service } from '@kubernats/api';
import {
  type ApiRequest,
  type ApiTransport,
  createClient,
  createInformerSet,
  decodeJson,
  encodeJson,
  type FollowSink,
  silentLog,
} from '@kubernats/client';
import { realRandom, SteppedClock } from '@kubernats/clock';
import { noMetrics } from '@kubernats/controller';
import { type Connection, type Listener, VirtualNetwork, type VirtualNetworkOptions } from '@kubernats/net';
import { createServiceProxy, type ServiceProxy, type ServiceProxyConfig } from '../src/index.ts';

/** An API server that only knows what a test puts into it. */
export class ScriptedApi implements ApiTransport {
  readonly created: ApiRequest[] = [];
  readonly initial: Record<string, KubeObject[]> = { services: [], endpointslices: [], nodes: [] };
  readonly #sinks = new Map<string, FollowSink>();
  #revision = 1;

  async request(request: ApiRequest) {
    if (request.verb === 'create') this.created.push(request);
    return { code: 201, body: request.body ?? encodeJson({}) };
  }

  follow(target: { resource: string }, sink: FollowSink, signal: AbortSignal): Promise<void> {
    this.#sinks.set(target.resource, sink);
    sink.replace(this.initial[target.resource] ?? [], '1');
    return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
  }

  change(resource: string, type: 'ADDED' | 'MODIFIED' | 'DELETED', object: KubeObject): void {
    this.#sinks.get(resource)?.changed(type, { ...object, metadata: { ...object.metadata, resourceVersion: String(++this.#revision) } });
  }

  /** What was told of objects. */
  get events(): unknown[] {
    return this.created.map(({ body }) => decodeJson(body ?? new Uint8Array()));
  }
}

/** A proxy alone, with what it talks to. */
export class ProxyFixture implements AsyncDisposable {
  readonly api = new ScriptedApi();
  readonly clock = new SteppedClock();
  readonly network: VirtualNetwork;
  readonly proxy: ServiceProxy;
  readonly #aborter = new AbortController();
  #running: Promise<unknown> | undefined;
  readonly #start: () => Promise<unknown>;

  constructor(config: ServiceProxyConfig = {}, options: VirtualNetworkOptions = {}) {
    const { api, clock } = this;
    const network = new VirtualNetwork(options);
    this.network = network;
    const informers = createInformerSet(api);
    const common = { network, clock, random: realRandom, log: silentLog, metrics: noMetrics };
    this.proxy = createServiceProxy({ client: createClient(api), informers, ...common }, { healthzPort: 0, ...config });
    const { signal } = this.#aborter;
    this.#start = () => Promise.all([informers.run(signal), this.proxy.run(signal)]);
  }

  async start(services: Service[], slices: EndpointSlice[], nodes: Node[] = []): Promise<void> {
    Object.assign(this.api.initial, { services, endpointslices: slices, nodes });
    this.#running = this.#start();
    await this.proxy.ready;
  }

  /** Makes a change and lets the proxy carry it out. */
  async change(...change: Parameters<ScriptedApi['change']>): Promise<void> {
    this.api.change(...change);
    await this.clock.advance(0);
  }

  /** A Pod that says its address to whoever connects. */
  serve(host: string): Promise<Listener> {
    return this.network.listen({ host, port: 8080 }, (connection: Connection) => connection.end(host));
  }

  /** What is said to a client that connects and says something. */
  async ask(host: string, port: number, options: { from?: string; say?: string } = {}): Promise<string> {
    const { from, say = '' } = options;
    const connection = await this.network.dial({ host, port }, from === undefined ? {} : { localHost: from });
    connection.end(say);
    return Buffer.concat(await connection.toArray()).toString();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#aborter.abort();
    await this.#running;
  }
}

export const service = (spec: Service['spec'] = {}): Service => ({
  metadata: { name: 'web', namespace: 'default', uid: 'u1', resourceVersion: '1' },
  spec: { clusterIP: '10.96.0.7', type: 'ClusterIP', ports: [{ port: 80 }], ...spec },
});

/** Addresses, or an address and its node. */
type EndpointInput = string | { host: string; on: string };

export const sliceOf = (endpoints: readonly EndpointInput[], ports: EndpointSlice['ports']): EndpointSlice => ({
  metadata: { name: 'web-1', namespace: 'default', uid: 'u2', resourceVersion: '1', labels: { 'kubernetes.io/service-name': 'web' } },
  addressType: 'IPv4',
  ports,
  endpoints: endpoints.map((input) => {
    const { host, on } = typeof input === 'string' ? { host: input, on: undefined } : input;
    return { addresses: [host], conditions: { ready: true }, ...(on === undefined ? {} : { nodeName: on }) };
  }),
});
export const slice = (...endpoints: EndpointInput[]): EndpointSlice => sliceOf(endpoints, [{ port: 8080 }]);

export const node = (name: string, address: string, spec: NodeSpec = {}): Node => ({
  metadata: { name, uid: name, resourceVersion: '1' },
  spec,
  status: { addresses: [{ type: 'InternalIP', address }] },
});
