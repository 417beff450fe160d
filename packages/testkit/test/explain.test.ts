import { ClusterRoleBindings, type Node, Nodes, type Pod, type PodSpec, Pods, PriorityClasses, ServiceAccounts } from '@kubernats/api';
import { API_SERVER_USER, createApiServer } from '@kubernats/apiserver';
import { API_SERVER_IDENTITY } from '@kubernats/bus';
import {
  type ApiResponse,
  type Client,
  createClient,
  createInformerSet,
  decodeJson,
  encodeJson,
  natsTransport,
  silentLog,
} from '@kubernats/client';
import { realClock, realIds, realRandom } from '@kubernats/clock';
import type { PodExplanation, WhatIf } from '@kubernats/explain';
import { createScheduler } from '@kubernats/scheduler';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Backbone, memoryBackbone, natsBackbone } from '../src/backbone.ts';

const SCHEDULER = 'system:kube-scheduler';
const common = { cluster: 'default', clock: realClock, ids: realIds };

const node = (name: string, memory: string, cpu = '4'): Node => ({
  metadata: { name, labels: { hostname: name, 'kubernetes.io/hostname': name } },
  status: { allocatable: { cpu, memory, pods: '110' }, capacity: { cpu, memory, pods: '110' } },
});
const pod = (name: string, requests: Record<string, string>, spec: Partial<PodSpec> = {}): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: 'default' },
  spec: { containers: [{ name: 'web', image: 'nginx', resources: { requests } }], ...spec },
});
const deployment = (name: string, replicas: number, requests: Record<string, string>, more: object = {}) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name },
  spec: {
    ...{ replicas, selector: { matchLabels: { app: name } } },
    template: {
      metadata: { labels: { app: name } },
      spec: { containers: [{ name: 'web', image: 'nginx', resources: { requests } }], ...more },
    },
  },
});

/** An API server and a scheduler, and nodes that nobody looks after. */
async function started(backbone: Backbone, nodes: Node[]) {
  const cleanup = new AsyncDisposableStack();
  cleanup.use(backbone);
  const bus = await backbone.connect(API_SERVER_IDENTITY);
  cleanup.defer(() => bus.close());
  const api = createApiServer({ ...common, bus, stores: backbone.stores, random: realRandom, log: silentLog });
  cleanup.use(api);
  await api.ready;
  const client = createClient(api.transportFor({ ...API_SERVER_USER, name: 'admin', groups: ['system:masters', 'system:authenticated'] }));
  await client
    .kind(ServiceAccounts)
    .create({ metadata: { name: 'default', namespace: 'default' } })
    .catch(() => {});
  for (const each of nodes) await client.kind(Nodes).create(each);
  for (const role of ['view', 'edit']) {
    const name = `${role}-all`;
    const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: role };
    await client
      .kind(ClusterRoleBindings)
      .create({ metadata: { name }, roleRef, subjects: [{ apiGroup: roleRef.apiGroup, kind: 'User', name: role }] });
  }
  async function scheduler() {
    const own = await backbone.connect(SCHEDULER);
    const transport = natsTransport({ bus: own, cluster: 'default', identity: SCHEDULER, clock: realClock, random: realRandom });
    const informers = createInformerSet(transport);
    const deps = {
      client: createClient(transport),
      informers,
      clock: realClock,
      random: realRandom,
      questions: { bus: own, cluster: 'default' },
    };
    const running = createScheduler(deps);
    const stop = new AbortController();
    const done = Promise.all([informers.run(stop.signal), running.run(stop.signal)]);
    await running.ready;
    const end = async (): Promise<void> => {
      stop.abort();
      await done;
      await own.close();
    };
    cleanup.defer(end);
    return { end, vanish: () => own.close() };
  }
  const ask = (user: string) =>
    api.transportFor({ name: user, groups: [user === 'admin' ? 'system:masters' : '', 'system:authenticated'] });
  const explain = (name: string, query: Record<string, string> = {}, user = 'admin'): Promise<ApiResponse> =>
    ask(user).request({
      verb: 'get',
      group: '',
      version: 'v1',
      resource: 'pods',
      namespace: 'default',
      name,
      subresource: 'explain',
      query,
    });
  const whatIf = (manifest: unknown, user = 'admin', namespace = 'default'): Promise<ApiResponse> =>
    ask(user).request({
      verb: 'create',
      group: '',
      version: 'v1',
      resource: 'namespaces',
      name: namespace,
      subresource: 'whatif',
      body: encodeJson(manifest),
    });
  return { client, scheduler, explain, whatIf, [Symbol.asyncDispose]: () => cleanup.disposeAsync() };
}

async function settled(client: Client, name: string): Promise<Pod> {
  for (;;) {
    const known = await client.kind(Pods).get(name, 'default');
    if (known.status?.conditions?.some(({ type }) => type === 'PodScheduled') || known.spec?.nodeName) return known;
    await realClock.sleep(5);
  }
}
const explanation = ({ code, body }: ApiResponse): PodExplanation => {
  expect({ code, text: code === 200 ? '' : new TextDecoder().decode(body) }).toEqual({ code: 200, text: '' });
  return decodeJson(body);
};
const outcome = (response: ApiResponse): WhatIf => explanation(response) as unknown as WhatIf;
const failure = ({ code, body }: ApiResponse) => ({ code, message: decodeJson<{ message: string }>(body).message });

describe('explain and what-if', () => {
  let cluster: Awaited<ReturnType<typeof started>>;
  beforeAll(async () => {
    cluster = await started(memoryBackbone({ ...common, onError: () => {} }), [
      node('node1', '8Gi'),
      node('node2', '16Gi'),
      node('node3', '1Gi'),
    ]);
    await cluster.scheduler();
  });
  afterAll(() => cluster[Symbol.asyncDispose]());

  test('P7: why a Pod is there is told as it was when it was decided, whatever has happened since', async () => {
    const { client, explain } = cluster;
    await client.kind(PriorityClasses).create({ metadata: { name: 'there' }, value: 1 });
    await client.kind(Pods).create(pod('web', {}));
    expect((await settled(client, 'web')).spec?.nodeName).toBe('node2');
    for (const name of ['later-1', 'later-2']) {
      await client.kind(Pods).create(pod(name, { memory: '5Gi' }));
      await settled(client, name);
    }
    await client.kind(Nodes).patch('node2', undefined, 'merge', { spec: { unschedulable: true } });
    const told = explanation(await explain('web'));
    expect(told).toMatchObject({
      apiVersion: 'kubernats.dev/v1',
      kind: 'PodExplanation',
      state: 'Bound',
      nodeName: 'node2',
      basis: 'Decision',
      notes: [],
    });
    expect(told.winner).toMatchObject({ nodeName: 'node2', advantage: 'MoreMemoryLeft', runnerUp: 'node1' });
    expect(told.nodes.map(({ nodeName }) => nodeName)).toEqual(['node2', 'node1', 'node3']);
    for (const { scores, total } of told.nodes) expect(scores.reduce((sum, { weighted }) => sum + weighted, 0)).toBe(total);
    expect(told.nodes[0]).toMatchObject({ podCount: 0, memoryLeftBytes: 16 * 1024 ** 3 });
    await client.kind(Nodes).patch('node2', undefined, 'merge', { spec: { unschedulable: null } });
  });

  test('P7: a Pending Pod is told what each node lacks, and when it is tried again', async () => {
    const { client, explain } = cluster;
    await client.kind(Pods).create(pod('huge', { cpu: '100' }, { nodeSelector: { hostname: 'node1' } }));
    await settled(client, 'huge');
    const told = explanation(await explain('huge'));
    expect(told).toMatchObject({ state: 'Pending', basis: 'Now', feasibleCount: 0, nodeCount: 3, attempts: 1 });
    expect(told.message).toMatch(/^0\/3 nodes are available: 1 Insufficient cpu, 2 node\(s\) didn't match Pod's node affinity\/selector\./);
    expect(told.refused).toMatchObject([
      { plugin: 'NodeAffinity', count: 2, preemptionHelps: false, nodeNames: ['node2', 'node3'] },
      { plugin: 'NodeResourcesFit', reasons: ['Insufficient cpu'], count: 1, nodeNames: ['node1'] },
    ]);
    // Beyond the first refusal, which is the one that counts, the others are told as well.
    expect(told.nodes.find(({ nodeName }) => nodeName === 'node2')?.refusals.map(({ plugin }) => plugin)).toEqual([
      'NodeAffinity',
      'NodeResourcesFit',
    ]);
    const one = explanation(await explain('huge', { node: 'node1' }));
    expect(one.nodes.map(({ nodeName }) => nodeName)).toEqual(['node1']);
    expect(explanation(await explain('huge', { node: '__proto__' })).notes).toEqual(['there is no node "__proto__"']);
  });

  test('who else must act is told: gates, another scheduler, the end of the Pod', async () => {
    const { client, explain } = cluster;
    await client.kind(Pods).create(pod('gated', {}, { schedulingGates: [{ name: 'example.com/wait' }] }));
    expect(explanation(await explain('gated'))).toMatchObject({
      state: 'Waiting',
      waitsFor: ['whoever takes away the scheduling gate "example.com/wait"'],
      winner: { nodeName: expect.any(String) },
    });
    await client.kind(Pods).create(pod('foreign', {}, { schedulerName: 'mine.example.com' }));
    expect(failure(await explain('foreign'))).toEqual({
      code: 503,
      message:
        'pod "foreign" waits for it: no scheduler of the name "mine.example.com" answers: it does not run, or none of its replicas leads yet',
    });
  });

  test.each([
    ['none', {}, 'admin', 404, 'pods "none" not found'],
    ['constructor', {}, 'admin', 404, 'pods "constructor" not found'],
    ['web', { limit: 'x' }, 'admin', 400, 'limit must be a whole number, not "x"'],
    ['web', {}, 'nobody', 403, 'User "nobody" cannot get resource "pods/explain" in API group "" in the namespace "default"'],
    ['web', {}, 'view', 200, undefined],
  ])('explain %s %j as %s: %i', async (name, query, user, code, message) => {
    const answer = await cluster.explain(name, query, user);
    expect(failure(answer)).toEqual({ code, message: message === undefined ? undefined : expect.stringContaining(message) });
  });

  test('P7: what-if places one Pod after the other, and leaves everything as it is', async () => {
    const { client, whatIf } = cluster;
    const before = await client.kind(Pods).list({ namespace: 'default' });
    const answer = outcome(await whatIf(deployment('fleet', 1000, { memory: '3Gi' })));
    const [fleet] = answer.workloads;
    expect(fleet).toMatchObject({ name: 'Deployment default/fleet', wanted: 1000, victims: [] });
    const placed = fleet?.placed.reduce((sum, { count }) => sum + count, 0) ?? 0;
    expect(placed).toBeGreaterThan(0);
    expect(fleet?.pending).toEqual([
      { count: 1000 - placed, message: expect.stringMatching(/^0\/3 nodes are available: 3 Insufficient memory\./) },
    ]);
    for (const { memoryBytes } of answer.nodes) expect(memoryBytes.requested).toBeLessThanOrEqual(memoryBytes.allocatable);
    const after = await client.kind(Pods).list({ namespace: 'default' });
    expect(after.items.length).toBe(before.items.length);
  });

  test('what-if plans with nodes that are not there', async () => {
    const manifest = {
      apiVersion: 'v1',
      kind: 'List',
      items: [{ ...node('big', '64Gi', '32'), apiVersion: 'v1', kind: 'Node' }, deployment('fleet', 4, { memory: '15Gi' })],
    };
    const answer = outcome(await cluster.whatIf(manifest, 'edit'));
    expect(answer.workloads).toMatchObject([{ placed: [{ nodeName: 'big', count: 4 }], pending: [] }]);
    expect(answer.nodes).toMatchObject([{ nodeName: 'big', added: true, placed: 4, pods: { requested: 4, allocatable: 110 } }]);
  });

  test('what-if counts the change alone of a workload that is there', async () => {
    const { client, whatIf } = cluster;
    const template = {
      metadata: { labels: { app: 'rs' } },
      spec: { containers: [{ name: 'web', image: 'nginx', resources: { requests: { memory: '100Mi' } } }] },
    };
    const set = {
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      metadata: { name: 'rs', namespace: 'default' },
      spec: { replicas: 1, selector: { matchLabels: { app: 'rs' } }, template },
    };
    const { ReplicaSets } = await import('@kubernats/api');
    const created = await client.kind(ReplicaSets).create(set);
    const owner = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'rs', uid: created.metadata?.uid ?? '', controller: true };
    const one = pod('rs-1', { memory: '100Mi' });
    await client.kind(Pods).create({ ...one, metadata: { ...one.metadata, labels: { app: 'rs' }, ownerReferences: [owner] } });
    await settled(client, 'rs-1');
    const more = outcome(await whatIf({ ...set, spec: { ...set.spec, replicas: 3 } }));
    expect(more).toMatchObject({
      workloads: [{ wanted: 2, pending: [] }],
      notes: ['ReplicaSet default/rs is there already, with 1 Pods: 2 more are tried'],
    });
    const fewer = outcome(await whatIf({ ...set, spec: { ...set.spec, replicas: 0 } }));
    expect(fewer.workloads).toMatchObject([{ wanted: 0, placed: [] }]);
    expect(fewer.nodes).toHaveLength(1);
    const other = { ...template, spec: { containers: [{ name: 'web', image: 'nginx:2' }] } };
    expect(outcome(await whatIf({ ...set, spec: { ...set.spec, template: other } })).workloads).toMatchObject([{ wanted: 1 }]);
  });

  test('what-if knows the kinds that make Pods, and says what it does not look at', async () => {
    const template = {
      metadata: { labels: { app: 'a' } },
      spec: { containers: [{ name: 'c', image: 'nginx', volumeMounts: [{ name: 'data', mountPath: '/data' }] }] },
    };
    const plain = { metadata: { labels: { app: 'a' } }, spec: { containers: [{ name: 'c', image: 'nginx' }], restartPolicy: 'Never' } };
    const selector = { matchLabels: { app: 'a' } };
    const claim = { metadata: { name: 'data' }, spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } } };
    const always = { ...plain, spec: { ...plain.spec, restartPolicy: 'Always' } };
    const items = [
      {
        apiVersion: 'apps/v1',
        kind: 'StatefulSet',
        metadata: { name: 'db' },
        spec: { serviceName: 'db', replicas: 2, selector, template, volumeClaimTemplates: [claim] },
      },
      {
        apiVersion: 'apps/v1',
        kind: 'DaemonSet',
        metadata: { name: 'log' },
        spec: { selector, template: { ...always, spec: { ...always.spec, nodeSelector: { hostname: 'node3' } } } },
      },
      { apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'job' }, spec: { parallelism: 3, completions: 2, template: plain } },
      {
        apiVersion: 'batch/v1',
        kind: 'CronJob',
        metadata: { name: 'cron' },
        spec: { schedule: '* * * * *', jobTemplate: { spec: { template: plain } } },
      },
      { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings' } },
      pod('gate', {}, { schedulingGates: [{ name: 'wait' }] }),
    ];
    const { workloads, notes } = outcome(await cluster.whatIf({ apiVersion: 'v1', kind: 'List', items }));
    expect(workloads.map(({ name, wanted, placed }) => [name, wanted, placed.reduce((sum, { count }) => sum + count, 0)])).toEqual([
      ['StatefulSet default/db', 2, 2],
      ['DaemonSet default/log', 1, 1],
      ['Job default/job', 2, 2],
      ['CronJob default/cron', 1, 1],
      ['Pod default/gate', 1, 0],
    ]);
    expect(notes).toEqual([
      'StatefulSet default/db: the claim data is not there yet, and is taken to be bound wherever a Pod goes',
      'ConfigMap default/settings makes no Pods: it is not looked at',
    ]);
  });

  test.each<[string, unknown, string, number, string]>([
    [
      'a typo',
      deployment('typo', 10_000, {}),
      'admin',
      400,
      'the manifest asks for 10000 Pods, with Deployment default/typo: at most 5000 are tried at a time',
    ],
    ['an unknown field', { ...pod('a', {}), spek: {} }, 'admin', 400, 'unknown field "spek"'],
    [
      'a PriorityClass that is too high',
      { apiVersion: 'scheduling.k8s.io/v1', kind: 'PriorityClass', metadata: { name: 'boss' }, value: 2_000_000_000 },
      'admin',
      422,
      'value: Forbidden: maximum allowed value of a user defined priority is 1000000000',
    ],
    [
      'a PriorityClass that would change',
      { apiVersion: 'scheduling.k8s.io/v1', kind: 'PriorityClass', metadata: { name: 'there' }, value: 2 },
      'admin',
      422,
      'value: Forbidden: may not be changed in an update.',
    ],
    ['an invalid value', deployment('bad', -1, {}), 'admin', 422, 'spec.replicas: Invalid value: -1'],
    ['a Pod template that is wrong', deployment('bad', 1, { memory: '-1Gi' }), 'admin', 422, 'Invalid value: "-1Gi"'],
    ['a Pod that is there', pod('web', {}), 'admin', 409, 'pods "web" already exists'],
    [
      'an unknown kind',
      { apiVersion: 'example.com/v1', kind: '__proto__' },
      'admin',
      400,
      'no matches for kind "__proto__" in version "example.com/v1"',
    ],
    ['no object', [1], 'admin', 400, 'the manifest is no object with apiVersion and kind'],
    ['a node of no size', { apiVersion: 'v1', kind: 'Node', metadata: { name: 'n' } }, 'admin', 400, 'node "n": status.allocatable'],
    [
      'who may not create Pods',
      pod('a', {}),
      'view',
      403,
      'User "view" cannot create resource "pods" in API group "" in the namespace "default"',
    ],
  ])('what-if refuses %s', async (_name, manifest, user, code, message) => {
    expect(failure(await cluster.whatIf(manifest, user))).toEqual({ code, message: expect.stringContaining(message) });
  });
});

test('R2: over NATS, a scheduler that has started since says what it does not know; one that is gone is missed', async () => {
  await using cluster = await started(await natsBackbone({ ...common, onError: () => {} }), [node('node1', '8Gi')]);
  const { client, explain } = cluster;
  await client.kind(Pods).create(pod('web', {}));
  expect(failure(await explain('web')).code).toBe(503);
  const first = await cluster.scheduler();
  await settled(client, 'web');
  expect(explanation(await explain('web')).basis).toBe('Decision');
  await first.end();
  await cluster.scheduler();
  const told = explanation(await explain('web'));
  expect(told).toMatchObject({ state: 'Bound', nodeName: 'node1', basis: 'Now', winner: { nodeName: 'node1', advantage: 'OnlyOne' } });
  expect(told.notes).toEqual([expect.stringContaining('the decision is not known (any more)')]);
});
