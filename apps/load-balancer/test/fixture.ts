import type { CoreEvent, EndpointSlice, KubeObject, Node, Service } from '@kubernats/api';
import {
  type ApiRequest,
  type ApiTransport,
  createClient,
  createInformerSet,
  decodeJson,
  encodeJson,
  type FollowSink,
  keyOf,
} from '@kubernats/client';
import { realRandom, SteppedClock } from '@kubernats/clock';
import { type Connection, VirtualNetwork, type VirtualNetworkOptions } from '@kubernats/net';
import { createLoadBalancer, type LoadBalancerConfig } from '../src/index.ts';

/** Keeps Services, nodes and slices, and tells followers of every change; what they mean it does not know. */
export class FakeApi implements ApiTransport {
  readonly events: CoreEvent[] = [];
  readonly #sinks = new Map<string, FollowSink>();
  readonly #objects = new Map<string, Map<string, KubeObject>>();
  #revision = 1;

  async request({ verb, resource, body }: ApiRequest) {
    const object = decodeJson<KubeObject>(body ?? encodeJson({}));
    if (verb === 'create') this.events.push(object as CoreEvent);
    else this.put(resource, object);
    return { code: 200, body: encodeJson(object) };
  }

  follow({ resource }: { resource: string }, sink: FollowSink, signal: AbortSignal): Promise<void> {
    this.#sinks.set(resource, sink);
    sink.replace([...this.#of(resource).values()], '1');
    return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
  }

  put(resource: string, object: KubeObject): void {
    const known = this.#of(resource).get(keyOf(object));
    const metadata = { uid: keyOf(object), ...object.metadata, resourceVersion: String(++this.#revision) };
    const stored = { ...object, metadata };
    // As an API server does with what waits for its finalizers only.
    if (metadata.deletionTimestamp && !metadata.finalizers?.length) return this.remove(resource, stored);
    this.#of(resource).set(keyOf(stored), stored);
    this.#sinks.get(resource)?.changed(known ? 'MODIFIED' : 'ADDED', stored);
  }

  remove(resource: string, object: KubeObject): void {
    this.#of(resource).delete(keyOf(object));
    this.#sinks
      .get(resource)
      ?.changed('DELETED', { ...object, metadata: { ...object.metadata, resourceVersion: String(++this.#revision) } });
  }

  service(name: string): Service | undefined {
    return this.#of('services').get(`default/${name}`) as Service | undefined;
  }

  /** A Service as its author changes it: the status stays. */
  change(name: string, spec: Service['spec'], metadata: Service['metadata'] = {}): void {
    const service = this.service(name);
    if (!service) throw new Error(`no service ${name}`);
    this.put('services', { ...service, metadata: { ...service.metadata, ...metadata }, spec: { ...service.spec, ...spec } } as Service);
  }

  #of(resource: string): Map<string, KubeObject> {
    const known = this.#objects.get(resource) ?? new Map<string, KubeObject>();
    this.#objects.set(resource, known);
    return known;
  }
}

export const serviceOf = (name: string, spec: Service['spec'] = {}): Service => ({
  metadata: { name, namespace: 'default', creationTimestamp: '2026-01-01T00:00:00Z' },
  spec: { type: 'LoadBalancer', ports: [{ port: 80, protocol: 'TCP', nodePort: 30080 }], externalTrafficPolicy: 'Cluster', ...spec },
});

export const nodeOf = (name: string, address: string, more: Partial<Node> = {}): Node => ({
  ...more,
  metadata: { name, ...more.metadata },
  status: { addresses: [{ type: 'InternalIP', address }], conditions: [{ type: 'Ready', status: 'True' }], ...more.status },
});

export const sliceOf = (service: string, hosts: string[]): EndpointSlice => ({
  metadata: { name: `${service}-1`, namespace: 'default', labels: { 'kubernetes.io/service-name': service } },
  addressType: 'IPv4',
  ports: [{ port: 8080, protocol: 'TCP' }],
  endpoints: hosts.map((host) => ({ addresses: [host], conditions: { ready: true } })),
});

/** A load balancer between a fake API and nodes that are listeners in memory. */
export class Fixture implements AsyncDisposable {
  readonly api = new FakeApi();
  readonly clock = new SteppedClock();
  readonly network: VirtualNetwork;
  #stop: (() => Promise<void>) | undefined;

  constructor(options: VirtualNetworkOptions = {}) {
    this.network = new VirtualNetwork(options);
  }

  async start(config: Partial<LoadBalancerConfig> = {}): Promise<void> {
    const { api, clock, network } = this;
    const informers = createInformerSet(api);
    const aborter = new AbortController();
    const loadBalancer = createLoadBalancer(
      { client: createClient(api), informers, network, clock, random: realRandom },
      { addressPool: '172.31.0.0/24', ...config },
    );
    const running = Promise.all([informers.run(aborter.signal), loadBalancer.run(aborter.signal)]);
    this.#stop = async () => {
      aborter.abort();
      await running;
    };
    await loadBalancer.ready;
    await this.settle();
  }

  /** Lets everything happen that needs no time. */
  settle(): Promise<void> {
    return this.clock.advance(0);
  }

  async stop(): Promise<void> {
    await this.#stop?.();
    this.#stop = undefined;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  /** A node: its port says which node it is and who asks, its health port answers with a status that can be changed. */
  async node(name: string, host: string, { port = 30_080, healthPort = 10_256 } = {}): Promise<{ status: number; asked: number }> {
    const health = { status: 200, asked: 0 };
    await this.network.listen({ host, port }, (connection) => connection.end(`${name} ${connection.remote.host}`));
    await this.network.listen({ host, port: healthPort }, (connection) => {
      connection.once('data', () => {
        health.asked++;
        connection.end(`HTTP/1.1 ${health.status} X\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`);
      });
    });
    this.api.put('nodes', nodeOf(name, host));
    return health;
  }

  async ask(host: string, port = 80, localHost = '10.9.9.9'): Promise<string> {
    const connection: Connection = await this.network.dial({ host, port }, { localHost });
    connection.end();
    return Buffer.concat(await connection.toArray()).toString();
  }

  /** The addresses that a Service's status tells of. */
  ips(name: string): (string | undefined)[] {
    return (this.api.service(name)?.status?.loadBalancer?.ingress ?? []).map(({ ip }) => ip);
  }

  /** What people are told of a Service. */
  told(name: string): string[] {
    return this.api.events.filter((each) => each.involvedObject.name === name).map(({ reason, message }) => `${reason}: ${message}`);
  }
}
