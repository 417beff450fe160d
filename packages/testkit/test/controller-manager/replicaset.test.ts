import { CoreEvents, type Pod, Pods, type ReplicaSet, ReplicaSets } from '@kubernats/api';
import { expect, test } from 'vitest';
import { startCluster, type TestCluster } from '../../src/index.ts';
import { eventsAbout, inDefault, namesOf, ownerUidOf, readyPods } from './objects.ts';

const status = { nodes: 2, fidelity: 'status' } as const;

function replicaSet(name: string, replicas: number): ReplicaSet {
  return {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: { name, namespace: 'default' },
    spec: {
      replicas,
      selector: { matchLabels: { app: name } },
      template: { metadata: { labels: { app: name } }, spec: { containers: [{ name: 'web', image: 'registry.test/web' }] } },
    },
  };
}

async function started(cluster: TestCluster, replicas: number): Promise<{ uid: string; pods: Pod[] }> {
  const [made] = await cluster.apply(replicaSet('web', replicas));
  return { uid: made?.metadata?.uid ?? '', pods: await readyPods(cluster, 'web', replicas) };
}

test('P8: a Pod that is deleted is replaced by one of another name', async () => {
  await using cluster = await startCluster(status);
  const { uid, pods } = await started(cluster, 3);
  const [deleted = '', ...others] = namesOf(pods);
  await cluster.client.kind(Pods).delete(deleted, 'default', { gracePeriodSeconds: 0 });
  await cluster.waitForAll(Pods, (all) => !namesOf(all).includes(deleted), inDefault());
  const now = await readyPods(cluster, 'web', 3);
  expect(namesOf(now)).toEqual(expect.arrayContaining(others));
  expect(now.map(ownerUidOf)).toEqual([uid, uid, uid]);
  const { status: counts } = await cluster.waitFor(ReplicaSets, (each) => each.status?.readyReplicas === 3, inDefault());
  expect(counts).toMatchObject({ replicas: 3, fullyLabeledReplicas: 3, availableReplicas: 3, terminatingReplicas: 0 });
});

test('a Pod whose label changes is let go and replaced; one that comes to match is taken over', async () => {
  await using cluster = await startCluster(status);
  const { uid, pods } = await started(cluster, 2);
  const [name = '', other] = namesOf(pods);
  await cluster.client.kind(Pods).patch(name, 'default', 'merge', { metadata: { labels: { app: 'quarantine' } } });
  const free = await cluster.waitFor(Pods, (pod) => ownerUidOf(pod) === undefined, { ...inDefault(), name });
  expect(free.status?.phase).toBe('Running');
  const healed = await readyPods(cluster, 'web', 2);
  expect(namesOf(healed)).toContain(other);
  expect(namesOf(healed)).not.toContain(name);

  await cluster.client.kind(Pods).patch(name, 'default', 'merge', { metadata: { labels: { app: 'web' } } });
  // One more than wanted: one goes, and all that stay are its own.
  await cluster.waitFor(CoreEvents, (event) => event.reason === 'SuccessfulDelete' && event.involvedObject.name === 'web');
  const after = await readyPods(cluster, 'web', 2);
  expect(after.every((pod) => ownerUidOf(pod) === uid)).toBe(true);
});

test('a new ReplicaSet takes Pods that are there and match, and creates only what is missing', async () => {
  await using cluster = await startCluster(status);
  const bare: Pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'bare', namespace: 'default', labels: { app: 'web' } },
    spec: { containers: [{ name: 'web', image: 'registry.test/web' }] },
  };
  await cluster.apply(bare);
  await readyPods(cluster, 'web', 1);
  const { uid, pods } = await started(cluster, 2);
  expect(namesOf(pods)).toContain('bare');
  expect(pods.map(ownerUidOf)).toEqual([uid, uid]);
});

test('scaled to nothing and back, with the events of each step', async () => {
  await using cluster = await startCluster(status);
  const { pods } = await started(cluster, 1);
  const replicaSets = cluster.client.kind(ReplicaSets);
  await replicaSets.patch('web', 'default', 'merge', { spec: { replicas: 0 } });
  await cluster.waitForAll(Pods, (all) => all.length === 0, inDefault());
  const emptied = await cluster.waitFor(
    ReplicaSets,
    (each) => each.status?.replicas === 0 && each.status.terminatingReplicas === 0,
    inDefault(),
  );
  expect(emptied.status).toEqual({ replicas: 0, terminatingReplicas: 0, observedGeneration: 2 });
  expect(await eventsAbout(cluster, 'web', 'SuccessfulDelete')).toEqual([`Deleted pod: ${pods[0]?.metadata?.name}`]);
  await replicaSets.patch('web', 'default', 'merge', { spec: { replicas: 1 } });
  await readyPods(cluster, 'web', 1);
});
