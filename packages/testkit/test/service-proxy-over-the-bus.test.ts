import { CoreEvents, EndpointSlices, Nodes, Services } from '@kubernats/api';
import { API_SERVER_USER, createApiServer } from '@kubernats/apiserver';
import { API_SERVER_IDENTITY } from '@kubernats/bus';
import { createClient, createInformerSet, natsTransport, silentLog } from '@kubernats/client';
import { realClock, realIds, realRandom } from '@kubernats/clock';
import { noMetrics } from '@kubernats/controller';
import { VirtualNetwork } from '@kubernats/net';
import { createServiceProxy } from '@kubernats/service-proxy';
import { afterEach, expect, test } from 'vitest';
import { type Backbone, memoryBackbone, natsBackbone } from '../src/backbone.ts';

const IDENTITY = 'system:kube-proxy';
const common = { cluster: 'default', clock: realClock, ids: realIds };

let cleanup = new AsyncDisposableStack();
afterEach(async () => {
  await cleanup.disposeAsync();
  cleanup = new AsyncDisposableStack();
});

async function started(backbone: Backbone) {
  cleanup.use(backbone);
  const bus = await backbone.connect(API_SERVER_IDENTITY);
  cleanup.defer(() => bus.close());
  const api = createApiServer({ ...common, bus, stores: backbone.stores, random: realRandom, log: silentLog });
  cleanup.use(api);
  await api.ready;
  const own = await backbone.connect(IDENTITY);
  cleanup.defer(() => own.close());
  const transport = natsTransport({ bus: own, cluster: 'default', identity: IDENTITY, clock: realClock, random: realRandom });
  const network = new VirtualNetwork();
  const informers = createInformerSet(transport);
  const deps = { client: createClient(transport), informers, network, clock: realClock, random: realRandom, log: silentLog };
  const proxy = createServiceProxy({ ...deps, metrics: noMetrics });
  const stop = new AbortController();
  const running = Promise.all([informers.run(stop.signal), proxy.run(stop.signal)]);
  cleanup.defer(async () => {
    stop.abort();
    await running;
  });
  await proxy.ready;
  return { admin: createClient(api.transportFor({ ...API_SERVER_USER, name: 'admin', groups: ['system:masters'] })), network };
}

const until = async (holds: () => boolean | Promise<boolean>) => {
  while (!(await holds())) await realClock.sleep(5);
};

const backbones: [string, () => Promise<Backbone>][] = [
  ['memory', async () => memoryBackbone({ ...common, onError: () => {} })],
  ['NATS', () => natsBackbone({ ...common, onError: () => {} })],
];

test.each(backbones)('R3: the service-proxy and the API server alone, over the %s bus, under its own rights', async (_, backbone) => {
  const { admin, network } = await started(await backbone());
  await admin.kind(Nodes).create({ metadata: { name: 'node1' } });
  const status = { addresses: [{ type: 'InternalIP', address: '172.30.0.1' }] };
  await admin.kind(Nodes).patch('node1', undefined, 'merge', { status }, { subresource: 'status' });
  const spec = { type: 'NodePort', ports: [{ port: 8080, nodePort: 30080 }], externalIPs: ['192.0.2.1'] };
  const made = await admin.kind(Services).create({ metadata: { name: 'web', namespace: 'default' }, spec });
  // Without a selector the endpoints are whoever's who writes them.
  await admin.kind(EndpointSlices).create({
    metadata: { name: 'web-mine', namespace: 'default', labels: { 'kubernetes.io/service-name': 'web' } },
    addressType: 'IPv4',
    ports: [{ port: 9090 }],
    endpoints: [{ addresses: ['10.244.0.1'] }],
  });
  const open = () => network.listening.filter((address) => !address.endsWith(':10256'));
  await until(() => open().length === 2);
  expect(open()).toEqual([`${made.spec?.clusterIP}:8080`, '172.30.0.1:30080'].sort());
  const pod = await network.listen({ host: '10.244.0.1', port: 9090 }, (connection) => connection.end('here'));
  const connection = await network.dial({ host: '172.30.0.1', port: 30080 });
  connection.end();
  expect(Buffer.concat(await connection.toArray()).toString()).toBe('here');
  const reasons = async () => (await admin.kind(CoreEvents).list({ namespace: 'default' })).items.map(({ reason }) => reason);
  await until(async () => (await reasons()).includes('PortNotOpened'));
  await pod.close();
  await admin.kind(Services).delete('web', 'default');
  await until(() => open().length === 0);
});
