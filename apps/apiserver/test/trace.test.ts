import { type EndpointSlice, EndpointSlices, Nodes, Pods, Services } from '@kubernats/api';
import { type Bus, permissionsOf } from '@kubernats/bus';
import type { Client } from '@kubernats/client';
import { realClock, realIds } from '@kubernats/clock';
import type { ConnectionEvent, Route } from '@kubernats/dataplane';
import { createTracePublisher, type TracePublisher } from '@kubernats/trace';
import { describe, expect, test } from 'vitest';
import { startApiServer } from './api-server.fixture.ts';
import type { HttpsClient, HttpsFixture } from './support/https-client.ts';
import { NatsCluster } from './support/nats-cluster.ts';

interface World extends AsyncDisposable {
  client: Client;
  door: HttpsFixture;
  /** What a service-proxy gives to its data plane. */
  proxy(): Promise<TracePublisher>;
}

const IDENTITY = 'system:kube-proxy';
const publisher = (bus: Bus) =>
  createTracePublisher({ bus, clock: realClock, ids: realIds }, { cluster: 'default', proxy: 'service-proxy' });

async function onMemory(): Promise<World> {
  const fixture = await startApiServer();
  const { client, busServer } = fixture;
  return {
    client,
    door: await fixture.https(),
    proxy: async () => publisher(busServer.connect({ identity: IDENTITY, permissions: permissionsOf('default', IDENTITY) })),
    [Symbol.asyncDispose]: () => fixture[Symbol.asyncDispose](),
  };
}

async function onNats(): Promise<World> {
  const cluster = await NatsCluster.start();
  const { client, https } = await cluster.apiServer();
  return {
    client,
    door: await https(),
    proxy: async () => publisher(await cluster.bus(IDENTITY)),
    [Symbol.asyncDispose]: () => cluster[Symbol.asyncDispose](),
  };
}

const PATH = '/api/v1/namespaces/default/services/web/trace';
const slice = (...pods: string[]): EndpointSlice => ({
  metadata: { name: 'web-x', namespace: 'default', labels: { 'kubernetes.io/service-name': 'web' } },
  addressType: 'IPv4',
  ports: [{ name: 'http', port: 8080 }],
  endpoints: pods.map((name, n) => ({
    addresses: [`10.244.0.${n + 1}`],
    nodeName: 'node1',
    targetRef: { kind: 'Pod', namespace: 'default', name },
  })),
});

async function populate(client: Client): Promise<void> {
  await client.kind(Services).create({
    metadata: { name: 'web', namespace: 'default' },
    spec: { selector: { app: 'web' }, ports: [{ name: 'http', port: 80 }] },
  });
  await client.kind(EndpointSlices).create(slice('web-1', 'web-2'));
  await client.kind(Nodes).create({ metadata: { name: 'node2' } });
  const addresses = { status: { addresses: [{ type: 'InternalIP', address: '172.30.0.2' }] } };
  await client.kind(Nodes).patch('node2', undefined, 'merge', addresses, { subresource: 'status' });
  const containers = [{ name: 'c', image: 'web' }];
  await client.kind(Pods).create({ metadata: { name: 'caller', namespace: 'default' }, spec: { nodeName: 'node2', containers } });
  const status = { status: { phase: 'Running', podIP: '10.244.2.5' } };
  await client.kind(Pods).patch('caller', 'default', 'merge', status, { subresource: 'status' });
}

const route: Route = {
  id: 'web',
  service: 'default/web',
  protocol: 'TCP',
  listen: { host: '10.96.0.7', port: 80 },
  backends: [1, 2].map((n) => ({ host: `10.244.0.${n}`, port: 8080 })),
};
const opened = (id: number, client: string): ConnectionEvent => ({
  ...{ type: 'opened', id, route, client: { host: client, port: 40_000 }, failed: [] },
  ...{ backend: { host: '10.244.0.2', port: 8080 }, choice: 'NextInTurn', openBefore: 0 },
});

/** The lines of a trace, one by one. */
async function follow(who: HttpsClient) {
  const incoming = await who.open('GET', PATH, {});
  const chunks = incoming[Symbol.asyncIterator]();
  let text = '';
  const next = async (): Promise<Record<string, unknown> | undefined> => {
    for (;;) {
      const end = text.indexOf('\n');
      if (end !== -1) {
        const line = text.slice(0, end);
        text = text.slice(end + 1);
        return JSON.parse(line);
      }
      const { value, done } = await chunks.next();
      if (done) return undefined;
      text += String(value);
    }
  };
  return { incoming, next, close: () => incoming.destroy() };
}

describe.each([
  ['in memory', onMemory],
  ['on a nats-server', onNats],
])('a trace, %s', (_, start) => {
  test('tells of the endpoints, of each proxy, of connections by name, and of the Service’s end', async () => {
    await using world = await start();
    const { client, door } = world;
    await populate(client);
    using proxy = await world.proxy();
    const trace = await follow(door.admin);
    expect(trace.incoming.headers['content-type']).toBe('application/json');
    expect(await trace.next()).toMatchObject({ type: 'Endpoints', service: 'default/web', ready: 2, notReady: 0 });
    expect(await trace.next()).toMatchObject({ type: 'Proxy', proxy: 'service-proxy' });
    expect(proxy.observes('default/web')).toBe(true);

    proxy.observe(opened(1, '10.244.2.5'));
    proxy.observe(opened(2, '172.30.0.2'));
    proxy.observe({ ...opened(1, '10.244.2.5'), type: 'closed', durationMs: 12 });
    const backend = { address: '10.244.0.2:8080', pod: 'default/web-2', node: 'node1' };
    expect(await trace.next()).toMatchObject({
      type: 'Opened',
      client: { address: '10.244.2.5:40000', pod: 'default/caller', node: 'node2' },
      door: { kind: 'ClusterIP', address: '10.96.0.7:80', port: 'http' },
      backend,
    });
    expect(await trace.next()).toMatchObject({ type: 'Opened', client: { address: '172.30.0.2:40000', node: 'node2' } });
    expect(await trace.next()).toMatchObject({ type: 'Closed', durationMs: 12, backend });

    using late = await world.proxy();
    expect(await trace.next()).toMatchObject({ type: 'Proxy' });
    expect(late.observes('default/web')).toBe(true);

    const kept = await client.kind(EndpointSlices).get('web-x', 'default');
    await client.kind(EndpointSlices).update({ ...kept, endpoints: [] });
    expect(await trace.next()).toMatchObject({ type: 'Endpoints', ready: 0 });
    await client.kind(Services).delete('web', 'default');
    expect(await trace.next()).toMatchObject({ type: 'Deleted', service: 'default/web' });
    expect(await trace.next()).toBeUndefined();
  });
});

test('two who trace the same Service both hear everything, and one may go', async () => {
  await using world = await onMemory();
  await populate(world.client);
  using proxy = await world.proxy();
  const [a, b] = [await follow(world.door.admin), await follow(world.door.admin)];
  for (const trace of [a, b]) {
    expect(await trace.next()).toMatchObject({ type: 'Endpoints' });
    expect(await trace.next()).toMatchObject({ type: 'Proxy' });
  }
  a.close();
  proxy.observe(opened(1, '10.244.2.5'));
  expect(await b.next()).toMatchObject({ type: 'Opened', client: { pod: 'default/caller' } });
  b.close();
});

test('who may read Services may trace them; what cannot be traced is refused', async () => {
  await using world = await onMemory();
  const { client, door } = world;
  await populate(client);
  const stranger = await door.as('somebody');
  expect((await stranger.get(PATH)).status()).toMatchObject({
    code: 403,
    message: 'services "web" is forbidden: User "somebody" cannot get resource "services/trace" in API group "" in the namespace "default"',
  });
  const at = '/api/v1/namespaces/default/services';
  expect((await door.admin.get(`${at}/none/trace`)).status()).toMatchObject({ code: 404, message: 'services "none" not found' });
  expect((await door.admin.post(`${at}/web/trace`, {})).status()).toMatchObject({ code: 405 });
  const ports = [{ port: 80 }];
  await client.kind(Services).create({ metadata: { name: 'headless', namespace: 'default' }, spec: { clusterIP: 'None', ports } });
  await client
    .kind(Services)
    .create({ metadata: { name: 'elsewhere', namespace: 'default' }, spec: { type: 'ExternalName', externalName: 'example.com' } });
  expect((await door.admin.get(`${at}/headless/trace`)).status()).toMatchObject({
    code: 400,
    message: expect.stringContaining('headless'),
  });
  expect((await door.admin.get(`${at}/elsewhere/trace`)).status()).toMatchObject({
    code: 400,
    message: expect.stringContaining('example.com'),
  });
  const core = (await door.admin.get('/api/v1')).json<{ resources: { name: string; verbs: string[] }[] }>();
  expect(core.resources.find(({ name }) => name === 'services/trace')).toMatchObject({ verbs: ['get'] });
});
