import type { Pod, PodMetrics } from '@kubernats/api';
import { nodeSubject } from '@kubernats/bus';
import type { NodeProxyHello, PodStats, StatsQuestion, StatsSummary } from '@kubernats/client';
import { pathNotFound } from '@kubernats/errors';
import { describe, expect, test } from 'vitest';
import { clusterOfFile, pod } from './support/cluster-of-file.ts';

const cluster = await clusterOfFile();
const { door, namespace } = cluster;
const { admin } = door;
const METRICS = '/apis/metrics.k8s.io/v1beta1';
const TIME = '2026-01-01T00:00:10Z';

const numbers = (nanoCores: number, bytes: number) => ({
  startTime: '2026-01-01T00:00:00Z',
  cpu: { time: TIME, usageNanoCores: nanoCores, usageCoreNanoSeconds: 0 },
  memory: { time: TIME, workingSetBytes: bytes },
});

/** A node that knows of some Pods; it remembers what it was asked. */
async function nodeWith(name: string, pods: PodStats[]): Promise<StatsQuestion[]> {
  await admin.post('/api/v1/nodes', { kind: 'Node', metadata: { name, labels: { node: name } } });
  const asked: StatsQuestion[] = [];
  const bus = cluster.busServer.connect({ identity: `system:node:${name}` });
  bus.subscribe(nodeSubject('default', name, 'stats'), (message) => {
    asked.push(JSON.parse(new TextDecoder().decode(message.data)) as StatsQuestion);
    const answer: StatsSummary = { node: { nodeName: name, ...numbers(1_500_000_001, 3 * 2 ** 20) }, pods };
    message.respond(new TextEncoder().encode(JSON.stringify(answer)));
  });
  bus.acceptStreams(nodeSubject('default', name, 'proxy'), async (hello, stream) => {
    const { path, query } = JSON.parse(new TextDecoder().decode(hello)) as NodeProxyHello;
    if (path === 'nothing') throw pathNotFound();
    await stream.write(new TextEncoder().encode(`${path} ${JSON.stringify(query)}`));
    await stream.end();
  });
  return asked;
}

async function runningPod(at: string, name: string, nodeName: string, labels: Record<string, string> = {}): Promise<PodStats> {
  const draft = pod(name, { nodeName });
  const made = JSON.parse((await admin.post(`${at}/pods`, { ...draft, metadata: { ...draft.metadata, labels } })).text) as Pod;
  await admin.patch(`${at}/pods/${name}/status`, { status: { phase: 'Running' } });
  const { uid = '', namespace: ns = '' } = made.metadata ?? {};
  const containers = ['c', 'side'].map((container) => ({ name: container, ...numbers(1_250_000, 2 ** 20) }));
  return { podRef: { name, namespace: ns, uid }, containers, ...numbers(2_500_000, 2 ** 21) };
}

const items = (text: string): PodMetrics[] => (JSON.parse(text) as { items: PodMetrics[] }).items;

describe('P5: metrics.k8s.io', () => {
  test('Pods are told of by their nodes, each asked once, and selected as Pods are', async () => {
    const { at, ns } = await namespace();
    const stats = [
      await runningPod(at, 'a', 'm1', { app: 'x' }),
      await runningPod(at, 'b', 'm1'),
      await runningPod(at, 'c', 'm1', { app: 'x' }),
    ];
    await runningPod(at, 'lost', 'nowhere');
    await admin.post(`${at}/pods`, pod('unbound', {}));
    const asked = await nodeWith('m1', stats);
    const all = await admin.get(`${METRICS}/namespaces/${ns}/pods`);
    expect(all.code).toBe(200);
    expect(JSON.parse(all.text)).toMatchObject({ kind: 'PodMetricsList', apiVersion: 'metrics.k8s.io/v1beta1', metadata: {} });
    expect(items(all.text).map(({ metadata }) => metadata?.name)).toEqual(['a', 'b', 'c']);
    expect(asked).toEqual([{ onlyCpuAndMemory: true }]);
    expect(items(all.text)[0]).toMatchObject({
      kind: 'PodMetrics',
      metadata: { name: 'a', namespace: ns, labels: { app: 'x' } },
      timestamp: TIME,
      window: '10s',
      containers: [
        { name: 'c', usage: { cpu: '1250u', memory: '1Mi' } },
        { name: 'side', usage: { cpu: '1250u', memory: '1Mi' } },
      ],
    });
    const some = await admin.get(`${METRICS}/namespaces/${ns}/pods?labelSelector=app%3Dx`);
    expect(items(some.text).map(({ metadata }) => metadata?.name)).toEqual(['a', 'c']);
    expect(items((await admin.get(`${METRICS}/pods?fieldSelector=metadata.name%3Db`)).text)).toHaveLength(1);
    expect(JSON.parse((await admin.get(`${METRICS}/namespaces/${ns}/pods/b`)).text)).toMatchObject({ metadata: { name: 'b' } });
    const lost = await admin.get(`${METRICS}/namespaces/${ns}/pods/lost`);
    expect([lost.code, (JSON.parse(lost.text) as { message: string }).message]).toEqual([
      404,
      `podmetrics.metrics.k8s.io "${ns}/lost" not found`,
    ]);
    expect((await admin.get(`${METRICS}/namespaces/${ns}/pods/nobody`)).code).toBe(404);
  });

  test('nodes that are off have none; a table has the columns of metrics-server', async () => {
    const asked = await nodeWith('m2', []);
    await admin.post('/api/v1/nodes', { kind: 'Node', metadata: { name: 'm3', labels: { node: 'm2' } } });
    const list = await admin.get(`${METRICS}/nodes?labelSelector=node%3Dm2`);
    expect(JSON.parse(list.text)).toMatchObject({
      kind: 'NodeMetricsList',
      items: [{ metadata: { name: 'm2' }, window: '10s', usage: { cpu: '1500000001n', memory: '3Mi' } }],
    });
    expect(asked).toEqual([{ onlyCpuAndMemory: true, withoutPods: true }]);
    expect((await admin.get(`${METRICS}/nodes/m3`)).code).toBe(404);
    const accept = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json';
    const table = JSON.parse((await admin.get(`${METRICS}/nodes/m2`, { accept })).text) as {
      columnDefinitions: { name: string }[];
      rows: { cells: unknown[] }[];
    };
    expect(table.columnDefinitions.map(({ name }) => name)).toEqual(['Name', 'cpu', 'memory', 'Window']);
    expect(table.rows[0]?.cells).toEqual(['m2', '1500000001n', '3Mi', '10s']);
  });

  test.each([
    ['POST', `${METRICS}/nodes`, 405],
    ['DELETE', `${METRICS}/nodes/m1`, 405],
    ['GET', `${METRICS}/nodes?watch=true`, 405],
    ['GET', `${METRICS}/nodes/nobody`, 404],
    ['GET', `${METRICS}/pods?labelSelector=%3D%3D`, 400],
    ['GET', `${METRICS}/pods?fieldSelector=spec.nodeName%3Da`, 400],
  ])('%s %s is %d', async (method, path, code) => {
    expect((await admin.send(method, path, method === 'POST' ? { body: {} } : {})).code).toBe(code);
  });
});

describe('nodes/proxy', () => {
  test('shows what the node serves', async () => {
    await nodeWith('p1', []);
    const summary = await admin.get('/api/v1/nodes/p1/proxy/stats/summary?only_cpu_and_memory=true');
    expect([summary.code, summary.headers['content-type'], summary.text]).toEqual([
      200,
      'application/json',
      'stats/summary {"only_cpu_and_memory":"true"}',
    ]);
    expect((await admin.get('/api/v1/nodes/p1/proxy/metrics')).headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect((await admin.get('/api/v1/nodes/p1/proxy/nothing')).code).toBe(404);
    expect((await admin.get('/api/v1/nodes/nobody/proxy/metrics')).code).toBe(404);
    await admin.post('/api/v1/nodes', { kind: 'Node', metadata: { name: 'p2' } });
    const off = await admin.get('/api/v1/nodes/p2/proxy/metrics');
    expect([off.code, (JSON.parse(off.text) as { message: string }).message]).toEqual([
      503,
      'error trying to reach service: node "p2" does not answer',
    ]);
  });
});
