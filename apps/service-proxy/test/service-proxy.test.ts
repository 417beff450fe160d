import type { EndpointSlice, KubeObject, Node, Service } from '@kubernats/api';
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
import { type Connection, VirtualNetwork } from '@kubernats/net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createServiceProxy, type ServiceProxy } from '../src/index.ts';

/** An API server that only knows what a test puts into it. */
class ScriptedApi implements ApiTransport {
  readonly sinks = new Map<string, FollowSink>();
  readonly created: ApiRequest[] = [];
  readonly initial: Record<string, KubeObject[]> = { services: [], endpointslices: [], nodes: [] };

  async request(request: ApiRequest) {
    if (request.verb === 'create') this.created.push(request);
    return { code: 201, body: request.body ?? encodeJson({}) };
  }

  follow(target: { resource: string }, sink: FollowSink, signal: AbortSignal): Promise<void> {
    this.sinks.set(target.resource, sink);
    sink.replace(this.initial[target.resource] ?? [], '1');
    return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
  }

  change(resource: string, type: 'ADDED' | 'MODIFIED' | 'DELETED', object: KubeObject): void {
    this.sinks.get(resource)?.changed(type, { ...object, metadata: { ...object.metadata, resourceVersion: String(++this.#revision) } });
  }

  #revision = 1;
}

const service = (spec: Service['spec'] = {}): Service => ({
  metadata: { name: 'web', namespace: 'default', uid: 'u1', resourceVersion: '1' },
  spec: { clusterIP: '10.96.0.7', type: 'ClusterIP', ports: [{ port: 80 }], ...spec },
});
const sliceOf = (hosts: string[], ports: EndpointSlice['ports']): EndpointSlice => ({
  metadata: { name: 'web-1', namespace: 'default', uid: 'u2', resourceVersion: '1', labels: { 'kubernetes.io/service-name': 'web' } },
  addressType: 'IPv4',
  ports,
  endpoints: hosts.map((host) => ({ addresses: [host], conditions: { ready: true } })),
});
const slice = (...hosts: string[]): EndpointSlice => sliceOf(hosts, [{ port: 8080 }]);
const node = (name: string, address: string): Node => ({
  metadata: { name, uid: name, resourceVersion: '1' },
  status: { addresses: [{ type: 'InternalIP', address }] },
});

let api: ScriptedApi;
let network: VirtualNetwork;
let clock: SteppedClock;
let proxy: ServiceProxy;
let stop: () => Promise<void>;

async function start(options: { unprivilegedPortStart?: number } = {}): Promise<void> {
  network = new VirtualNetwork(options);
  clock = new SteppedClock();
  const informers = createInformerSet(api);
  const aborter = new AbortController();
  proxy = createServiceProxy({
    client: createClient(api),
    informers,
    network,
    clock,
    random: realRandom,
    log: silentLog,
    metrics: noMetrics,
  });
  const running = Promise.all([informers.run(aborter.signal), proxy.run(aborter.signal)]);
  stop = async () => {
    aborter.abort();
    await running;
  };
  await proxy.ready;
}

const serve = (host: string) => network.listen({ host, port: 8080 }, (connection: Connection) => connection.end(host));

async function ask(host: string, port: number): Promise<string> {
  const connection = await network.dial({ host, port });
  connection.end();
  return Buffer.concat(await connection.toArray()).toString();
}

beforeEach(() => {
  api = new ScriptedApi();
});
afterEach(() => stop());

test('S1: a Service keeps its address while Pods come and go', async () => {
  api.initial['services'] = [service()];
  api.initial['endpointslices'] = [slice('10.244.0.1')];
  await start();
  await serve('10.244.0.1');
  await serve('10.244.0.2');
  expect(await ask('10.96.0.7', 80)).toBe('10.244.0.1');
  api.change('endpointslices', 'MODIFIED', slice('10.244.0.2'));
  await clock.advance(0);
  expect(await ask('10.96.0.7', 80)).toBe('10.244.0.2');
  api.change('endpointslices', 'MODIFIED', slice());
  await clock.advance(0);
  await expect(ask('10.96.0.7', 80)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
});

test('S4: a node port opens on every node, on later ones too, and closes with the type', async () => {
  api.initial['services'] = [service({ type: 'NodePort', ports: [{ port: 80, nodePort: 30080 }] })];
  api.initial['endpointslices'] = [slice('10.244.0.1')];
  api.initial['nodes'] = [node('node1', '172.30.0.1')];
  await start();
  expect(network.listening).toEqual(['10.96.0.7:80', '172.30.0.1:30080']);
  api.change('nodes', 'ADDED', node('node2', '172.30.0.2'));
  await clock.advance(0);
  expect(network.listening).toEqual(['10.96.0.7:80', '172.30.0.1:30080', '172.30.0.2:30080']);
  api.change('services', 'MODIFIED', service());
  await clock.advance(0);
  expect(network.listening).toEqual(['10.96.0.7:80']);
});

test('a deleted Service frees its address, and another may have it', async () => {
  api.initial['services'] = [service()];
  api.initial['endpointslices'] = [slice('10.244.0.1')];
  await start();
  api.change('services', 'DELETED', service());
  await clock.advance(0);
  expect(network.listening).toEqual([]);
});

test('a port without the right to it: an event with what helps, and everything else goes on', async () => {
  api.initial['services'] = [
    service({
      ports: [
        { name: 'low', port: 80 },
        { name: 'high', port: 8000 },
      ],
    }),
  ];
  api.initial['endpointslices'] = [
    sliceOf(
      ['10.244.0.1'],
      [
        { name: 'low', port: 8080 },
        { name: 'high', port: 8080 },
      ],
    ),
  ];
  await start({ unprivilegedPortStart: 1024 });
  expect(network.listening).toEqual(['10.96.0.7:8000']);
  expect(proxy.refused).toEqual(['TCP 10.96.0.7:80']);
  await clock.advance(0);
  expect(api.created.map(({ body }) => decodeJson(body ?? new Uint8Array()))).toMatchObject([
    {
      involvedObject: { kind: 'Service', name: 'web' },
      type: 'Warning',
      reason: 'PortNotOpened',
      message: expect.stringContaining('sysctl -w net.ipv4.ip_unprivileged_port_start=0'),
    },
  ]);
});

test('stopping closes every socket', async () => {
  api.initial['services'] = [service()];
  api.initial['endpointslices'] = [slice('10.244.0.1')];
  await start();
  const accepted = Promise.withResolvers<Connection>();
  await network.listen({ host: '10.244.0.1', port: 8080 }, accepted.resolve);
  const client = await network.dial({ host: '10.96.0.7', port: 80 });
  const pod = await accepted.promise;
  for (const connection of [client, pod]) connection.resume().on('end', () => connection.end());
  await stop();
  await clock.advance(0);
  expect(network.listening).toEqual(['10.244.0.1:8080']);
  expect(network.openEnds).toBe(0);
});
