import type { Pod, PodSpec } from '@kubernats/api';
import { createClient, createInformerSet } from '@kubernats/client';
import { SteppedClock, seededRandom } from '@kubernats/clock';
import { describe, expect, test } from 'vitest';
import { createScheduler } from '../src/index.ts';
import { followWorkloads } from '../src/loop/workloads.ts';
import { FakeApi } from './fake-api.ts';

const ZONE = 'topology.kubernetes.io/zone';
const owner = (apiVersion: string, kind: string) => ({
  ownerReferences: [{ apiVersion, kind, name: 'web', uid: '1', controller: true }],
});
const pod = (name: string, metadata: Pod['metadata'] = {}, spec: Partial<PodSpec> = {}): Pod => ({
  metadata: { name, namespace: 'default', labels: { app: 'web', hash: 'x' }, generation: 1, ...metadata },
  spec: { schedulerName: 'default-scheduler', containers: [{ name: 'web' }], ...spec },
});
const metadata = { name: 'web', namespace: 'default' };

describe('what a Pod belongs to, for the default constraints', () => {
  const api = new FakeApi();
  api.put('services', { metadata, spec: { selector: { app: 'web' } } } as object);
  api.put('services', { metadata: { ...metadata, name: 'narrow' }, spec: { selector: { app: 'web', tier: 'front' } } } as object);
  api.put('services', { metadata: { ...metadata, name: 'by-hand' }, spec: {} } as object);
  api.put('services', { metadata: { ...metadata, namespace: 'other' }, spec: { selector: { hash: 'x' } } } as object);
  api.put('replicationcontrollers', { metadata, spec: { selector: { rc: 'web' } } } as object);
  api.put('replicasets', { metadata, spec: { selector: { matchLabels: { rs: 'web' } } } } as object);
  api.put('statefulsets', { metadata, spec: { selector: { matchExpressions: [{ key: 'set', operator: 'Exists' }] } } } as object);
  const informers = createInformerSet(api);
  const workloads = followWorkloads(informers);
  void informers.run(new AbortController().signal);

  test.each<[string, Pod, string]>([
    ['a Service that selects it', pod('a'), 'app=web'],
    ['two Services', pod('a', { labels: { app: 'web', tier: 'front' } }), 'app=web,app=web,tier=front'],
    ['no Service', pod('a', { labels: { app: 'other' } }), ''],
    ['a Service of its own namespace', pod('a', { namespace: 'other' }), 'hash=x'],
    ['a ReplicaSet', pod('a', { labels: {}, ...owner('apps/v1', 'ReplicaSet') }), 'rs=web'],
    ['a Service and a ReplicaSet', pod('a', owner('apps/v1', 'ReplicaSet')), 'app=web,rs=web'],
    ['a ReplicationController', pod('a', { labels: {}, ...owner('v1', 'ReplicationController') }), 'rc=web'],
    ['a StatefulSet', pod('a', { labels: {}, ...owner('apps/v1', 'StatefulSet') }), 'set'],
    ['another controller', pod('a', { labels: {}, ...owner('batch/v1', 'Job') }), ''],
    ['one that is gone', pod('a', { labels: {}, namespace: 'gone', ...owner('apps/v1', 'ReplicaSet') }), ''],
  ])('%s', async (_what, of, expected) => {
    await workloads.synced;
    const selector = workloads.selectorOf(of);
    expect([selector.toString(), selector.empty]).toEqual([expected, expected === '']);
  });
});

async function start() {
  const api = new FakeApi();
  const clock = new SteppedClock();
  const informers = createInformerSet(api);
  const scheduler = createScheduler({ client: createClient(api), informers, clock, random: seededRandom(1) });
  const stop = new AbortController();
  void Promise.all([informers.run(stop.signal), scheduler.run(stop.signal)]);
  const node = (name: string, zone: string, memory: string) =>
    api.put('nodes', {
      metadata: { name, labels: { [ZONE]: zone, 'kubernetes.io/hostname': name } },
      status: { allocatable: { cpu: '64', memory, pods: '110' } },
    } as object);
  const add = async (of: Pod) => {
    api.put('pods', of);
    await clock.advance(10);
    return api.pod(of.metadata?.name ?? '')?.spec?.nodeName;
  };
  return { api, clock, node, add };
}

test('P7: Pods of a ReplicaSet that say nothing spread over the zones, though one has all the room', async () => {
  const { api, node, add } = await start();
  api.put('replicasets', { metadata, spec: { selector: { matchLabels: { app: 'web' } } } } as object);
  for (const name of ['big1', 'big2', 'big3']) node(name, 'a', '64Gi');
  node('small', 'b', '4Gi');
  const owned = owner('apps/v1', 'ReplicaSet');
  expect([await add(pod('a', owned)), await add(pod('b', owned))]).toEqual(['big1', 'small']);
  expect(await add(pod('alone', { labels: { app: 'alone' } }))).toBe('big2');
});

test('P7: a Pod that would be one too many waits until there is one more elsewhere', async () => {
  const { api, clock, node, add } = await start();
  node('node1', 'a', '8Gi');
  node('node2', 'b', '8Gi');
  const constraint = { topologyKey: ZONE, maxSkew: 1, whenUnsatisfiable: 'DoNotSchedule', labelSelector: { matchLabels: { app: 'web' } } };
  const onNode1 = (name: string) =>
    pod(name, {}, { nodeSelector: { [ZONE]: 'a' }, topologySpreadConstraints: [{ ...constraint, nodeAffinityPolicy: 'Ignore' }] });
  expect([await add(onNode1('a')), await add(onNode1('b'))]).toEqual(['node1', undefined]);
  expect(api.condition('b')?.message).toContain("1 node(s) didn't match pod topology spread constraints");
  expect(await add(pod('c', {}, { topologySpreadConstraints: [constraint] }))).toBe('node2');
  await clock.advance(1_000);
  expect(api.pod('b')?.spec?.nodeName).toBe('node1');
});

describe('a Pod that is refused for its memory first, and then would be one too many', () => {
  const labelSelector = { matchLabels: { app: 'web' } };
  const spread = { topologyKey: ZONE, maxSkew: 1, whenUnsatisfiable: 'DoNotSchedule', labelSelector, nodeAffinityPolicy: 'Ignore' };
  const inZone = (zone: string, more: Partial<PodSpec> = {}): Partial<PodSpec> => ({ nodeSelector: { [ZONE]: zone }, ...more });
  const withMemory = (memory: string) => [{ name: 'web', resources: { requests: { memory } } }];
  const filler = pod('filler', { labels: {} }, inZone('a', { containers: withMemory('1Gi') }));

  async function startFull() {
    const started = await start();
    const { node, add } = started;
    node('node1', 'a', '1Gi');
    node('node2', 'b', '1Gi');
    expect([await add(filler), await add(pod('a', {}, inZone('a', { priority: 1 })))]).toEqual(['node1', 'node1']);
    return started;
  }

  test('P7: is tried when there is one more elsewhere, though its node has had memory for long', async () => {
    const { api, clock, add } = await startFull();
    const waits = pod('waits', {}, inZone('a', { containers: withMemory('1Gi'), topologySpreadConstraints: [spread] }));
    expect(await add(waits)).toBeUndefined();
    expect(api.condition('waits')?.message).toContain('1 Insufficient memory');
    api.remove('pods', 'default/filler');
    await clock.advance(60_000);
    expect(api.pod('waits')?.spec?.nodeName).toBeUndefined();
    expect(await add(pod('b', {}, inZone('b')))).toBe('node2');
    await clock.advance(10_000);
    expect(api.pod('waits')?.spec?.nodeName).toBe('node1');
  });

  test('P7: takes the place of others when there is one more elsewhere', async () => {
    const { api, clock, add } = await startFull();
    const important = inZone('a', { priority: 1, containers: withMemory('1Gi'), topologySpreadConstraints: [spread] });
    expect(await add(pod('important', {}, important))).toBeUndefined();
    const told = "preemption: 0/2 nodes are available: 1 Preemption is not helpful for scheduling, 1 node(s) didn't match pod topology";
    expect(api.condition('important')?.message).toContain(told);
    await clock.advance(60_000);
    expect(api.pod('filler')?.metadata?.deletionTimestamp).toBeUndefined();
    expect(await add(pod('b', {}, inZone('b')))).toBe('node2');
    await clock.advance(10_000);
    expect(api.pod('important')?.status?.nominatedNodeName).toBe('node1');
  });
});
