import {
  ControllerRevisions,
  PersistentVolumeClaims,
  type Pod,
  Pods,
  ServiceAccounts,
  type StatefulSet,
  StatefulSets,
} from '@kubernats/api';
import { describe, expect, test } from 'vitest';
import { startCluster, type TestCluster } from '../../src/index.ts';
import { startControlPlane } from './control-plane.ts';
import { template } from './living-pods.ts';
import { eventsAbout, inDefault, namesOf, readyPods } from './objects.ts';

const status = { nodes: 2, fidelity: 'status' } as const;

function statefulSet(replicas: number, spec: Partial<NonNullable<StatefulSet['spec']>> = {}): StatefulSet {
  return {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: { name: 'web', namespace: 'default' },
    spec: {
      replicas,
      serviceName: 'nginx',
      selector: { matchLabels: { app: 'web' } },
      template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'web', image: 'registry.test/web:1' }] } },
      ...spec,
    },
  };
}

const image = (tag: string) => ({ spec: { template: { spec: { containers: [{ name: 'web', image: `registry.test/web:${tag}` }] } } } });
const imagesOf = (pods: readonly Pod[]): Record<string, string | undefined> =>
  Object.fromEntries(pods.map(({ metadata, spec }) => [metadata?.name, spec?.containers[0]?.image?.split(':')[1]]).sort());

/** What `kubectl rollout status` waits for. */
const rolledOut = (cluster: TestCluster, replicas: number): Promise<StatefulSet> =>
  cluster.waitFor(
    StatefulSets,
    ({ metadata, status }) =>
      status?.observedGeneration === metadata?.generation &&
      status?.readyReplicas === replicas &&
      status.updateRevision === status.currentRevision &&
      status.updatedReplicas === replicas,
    inDefault(),
  );

test('P8: a StatefulSet’s Pods have a name, a place in DNS and labels of their own, and come back as who they were', async () => {
  await using cluster = await startCluster(status);
  const [made] = await cluster.apply(statefulSet(3));
  const [first] = await readyPods(cluster, 'web', 3);
  const now = await rolledOut(cluster, 3);
  const revision = now.status?.updateRevision;
  expect(now.status).toEqual({
    observedGeneration: 1,
    replicas: 3,
    readyReplicas: 3,
    availableReplicas: 3,
    currentReplicas: 3,
    updatedReplicas: 3,
    currentRevision: revision,
    updateRevision: revision,
    collisionCount: 0,
  });
  expect(first?.metadata).toMatchObject({
    name: 'web-0',
    labels: {
      app: 'web',
      'apps.kubernetes.io/pod-index': '0',
      'controller-revision-hash': revision,
      'statefulset.kubernetes.io/pod-name': 'web-0',
    },
    ownerReferences: [{ apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'web', uid: made?.metadata?.uid, controller: true }],
  });
  expect(first?.spec).toMatchObject({ hostname: 'web-0', subdomain: 'nginx' });
  expect(await eventsAbout(cluster, 'web', 'SuccessfulCreate')).toEqual(
    [0, 1, 2].map((i) => `create Pod web-${i} in StatefulSet web successful`),
  );

  await cluster.client.kind(Pods).delete('web-1', 'default');
  const back = await cluster.waitFor(
    Pods,
    (pod) => pod.metadata?.name === 'web-1' && pod.metadata.deletionTimestamp === undefined,
    inDefault(),
  );
  expect(back.metadata?.labels?.['apps.kubernetes.io/pod-index']).toBe('1');
});

describe('a roll-out', () => {
  test('goes from the highest ordinal down to the partition; a rollback takes the earlier revision again', async () => {
    await using cluster = await startCluster(status);
    const sets = cluster.client.kind(StatefulSets);
    await cluster.apply(statefulSet(3));
    const first = (await rolledOut(cluster, 3)).status?.currentRevision;
    await sets.patch('web', 'default', 'merge', { spec: { updateStrategy: { rollingUpdate: { partition: 2 } } } });
    await sets.patch('web', 'default', 'strategic', image('2'));
    const split = (pods: Pod[]): boolean =>
      pods.length === 3 && imagesOf(pods)['web-2'] === '2' && pods.every(({ status }) => status?.phase === 'Running');
    expect(imagesOf(await cluster.waitForAll(Pods, split, inDefault()))).toEqual({ 'web-0': '1', 'web-1': '1', 'web-2': '2' });
    const canary = await cluster.waitFor(
      StatefulSets,
      ({ status }) => status?.readyReplicas === 3 && status.updatedReplicas === 1,
      inDefault(),
    );
    expect(canary.status).toMatchObject({ currentReplicas: 2, updatedReplicas: 1, currentRevision: first });

    // What is below the partition comes back as it was.
    await cluster.client.kind(Pods).delete('web-0', 'default');
    await cluster.waitFor(Pods, (pod) => pod.metadata?.name === 'web-0' && !pod.metadata.deletionTimestamp, inDefault());
    expect(imagesOf(await readyPods(cluster, 'web', 3))['web-0']).toBe('1');

    await sets.patch('web', 'default', 'merge', { spec: { updateStrategy: { rollingUpdate: { partition: 0 } } } });
    await rolledOut(cluster, 3);
    expect(imagesOf(await readyPods(cluster, 'web', 3))).toEqual({ 'web-0': '2', 'web-1': '2', 'web-2': '2' });

    const { items } = await cluster.client.kind(ControllerRevisions).list(inDefault());
    const old = items.find(({ metadata }) => metadata?.name === first);
    expect(old?.data).toMatchObject({ spec: { template: { $patch: 'replace' } } });
    // What `kubectl rollout undo` sends.
    await sets.patch('web', 'default', 'strategic', old?.data as object);
    const undone = await rolledOut(cluster, 3);
    expect(undone.status?.currentRevision).toBe(first);
    const revisions = (await cluster.client.kind(ControllerRevisions).list(inDefault())).items;
    expect(revisions.map(({ revision }) => revision).sort()).toEqual([2, 3]);
    expect(revisions.find(({ metadata }) => metadata?.name === first)?.revision).toBe(3);
  });

  test('keeps as many unused revisions as revisionHistoryLimit says', async () => {
    await using cluster = await startCluster(status);
    await cluster.apply(statefulSet(1, { revisionHistoryLimit: 1 }));
    for (const tag of ['a', 'b', 'c']) {
      await cluster.client.kind(StatefulSets).patch('web', 'default', 'strategic', image(tag));
      await rolledOut(cluster, 1);
    }
    const left = await cluster.waitForAll(ControllerRevisions, (all) => all.length === 2, inDefault());
    expect(left.map(({ revision }) => revision).sort()).toEqual([3, 4]);
  });
});

describe('claims', () => {
  const claimed = (retention: object) =>
    statefulSet(2, {
      podManagementPolicy: 'Parallel',
      persistentVolumeClaimRetentionPolicy: retention,
      volumeClaimTemplates: [
        {
          metadata: { name: 'www' },
          spec: { accessModes: ['ReadWriteOnce'], storageClassName: '', resources: { requests: { storage: '1Gi' } } },
        },
      ],
    });
  const claims = (cluster: TestCluster, count: number) =>
    cluster.waitForAll(
      PersistentVolumeClaims,
      (all) => all.length === count && all.every(({ metadata }) => !metadata?.deletionTimestamp),
      inDefault(),
    );

  test('outlive their Pods and their set, unless the policy says otherwise', async () => {
    await using cluster = await startCluster(status);
    const sets = cluster.client.kind(StatefulSets);
    await cluster.apply(claimed({}));
    const made = await claims(cluster, 2);
    expect(namesOf(made)).toEqual(['www-web-0', 'www-web-1']);
    expect(made[0]?.metadata).toMatchObject({ labels: { app: 'web' } });
    expect(made[0]?.metadata?.ownerReferences).toBeUndefined();
    expect(await eventsAbout(cluster, 'web', 'SuccessfulCreate')).toContain('create Claim www-web-0 Pod web-0 in StatefulSet web success');
    const pods = await cluster.waitForAll(Pods, (all) => all.length === 2, inDefault());
    expect(pods[0]?.spec?.volumes).toContainEqual({ name: 'www', persistentVolumeClaim: { claimName: 'www-web-0' } });

    await sets.patch('web', 'default', 'merge', { spec: { replicas: 1 } });
    await cluster.waitForAll(Pods, (all) => all.length === 1, inDefault());
    expect(await claims(cluster, 2)).toHaveLength(2);

    await sets.patch('web', 'default', 'merge', {
      spec: { persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Delete', whenScaled: 'Delete' } },
    });
    await cluster.waitFor(PersistentVolumeClaims, ({ metadata }) => metadata?.ownerReferences?.[0]?.kind === 'StatefulSet', inDefault());
    await sets.patch('web', 'default', 'merge', { spec: { replicas: 2 } });
    await cluster.waitForAll(Pods, (all) => all.length === 2, inDefault());
    await cluster.waitForAll(
      PersistentVolumeClaims,
      (all) => all.every(({ metadata }) => metadata?.ownerReferences?.[0]?.kind === 'StatefulSet'),
      inDefault(),
    );
    await sets.patch('web', 'default', 'merge', { spec: { replicas: 1 } });
    await claims(cluster, 1);
    // Scaled up again, the Pod gets a claim of its own and not the one that was on its way out.
    await sets.patch('web', 'default', 'merge', { spec: { replicas: 2 } });
    await claims(cluster, 2);
    await sets.delete('web', 'default');
    await cluster.waitForAll(PersistentVolumeClaims, (all) => all.length === 0, inDefault());
  });
});

test('P8: a parallel set that cannot make a Pod gives up those that are too many, which may make room for it', async () => {
  await using plane = await startControlPlane({}, { direct: true });
  const account = { metadata: { name: 'limited', namespace: 'default' } };
  await plane.client.kind(ServiceAccounts).create(account);
  const { metadata, spec } = template('web', 'a');
  const limited = { podManagementPolicy: 'Parallel', template: { metadata, spec: { ...spec, serviceAccountName: 'limited' } } };
  await plane.client.kind(StatefulSets).create(statefulSet(3, limited));
  await plane.pass(1);
  expect(namesOf(await plane.list(Pods))).toEqual(['web-0', 'web-1', 'web-2']);
  await plane.client.kind(ServiceAccounts).delete('limited', 'default');
  await plane.client.kind(StatefulSets).patch('web', 'default', 'merge', { spec: { replicas: 1 } });
  await plane.client.kind(Pods).delete('web-0', 'default', { gracePeriodSeconds: 0 });
  await plane.pass(2);
  expect(namesOf(await plane.list(Pods))).toEqual([]);
  await plane.client.kind(ServiceAccounts).create(account);
  for (let minutes = 0; minutes < 20; minutes++) await plane.clock.advance(60_000);
  expect(namesOf(await plane.list(Pods))).toEqual(['web-0']);
});
