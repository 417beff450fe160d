import { type ConfigMap, ConfigMaps, Deployments, type KubeObject, Pods, ReplicaSets } from '@kubernats/api';
import { createInformer } from '@kubernats/client';
import { describe, expect, test } from 'vitest';
import { startCluster } from '../../src/index.ts';
import { deployment, eventsAbout, inDefault, ownerUidOf, readyPods } from './objects.ts';

const status = { nodes: 1, fidelity: 'status' } as const;

const configMap = (
  name: string,
  owners: readonly KubeObject[] = [],
  more: Partial<NonNullable<ConfigMap['metadata']>> = {},
): ConfigMap => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: {
    name,
    namespace: 'default',
    ownerReferences: owners.map(({ metadata }) => ({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      name: metadata?.name ?? '',
      uid: metadata?.uid ?? '',
      blockOwnerDeletion: true,
    })),
    ...more,
  },
});

describe('a Deployment is deleted', () => {
  test('in the background: it goes first, what it owns follows', async () => {
    await using cluster = await startCluster(status);
    await cluster.apply(deployment('web', 2));
    await readyPods(cluster, 'web', 2);
    await cluster.client.kind(Deployments).delete('web', 'default');
    await cluster.waitForAll(ReplicaSets, (all) => all.length === 0, inDefault());
    await cluster.waitForAll(Pods, (all) => all.length === 0, inDefault());
  });

  test('in the foreground: it goes last', async () => {
    await using cluster = await startCluster(status);
    await cluster.apply(deployment('web', 2));
    await readyPods(cluster, 'web', 2);
    const gone: string[] = [];
    const stop = new AbortController();
    const following = [Pods, ReplicaSets, Deployments].map((target) => {
      const informer = createInformer<KubeObject>({ transport: cluster.client.transport, target, namespace: 'default' });
      informer.addHandler({ delete: () => gone.push(target.kind) });
      return { informer, done: informer.run(stop.signal) };
    });
    await Promise.all(following.map(({ informer }) => informer.synced));
    await cluster.client.kind(Deployments).delete('web', 'default', { propagationPolicy: 'Foreground' });
    await cluster.waitForAll(Deployments, (all) => all.length === 0, inDefault());
    stop.abort();
    await Promise.all(following.map(({ done }) => done));
    expect(gone).toEqual(['Pod', 'Pod', 'ReplicaSet', 'Deployment']);
  });

  test('and its Pods are orphaned: they stay, and nobody owns the ReplicaSet', async () => {
    await using cluster = await startCluster(status);
    await cluster.apply(deployment('web', 2));
    const pods = await readyPods(cluster, 'web', 2);
    await cluster.client.kind(Deployments).delete('web', 'default', { propagationPolicy: 'Orphan' });
    await cluster.waitForAll(Deployments, (all) => all.length === 0, inDefault());
    const orphan = await cluster.waitFor(ReplicaSets, (each) => ownerUidOf(each) === undefined, inDefault());
    expect(orphan.metadata?.ownerReferences).toBeUndefined();
    for (const pod of await readyPods(cluster, 'web', 2)) expect(pods.map(({ metadata }) => metadata?.uid)).toContain(pod.metadata?.uid);
  });
});

test('an object lives as long as one of its owners, and forgets the others', async () => {
  await using cluster = await startCluster(status);
  const [first, second] = await cluster.apply([configMap('first'), configMap('second')]);
  if (!first || !second) throw new Error('not made');
  await cluster.apply(configMap('shared', [first, second]));
  const configMaps = cluster.client.kind(ConfigMaps);
  await configMaps.delete('first', 'default');
  const shared = await cluster.waitFor(ConfigMaps, ({ metadata }) => metadata?.ownerReferences?.length === 1, {
    ...inDefault(),
    name: 'shared',
  });
  expect(shared.metadata?.ownerReferences?.[0]?.name).toBe('second');
  await configMaps.delete('second', 'default');
  await cluster.waitForAll(ConfigMaps, (all) => all.length === 0, { ...inDefault(), name: 'shared' });
});

test('an object whose owner never was there, or is another one of that name, is deleted', async () => {
  await using cluster = await startCluster(status);
  const [owner] = await cluster.apply(configMap('owner'));
  await cluster.apply([
    configMap('lost', [{ metadata: { name: 'nobody', uid: '4f0bc9a8-0000-4000-8000-000000000000' } }]),
    configMap('mistaken', [{ metadata: { name: 'owner', uid: '4f0bc9a8-0000-4000-8000-000000000001' } }]),
    configMap('right', owner ? [owner] : []),
  ]);
  const left = await cluster.waitForAll(ConfigMaps, (all) => all.length === 3, inDefault());
  expect(left.map(({ metadata }) => metadata?.name).sort()).toEqual(['kube-root-ca.crt', 'owner', 'right']);
});

test('an owner in another namespace is none, and an event says so', async () => {
  await using cluster = await startCluster(status);
  const elsewhere = await cluster.client.kind(ConfigMaps).create(configMap('owner', [], { namespace: 'kube-public' }));
  await cluster.apply(configMap('stray', [elsewhere]));
  await cluster.waitForAll(ConfigMaps, (all) => all.length === 0, { ...inDefault(), name: 'stray' });
  expect(await eventsAbout(cluster, 'stray', 'OwnerRefInvalidNamespace')).toEqual([
    `ownerRef [v1/ConfigMap, namespace: default, name: owner, uid: ${elsewhere.metadata?.uid}] does not exist in namespace "default"`,
  ]);
});

test('objects that own each other do not wait for each other', async () => {
  await using cluster = await startCluster(status);
  const [a] = await cluster.apply(configMap('a'));
  if (!a) throw new Error('not made');
  const [b] = await cluster.apply(configMap('b', [a]));
  await cluster.client
    .kind(ConfigMaps)
    .patch('a', 'default', 'merge', { metadata: { ownerReferences: configMap('', b ? [b] : []).metadata?.ownerReferences } });
  await cluster.client.kind(ConfigMaps).delete('a', 'default', { propagationPolicy: 'Foreground' });
  await cluster.waitForAll(ConfigMaps, (all) => all.length === 1, inDefault());
});
