import { ConfigMaps, type CoreEvent, CoreEvents, Leases, type Node, Nodes, type Pod, Pods } from '@kubernats/api';
import { API_SERVER_USER, createApiServer } from '@kubernats/apiserver';
import { API_SERVER_IDENTITY } from '@kubernats/bus';
import { createClient, createInformerSet, natsTransport, silentLog } from '@kubernats/client';
import { realClock, realIds, realRandom } from '@kubernats/clock';
import { createScheduler } from '@kubernats/scheduler';
import { afterEach, describe, expect, test } from 'vitest';
import { type Backbone, memoryBackbone, natsBackbone } from '../src/backbone.ts';

const IDENTITY = 'system:kube-scheduler';
const common = { cluster: 'default', clock: realClock, ids: realIds };

const node = (name: string): Node => ({
  metadata: { name, labels: { hostname: name } },
  status: { allocatable: { cpu: '4', memory: '8Gi', pods: '110' }, capacity: { cpu: '4', memory: '8Gi', pods: '110' } },
});
const pod = (name: string, memory: string): Pod => ({
  metadata: { name, namespace: 'default' },
  spec: { containers: [{ name: 'web', image: 'nginx', resources: { requests: { memory } } }] },
});

let cleanup = new AsyncDisposableStack();
afterEach(async () => {
  await cleanup.disposeAsync();
  cleanup = new AsyncDisposableStack();
});

async function started(backbone: Backbone) {
  cleanup.use(backbone);
  const errors: unknown[] = [];
  const bus = await backbone.connect(API_SERVER_IDENTITY);
  cleanup.defer(() => bus.close());
  const api = createApiServer({ ...common, bus, stores: backbone.stores, random: realRandom, log: silentLog });
  cleanup.use(api);
  await api.ready;
  const admin = createClient(api.transportFor({ ...API_SERVER_USER, name: 'admin', groups: ['system:masters'] }));
  const own = await backbone.connect(IDENTITY);
  cleanup.defer(() => own.close());
  const transport = natsTransport({ bus: own, cluster: 'default', identity: IDENTITY, clock: realClock, random: realRandom });
  return { admin, transport, client: createClient(transport), errors };
}

const until = async (holds: () => Promise<boolean>) => {
  while (!(await holds())) await realClock.sleep(5);
};

const backbones: [string, () => Promise<Backbone>][] = [
  ['memory', async () => memoryBackbone({ ...common, onError: () => {} })],
  ['NATS', () => natsBackbone({ ...common, onError: () => {} })],
];

describe.each(backbones)('the scheduler and the API server over the %s bus', (_name, backbone) => {
  test('Pods are bound, counted, explained and told of, under the scheduler’s own rights', async () => {
    const { admin, transport, client } = await started(await backbone());
    for (const name of ['node1', 'node2']) await admin.kind(Nodes).create(node(name));
    for (const name of ['node1', 'node2'])
      await admin.kind(Nodes).patch(name, undefined, 'merge', { status: node(name).status }, { subresource: 'status' });
    const informers = createInformerSet(transport);
    const scheduler = createScheduler(
      { client, informers, clock: realClock, random: realRandom },
      { leaderElection: { identity: 'test' } },
    );
    const stop = new AbortController();
    const done = Promise.all([informers.run(stop.signal), scheduler.run(stop.signal)]);
    await scheduler.ready;
    for (const name of ['a', 'b', 'c']) await admin.kind(Pods).create(pod(name, '5Gi'));
    const pods = async () => (await admin.kind(Pods).list({ namespace: 'default' })).items;
    const reasonOf = (each: Pod) => each.status?.conditions?.find((condition) => condition.type === 'PodScheduled')?.message;
    await until(async () => (await pods()).every((each) => each.spec?.nodeName || reasonOf(each)));
    const placed = (await pods()).map((each) => each.spec?.nodeName ?? reasonOf(each));
    expect(placed.sort()).toEqual([
      '0/2 nodes are available: 2 Insufficient memory. preemption: 0/2 nodes are available: 2 No preemption victims found for incoming pod.',
      'node1',
      'node2',
    ]);
    const waiting = (await pods()).find((each) => !each.spec?.nodeName);
    const bound = (await pods()).find((each) => each.spec?.nodeName);
    await admin.kind(Pods).delete(bound?.metadata?.name ?? '', 'default', { gracePeriodSeconds: 0 });
    await until(async () => Boolean((await admin.kind(Pods).get(waiting?.metadata?.name ?? '', 'default')).spec?.nodeName));
    const texts = async () => (await admin.kind(CoreEvents).list({ namespace: 'default' })).items.map((event: CoreEvent) => event.reason);
    await until(async () => (await texts()).filter((reason) => reason === 'Scheduled').length === 3);
    expect((await admin.kind(Leases).get('kube-scheduler', 'kube-system')).spec?.holderIdentity).toBe('test');
    stop.abort();
    await done;
    expect((await admin.kind(Leases).get('kube-scheduler', 'kube-system')).spec?.holderIdentity).toBe('');
  });

  test('an informer sees every change once, and a request without the right to it is Forbidden', async () => {
    const { admin, transport, client } = await started(await backbone());
    await admin.kind(Pods).create(pod('first', '1'));
    const informers = createInformerSet(transport);
    const informer = informers.of(Pods, { namespace: 'default' });
    const seen: string[] = [];
    informer.addHandler({
      add: (each) => seen.push(`add ${each.metadata?.name}`),
      update: (each) => seen.push(`update ${each.metadata?.labels?.step}`),
      delete: (each) => seen.push(`delete ${each.metadata?.name}`),
    });
    const stop = new AbortController();
    const done = informers.run(stop.signal);
    await informer.synced;
    await admin.kind(Pods).create(pod('second', '1'));
    for (const step of ['1', '2', '3']) await admin.kind(Pods).patch('second', 'default', 'merge', { metadata: { labels: { step } } });
    await admin.kind(Pods).delete('second', 'default', { gracePeriodSeconds: 0 });
    await until(async () => seen.includes('delete second'));
    expect(seen).toEqual(['add first', 'add second', 'update 1', 'update 2', 'update 3', 'delete second']);
    await expect(client.kind(ConfigMaps).create({ metadata: { name: 'x', namespace: 'default' } })).rejects.toMatchObject({
      reason: 'Forbidden',
    });
    stop.abort();
    await done;
  });
});
