import { ControllerRevisions, type DaemonSet, DaemonSets, Nodes, type Pod, Pods } from '@kubernats/api';
import { createInformer } from '@kubernats/client';
import { describe, expect, test } from 'vitest';
import { startCluster, type TestCluster } from '../../src/index.ts';
import { eventsAbout, inDefault, isReady, readyPods } from './objects.ts';

const status = { nodes: 3, fidelity: 'status' } as const;

function daemonSet(spec: Partial<NonNullable<DaemonSet['spec']>> = {}, nodeSelector?: Record<string, string>): DaemonSet {
  return {
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: { name: 'log', namespace: 'default' },
    spec: {
      selector: { matchLabels: { app: 'log' } },
      template: {
        metadata: { labels: { app: 'log' } },
        spec: { containers: [{ name: 'log', image: 'registry.test/log:1' }], nodeSelector },
      },
      ...spec,
    },
  };
}

const image = (tag: string) => ({ spec: { template: { spec: { containers: [{ name: 'log', image: `registry.test/log:${tag}` }] } } } });
const nodesOf = (pods: readonly Pod[]): (string | undefined)[] => pods.map(({ spec }) => spec?.nodeName).sort();

/** What `kubectl rollout status` waits for. */
const rolledOut = (cluster: TestCluster, count: number): Promise<DaemonSet> =>
  cluster.waitFor(
    DaemonSets,
    ({ metadata, status }) =>
      status?.observedGeneration === metadata?.generation &&
      status?.desiredNumberScheduled === count &&
      status.updatedNumberScheduled === count &&
      status.numberAvailable === count,
    inDefault(),
  );

test('P6: a DaemonSet has one Pod on each node, which the scheduler binds to that node alone', async () => {
  await using cluster = await startCluster(status);
  await cluster.apply(daemonSet());
  const pods = await readyPods(cluster, 'log', 3);
  const now = await rolledOut(cluster, 3);
  expect(now.status).toEqual({
    currentNumberScheduled: 3,
    desiredNumberScheduled: 3,
    numberMisscheduled: 0,
    numberReady: 3,
    numberAvailable: 3,
    updatedNumberScheduled: 3,
    observedGeneration: 1,
  });
  expect(nodesOf(pods)).toEqual(['node1', 'node2', 'node3']);
  const [revision] = (await cluster.client.kind(ControllerRevisions).list(inDefault())).items;
  const hash = revision?.metadata?.labels?.['controller-revision-hash'];
  expect(revision?.metadata?.name).toBe(`log-${hash}`);
  const pod = await cluster.client.kind(Pods).get(pods[0]?.metadata?.name ?? '', 'default');
  expect(pod.metadata?.labels).toEqual({ app: 'log', 'controller-revision-hash': hash, 'pod-template-generation': '1' });
  expect(pod.spec?.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution).toEqual({
    nodeSelectorTerms: [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: [pod.spec?.nodeName] }] }],
  });
  const keys = pod.spec?.tolerations?.map(({ key, effect }) => `${key?.replace('node.kubernetes.io/', '')}:${effect}`);
  expect(keys).toEqual([
    'not-ready:NoExecute',
    'unreachable:NoExecute',
    'disk-pressure:NoSchedule',
    'memory-pressure:NoSchedule',
    'pid-pressure:NoSchedule',
    'unschedulable:NoSchedule',
  ]);
  expect((await eventsAbout(cluster, 'log', 'SuccessfulCreate')).sort()).toEqual(
    pods.map(({ metadata }) => `Created pod: ${metadata?.name}`).sort(),
  );
});

test('P6: it follows the labels and taints of nodes', async () => {
  await using cluster = await startCluster(status);
  const nodes = cluster.client.kind(Nodes);
  await nodes.patch('node1', undefined, 'merge', { metadata: { labels: { disk: 'ssd' } } });
  await cluster.apply(daemonSet({}, { disk: 'ssd' }));
  expect(nodesOf(await readyPods(cluster, 'log', 1))).toEqual(['node1']);
  await nodes.patch('node2', undefined, 'merge', { metadata: { labels: { disk: 'ssd' } } });
  expect(nodesOf(await readyPods(cluster, 'log', 2))).toEqual(['node1', 'node2']);
  await nodes.patch('node1', undefined, 'merge', { metadata: { labels: { disk: null } } });
  expect(nodesOf(await readyPods(cluster, 'log', 1))).toEqual(['node2']);
  // A Pod that may not come may stay.
  await nodes.patch('node2', undefined, 'merge', { spec: { taints: [{ key: 'own', effect: 'NoSchedule' }] } });
  const held = await cluster.waitFor(DaemonSets, ({ status }) => status?.numberMisscheduled === 1, inDefault());
  expect(held.status).toMatchObject({ desiredNumberScheduled: 0, currentNumberScheduled: 0 });
  expect(await readyPods(cluster, 'log', 1)).toHaveLength(1);
  await nodes.patch('node2', undefined, 'merge', { spec: { taints: [{ key: 'own', effect: 'NoExecute' }] } });
  await cluster.waitForAll(Pods, (all) => all.length === 0, inDefault());
});

describe('a roll-out', () => {
  test('replaces a Pod at a time; a rollback takes the earlier revision again', async () => {
    await using cluster = await startCluster(status);
    const sets = cluster.client.kind(DaemonSets);
    await cluster.apply(daemonSet());
    await rolledOut(cluster, 3);
    const [first] = (await cluster.client.kind(ControllerRevisions).list(inDefault())).items;
    await sets.patch('log', 'default', 'strategic', image('2'));
    await rolledOut(cluster, 3);
    const pods = await readyPods(cluster, 'log', 3);
    expect(new Set(pods.map(({ spec }) => spec?.containers[0]?.image))).toEqual(new Set(['registry.test/log:2']));
    // What `kubectl rollout undo` sends.
    await sets.patch('log', 'default', 'strategic', first?.data as object);
    const undone = await rolledOut(cluster, 3);
    expect(undone.metadata?.annotations?.['deprecated.daemonset.template.generation']).toBe('3');
    const revisions = (await cluster.client.kind(ControllerRevisions).list(inDefault())).items;
    expect(revisions.find(({ metadata }) => metadata?.name === first?.metadata?.name)?.revision).toBe(3);
    expect(revisions).toHaveLength(2);
  });

  test('with surge has a new Pod beside the old one until it is available', async () => {
    await using cluster = await startCluster(status);
    await cluster.apply(daemonSet({ updateStrategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } } }));
    await rolledOut(cluster, 3);
    const counts: { living: number; ready: number }[] = [];
    const stop = new AbortController();
    const pods = createInformer<Pod>({ transport: cluster.client.transport, target: Pods, namespace: 'default' });
    const following = pods.run(stop.signal);
    await pods.synced;
    const count = (): void => {
      const living = pods.list().filter(({ metadata }) => metadata?.deletionTimestamp === undefined);
      counts.push({ living: living.length, ready: living.filter(isReady).length });
    };
    pods.addHandler({ add: count, update: count, delete: count });
    await cluster.client.kind(DaemonSets).patch('log', 'default', 'strategic', image('2'));
    await rolledOut(cluster, 3);
    await readyPods(cluster, 'log', 3);
    stop.abort();
    await following;
    expect(Math.max(...counts.map(({ living }) => living))).toBe(4);
    expect(Math.min(...counts.map(({ ready }) => ready))).toBe(3);
  });

  test('OnDelete leaves old Pods until somebody deletes them', async () => {
    await using cluster = await startCluster(status);
    await cluster.apply(daemonSet({ updateStrategy: { type: 'OnDelete' } }));
    await rolledOut(cluster, 3);
    await cluster.client.kind(DaemonSets).patch('log', 'default', 'strategic', image('2'));
    await cluster.waitFor(DaemonSets, ({ status }) => status?.observedGeneration === 2 && !status.updatedNumberScheduled, inDefault());
    const [pod] = await readyPods(cluster, 'log', 3);
    await cluster.client.kind(Pods).delete(pod?.metadata?.name ?? '', 'default');
    const now = await cluster.waitFor(
      DaemonSets,
      ({ status }) => status?.updatedNumberScheduled === 1 && status.numberAvailable === 3,
      inDefault(),
    );
    expect(now.status?.desiredNumberScheduled).toBe(3);
  });
});
