import {
  ClusterRoleBindings,
  type ConfigMap,
  ConfigMaps,
  EndpointSlices,
  type KubeObject,
  Nodes,
  Pods,
  Secrets,
  Services,
} from '@kubernats/api';
import { apiSubject, permissionsOf, renewSubject } from '@kubernats/bus';
import { createClient, decodeFrame, encodeFrame, type FollowSink, natsTransport, type ResponseHead } from '@kubernats/client';
import { realClock, realRandom } from '@kubernats/clock';
import { expect, test } from 'vitest';
import { type Fixture, memoryBacking, startApiServer } from './api-server.fixture.ts';

const CLUSTER = 'default';

function participant({ busServer }: Fixture, identity: string) {
  const bus = busServer.connect({ identity, permissions: permissionsOf(CLUSTER, identity, ['n1']), onError: () => {} });
  const transport = natsTransport({ bus, cluster: CLUSTER, identity, clock: realClock, random: realRandom });
  return { bus, transport, client: createClient(transport) };
}

/** What a follower has seen, and a way to wait for more of it. */
function recorder() {
  const seen: string[] = [];
  let wake = () => {};
  const say = (text: string) => {
    seen.push(text);
    wake();
  };
  const name = (object: KubeObject) => object.metadata?.name ?? '';
  const sink: FollowSink = {
    replace: (objects) => say(`all ${objects.map(name).sort().join(' ')}`.trim()),
    changed: (type, object) => say(`${type} ${name(object)}`),
  };
  const until = async (text: string) => {
    while (!seen.includes(text)) await new Promise<void>((resolve) => (wake = resolve));
  };
  return { seen, sink, until };
}

test('components do what their roles allow, as who their subject says they are', async () => {
  await using fixture = await startApiServer();
  const { client } = participant(fixture, 'system:kube-scheduler');
  await fixture.client.kind(ConfigMaps).create({ metadata: { name: 'a', namespace: 'default' } });
  await expect(client.kind(Pods).list()).resolves.toMatchObject({ items: [] });
  await expect(client.kind(Secrets).list()).rejects.toMatchObject({
    code: 403,
    message: 'secrets is forbidden: User "system:kube-scheduler" cannot list resource "secrets" in API group "" at the cluster scope',
  });
  await expect(client.kind(Pods).get('p', 'default')).rejects.toMatchObject({ code: 404, message: 'pods "p" not found' });
});

test('a kubelet over the bus has its own Nodes', async () => {
  await using fixture = await startApiServer();
  const { client } = participant(fixture, 'system:node:pool');
  const made = await client.kind(Nodes).create({ metadata: { name: 'n1', labels: { 'kubernats.dev/kubelet': 'pool' } } });
  expect(made.metadata?.managedFields?.[0]?.manager).toBe('node:pool');
  await expect(client.kind(Nodes).create({ metadata: { name: 'n2' } })).rejects.toMatchObject({ code: 403 });
});

test('a list that is longer than a message comes in pieces', async () => {
  await using fixture = await startApiServer();
  const { client } = participant(fixture, 'system:kube-controller-manager');
  const data = { x: 'y'.repeat(500_000) };
  for (let i = 0; i < 6; i++) await fixture.client.kind(ConfigMaps).create({ metadata: { name: `m${i}`, namespace: 'default' }, data });
  const { items } = await client.kind(ConfigMaps).list({ namespace: 'default' });
  expect(items.map(({ data: { x = '' } = {} }) => x.length)).toEqual(Array(6).fill(500_000));
});

test('what is no request is answered with 400, and the server goes on', async () => {
  await using fixture = await startApiServer();
  const { bus, client } = participant(fixture, 'system:kube-scheduler');
  const ask = async (verb: string, data: Uint8Array, resource = 'pods') => {
    const subject = apiSubject(CLUSTER, 'system:kube-scheduler', verb, '', 'x').replace(/x$/, resource);
    const { head, body } = decodeFrame<ResponseHead>(await bus.request(subject, data));
    return [head.code, JSON.parse(new TextDecoder().decode(body)).message];
  };
  const text = (value: string) => new TextEncoder().encode(value);
  const broken = [400, "the request's head is not valid"];
  for (const data of [
    '',
    'x',
    '{"version":',
    'null',
    '[]',
    '7',
    '{}',
    '{"version":1}',
    '{"version":"v1","name":{"a":1}}',
    '{"version":"v1","query":[]}',
    '{"version":"v1","query":{"limit":1}}',
  ]) {
    expect(await ask('list', text(data)), data).toEqual(broken);
  }
  expect(await ask('list', Uint8Array.of(0xff, 0xfe, 0x0a))).toEqual(broken);
  expect(await ask('fly', encodeFrame({ version: 'v1' }))).toEqual([400, 'unknown verb "fly"']);
  expect((await ask('list', encodeFrame({ version: 'v1' }), '%zz'))[0]).toBe(400);
  expect((await ask('create', encodeFrame({ version: 'v1' }, text('{')), 'pods'))[0]).toBe(403);
  const [code] = await ask('list', encodeFrame({ version: 'v1', query: { __proto__: null, labelSelector: '=' } }));
  expect(code).toBe(400);
  for (const data of ['', 'x', '{}', '{"ids":7}', '{"ids":[{}]}'])
    bus.publish(renewSubject(CLUSTER, 'system:kube-scheduler', 'x'), text(data));
  bus.publish(apiSubject(CLUSTER, 'system:kube-scheduler', 'list', '', 'pods'), text('nobody waits for the answer'));
  await expect(client.kind(Pods).list()).resolves.toMatchObject({ items: [] });
});

test('a follower has the whole set first, and every change after it', async () => {
  await using fixture = await startApiServer();
  const maps = fixture.client.kind(ConfigMaps);
  const make = (name: string, labels: Record<string, string> = {}) => maps.create({ metadata: { name, namespace: 'default', labels } });
  await make('a', { x: '1' });
  const { transport } = participant(fixture, 'system:kube-controller-manager');
  const all = recorder();
  const some = recorder();
  const stop = new AbortController();
  const target = { group: '', version: 'v1', resource: 'configmaps', namespace: 'default' };
  const following = [
    transport.follow(target, all.sink, stop.signal),
    transport.follow({ ...target, labelSelector: 'x=1' }, some.sink, stop.signal),
  ];
  await Promise.all([all.until('all a'), some.until('all a')]);
  await make('b');
  await maps.patch('b', 'default', 'merge', { metadata: { labels: { x: '1' } } });
  await maps.delete('a', 'default');
  await Promise.all([all.until('DELETED a'), some.until('DELETED a')]);
  expect(all.seen).toEqual(['all a', 'ADDED b', 'MODIFIED b', 'DELETED a']);
  expect(some.seen).toEqual(['all a', 'ADDED b', 'DELETED a']);
  stop.abort();
  await Promise.all(following);
});

test('two servers share the requests; when one ends its followers go on at the other', async () => {
  const backing = memoryBacking();
  const first = await startApiServer({ backing });
  await using second = await startApiServer({ backing });
  const { transport, client } = participant(second, 'system:kube-controller-manager');
  const follower = recorder();
  const stop = new AbortController();
  const target = { group: '', version: 'v1', resource: 'configmaps', namespace: 'default' };
  const following = transport.follow(target, follower.sink, stop.signal);
  const maps = second.client.kind(ConfigMaps);
  await follower.until('all');
  await maps.create({ metadata: { name: 'a', namespace: 'default' } });
  await follower.until('ADDED a');
  await first[Symbol.asyncDispose]();
  await maps.create({ metadata: { name: 'b', namespace: 'default' } });
  const known = () => follower.seen.includes('ADDED b') || follower.seen.includes('all a b');
  await expect.poll(known).toBe(true);
  for (let i = 0; i < 10; i++) expect((await client.kind(ConfigMaps).list({ namespace: 'default' })).items).toHaveLength(2);
  stop.abort();
  await following;
});

test('a component that gets a role has it at once', async () => {
  await using fixture = await startApiServer();
  const { client } = participant(fixture, 'system:kube-scheduler');
  await expect(client.kind(ConfigMaps).list({ namespace: 'default' })).rejects.toMatchObject({ code: 403 });
  await fixture.client.kind(ClusterRoleBindings).create({
    metadata: { name: 'x' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'view' },
    subjects: [{ kind: 'User', apiGroup: 'rbac.authorization.k8s.io', name: 'system:kube-scheduler' }],
  });
  const { items }: { items: ConfigMap[] } = await client.kind(ConfigMaps).list({ namespace: 'default' });
  expect(items).toEqual([]);
});

test('the proxy of a Service is not for components: a clear refusal, whoever may', async () => {
  await using fixture = await startApiServer();
  const { transport } = participant(fixture, 'system:kube-scheduler');
  const spec = { selector: { app: 'x' }, ports: [{ port: 80 }] };
  const metadata = { name: 'web', namespace: 'default' };
  await fixture.client.kind(Services).create({ metadata, spec });
  const endpoints = [{ addresses: ['10.0.0.1'], targetRef: { kind: 'Pod', namespace: 'default', name: 'p' } }];
  const labels = { 'kubernetes.io/service-name': 'web' };
  await fixture.client
    .kind(EndpointSlices)
    .create({ metadata: { ...metadata, labels }, addressType: 'IPv4', ports: [{ port: 80 }], endpoints });
  const pod = await fixture.client.kind(Pods).create({
    metadata: { name: 'p', namespace: 'default' },
    spec: { containers: [{ name: 'c', image: 'x' }] },
  });
  await fixture.client.kind(Pods).updateStatus({ ...pod, status: { ...pod.status, podIP: '10.0.0.1', podIPs: [{ ip: '10.0.0.1' }] } });
  const request = { verb: 'get', group: '', version: 'v1', resource: 'services', subresource: 'proxy', ...metadata } as const;
  const ask = async () => JSON.parse(new TextDecoder().decode((await transport.request(request)).body));
  expect(await ask()).toMatchObject({ code: 403 });
  await fixture.client.kind(ClusterRoleBindings).create({
    metadata: { name: 'scheduler' },
    subjects: [{ kind: 'User', name: 'system:kube-scheduler', apiGroup: 'rbac.authorization.k8s.io' }],
    roleRef: { kind: 'ClusterRole', name: 'cluster-admin', apiGroup: 'rbac.authorization.k8s.io' },
  });
  expect(await ask()).toMatchObject({ code: 400, message: 'the proxy of Services and Pods is not served over the bus' });
});
