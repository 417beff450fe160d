import { Deployments, isTerminal, type Pod, Pods, ReplicaSets } from '@kubernats/api';
import { createInformer } from '@kubernats/client';
import { describe, expect, test } from 'vitest';
import { startCluster } from '../../src/index.ts';
import { deployment, eventsAbout, inDefault, isReady, namesOf, ownerUidOf, readyPods, replicaSetsOf } from './objects.ts';

const REVISION = 'deployment.kubernetes.io/revision';
const status = { nodes: 2, fidelity: 'status' } as const;

const isRolledOut = (replicas: number) => (object: { metadata?: { generation?: number }; status?: object }) => {
  const state: { observedGeneration?: number; updatedReplicas?: number; replicas?: number; availableReplicas?: number } =
    object.status ?? {};
  return (
    state.observedGeneration === object.metadata?.generation &&
    (state.updatedReplicas ?? 0) === replicas &&
    (state.replicas ?? 0) === replicas &&
    (state.availableReplicas ?? 0) === replicas
  );
};

describe.each(['memory', 'nats'] as const)('over the %s bus', (bus) => {
  test('a Deployment gets a ReplicaSet, and that its Pods', async () => {
    await using cluster = await startCluster({ ...status, bus });
    const [made] = await cluster.apply(deployment('web', 3));
    const pods = await readyPods(cluster, 'web', 3);
    const now = await cluster.waitFor(Deployments, isRolledOut(3), inDefault());
    const [replicaSet] = await replicaSetsOf(cluster, 'web');
    const hash = replicaSet?.metadata?.labels?.['pod-template-hash'];
    expect(replicaSet?.metadata).toMatchObject({
      name: `web-${hash}`,
      labels: { app: 'web', 'pod-template-hash': hash },
      annotations: { [REVISION]: '1', 'deployment.kubernetes.io/desired-replicas': '3', 'deployment.kubernetes.io/max-replicas': '4' },
      ownerReferences: [
        { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web', uid: made?.metadata?.uid, controller: true, blockOwnerDeletion: true },
      ],
    });
    expect(now.metadata?.annotations).toEqual({ [REVISION]: '1' });
    expect(now.status?.conditions?.map(({ type, status, reason, message }) => ({ type, status, reason, message }))).toEqual([
      { type: 'Available', status: 'True', reason: 'MinimumReplicasAvailable', message: 'Deployment has minimum availability.' },
      {
        type: 'Progressing',
        status: 'True',
        reason: 'NewReplicaSetAvailable',
        message: `ReplicaSet "web-${hash}" has successfully progressed.`,
      },
    ]);
    for (const pod of pods) {
      expect(pod.metadata?.name).toMatch(new RegExp(`^web-${hash}-[bcdfghjklmnpqrstvwxz2456789]{5}$`));
      expect(pod.metadata?.labels).toEqual({ app: 'web', 'pod-template-hash': hash });
      expect(ownerUidOf(pod)).toBe(replicaSet?.metadata?.uid);
    }
    expect(await eventsAbout(cluster, 'web', 'ScalingReplicaSet')).toEqual([`Scaled up replica set web-${hash} from 0 to 3`]);
    const created = await eventsAbout(cluster, `web-${hash}`, 'SuccessfulCreate');
    expect(created.sort()).toEqual(namesOf(pods).map((name) => `Created pod: ${name}`));
  });
});

test('scaling adds and removes Pods of the same ReplicaSet', async () => {
  await using cluster = await startCluster(status);
  await cluster.apply(deployment('web', 2));
  const first = await readyPods(cluster, 'web', 2);
  const deployments = cluster.client.kind(Deployments);
  const scale = await deployments.getScale('web', 'default');
  await deployments.updateScale({ ...scale, spec: { replicas: 5 } });
  const grown = await readyPods(cluster, 'web', 5);
  expect(namesOf(grown)).toEqual(expect.arrayContaining(namesOf(first)));
  await deployments.patch('web', 'default', 'merge', { spec: { replicas: 1 } });
  await readyPods(cluster, 'web', 1);
  const now = await cluster.waitFor(Deployments, isRolledOut(1), inDefault());
  expect(now.metadata?.annotations).toEqual({ [REVISION]: '1' });
  const all = await replicaSetsOf(cluster, 'web');
  expect(all).toHaveLength(1);
  const name = all[0]?.metadata?.name;
  expect(await eventsAbout(cluster, 'web', 'ScalingReplicaSet')).toEqual([
    `Scaled up replica set ${name} from 0 to 2`,
    `Scaled up replica set ${name} from 2 to 5`,
    `Scaled down replica set ${name} from 5 to 1`,
  ]);
});

describe('a rolling update', () => {
  test.each([
    { maxSurge: 1, maxUnavailable: 0, most: 5, fewest: 4 },
    { maxSurge: 0, maxUnavailable: 1, most: 4, fewest: 3 },
    { maxSurge: '50%', maxUnavailable: '25%', most: 6, fewest: 3 },
  ])('of 4 with maxSurge $maxSurge and maxUnavailable $maxUnavailable has at most $most Pods, and at least $fewest ready', async (row) => {
    const { maxSurge, maxUnavailable, most, fewest } = row;
    await using cluster = await startCluster(status);
    const strategy = { type: 'RollingUpdate', rollingUpdate: { maxSurge, maxUnavailable } };
    await cluster.apply(deployment('web', 4, { spec: { strategy } }));
    await readyPods(cluster, 'web', 4);
    await cluster.waitFor(Deployments, isRolledOut(4), inDefault());

    const counts: { active: number; ready: number }[] = [];
    const stop = new AbortController();
    const pods = createInformer<Pod>({ transport: cluster.client.transport, target: Pods, namespace: 'default' });
    const following = pods.run(stop.signal);
    await pods.synced;
    const count = (): void => {
      const active = pods.list().filter(({ metadata }) => metadata?.deletionTimestamp === undefined);
      counts.push({ active: active.length, ready: active.filter(isReady).length });
    };
    pods.addHandler({ add: count, update: count, delete: count });

    await cluster.client.kind(Deployments).patch('web', 'default', 'strategic', {
      spec: { template: { spec: { containers: [{ name: 'web', image: 'registry.test/web:2' }] } } },
    });
    await cluster.waitFor(Deployments, isRolledOut(4), inDefault());
    const after = await readyPods(cluster, 'web', 4);
    stop.abort();
    await following;
    expect(new Set(after.map(({ spec }) => spec?.containers[0]?.image))).toEqual(new Set(['registry.test/web:2']));
    expect(Math.max(...counts.map(({ active }) => active))).toBe(most);
    expect(Math.min(...counts.map(({ ready }) => ready))).toBeGreaterThanOrEqual(fewest);
    const [old, newest] = (await replicaSetsOf(cluster, 'web')).sort((a, b) => (a.spec?.replicas ?? 0) - (b.spec?.replicas ?? 0));
    expect([old?.spec?.replicas, newest?.spec?.replicas]).toEqual([0, 4]);
    expect([old?.metadata?.annotations?.[REVISION], newest?.metadata?.annotations?.[REVISION]]).toEqual(['1', '2']);
  });

  test('back to an earlier template takes the earlier ReplicaSet again, as the newest revision', async () => {
    await using cluster = await startCluster(status);
    await cluster.apply(deployment('web', 2));
    await readyPods(cluster, 'web', 2);
    const [first] = await replicaSetsOf(cluster, 'web');
    for (const image of ['registry.test/web:2', 'registry.test/web:1']) {
      await cluster.client
        .kind(Deployments)
        .patch('web', 'default', 'strategic', { spec: { template: { spec: { containers: [{ name: 'web', image }] } } } });
      await cluster.waitFor(Deployments, isRolledOut(2), inDefault());
    }
    const back = await cluster.client.kind(ReplicaSets).get(first?.metadata?.name ?? '', 'default');
    expect(back.spec?.replicas).toBe(2);
    expect(back.metadata?.annotations).toMatchObject({ [REVISION]: '3', 'deployment.kubernetes.io/revision-history': '1' });
    expect((await cluster.client.kind(Deployments).get('web', 'default')).metadata?.annotations?.[REVISION]).toBe('3');
    expect(await replicaSetsOf(cluster, 'web')).toHaveLength(2);
  });

  test('keeps as many old ReplicaSets as revisionHistoryLimit says', async () => {
    await using cluster = await startCluster(status);
    await cluster.apply(deployment('web', 1, { spec: { revisionHistoryLimit: 1 } }));
    for (const image of ['a', 'b', 'c']) {
      await cluster.client
        .kind(Deployments)
        .patch('web', 'default', 'strategic', { spec: { template: { spec: { containers: [{ name: 'web', image }] } } } });
      await cluster.waitFor(Deployments, isRolledOut(1), inDefault());
    }
    const left = await cluster.waitForAll(ReplicaSets, (all) => all.length === 2, inDefault());
    expect(left.map(({ metadata }) => metadata?.annotations?.[REVISION]).sort()).toEqual(['3', '4']);
  });

  test('Recreate lets the last old Pod go before the first new one comes', async () => {
    await using cluster = await startCluster(status);
    await cluster.apply(deployment('web', 2, { spec: { strategy: { type: 'Recreate' } } }));
    await readyPods(cluster, 'web', 2);
    const images: string[][] = [];
    const stop = new AbortController();
    const pods = createInformer<Pod>({ transport: cluster.client.transport, target: Pods, namespace: 'default' });
    const following = pods.run(stop.signal);
    // A Pod that has ended, and is still there for a moment, holds nobody up.
    const live = () => pods.list().filter((pod) => !isTerminal(pod));
    const look = (): void => void images.push([...new Set(live().map(({ spec }) => spec?.containers[0]?.image ?? ''))]);
    pods.addHandler({ add: look, update: look, delete: look });
    await pods.synced;
    await cluster.client
      .kind(Deployments)
      .patch('web', 'default', 'strategic', { spec: { template: { spec: { containers: [{ name: 'web', image: 'new' }] } } } });
    await cluster.waitFor(Deployments, isRolledOut(2), inDefault());
    stop.abort();
    await following;
    expect(images.filter((together) => together.length > 1)).toEqual([]);
    expect(images.at(-1)).toEqual(['new']);
  });

  test('waits while the Deployment is paused, and goes on when it is resumed', async () => {
    await using cluster = await startCluster(status);
    await cluster.apply(deployment('web', 2));
    await readyPods(cluster, 'web', 2);
    const deployments = cluster.client.kind(Deployments);
    const template = { spec: { containers: [{ name: 'web', image: 'new' }] } };
    await deployments.patch('web', 'default', 'strategic', { spec: { paused: true, template } });
    const paused = await cluster.waitFor(
      Deployments,
      (each) => each.status?.conditions?.some(({ reason }) => reason === 'DeploymentPaused') === true,
      inDefault(),
    );
    expect(paused.status?.conditions?.find(({ type }) => type === 'Progressing')).toMatchObject({
      status: 'Unknown',
      message: 'Deployment is paused',
    });
    expect(await replicaSetsOf(cluster, 'web')).toHaveLength(1);
    await deployments.patch('web', 'default', 'merge', { spec: { paused: false } });
    await cluster.waitFor(Deployments, isRolledOut(2), inDefault());
    expect(await replicaSetsOf(cluster, 'web')).toHaveLength(2);
  });
});

test('a Deployment adopts the ReplicaSet that its predecessor left, with its Pods', async () => {
  await using cluster = await startCluster(status);
  await cluster.apply(deployment('web', 2));
  const before = await readyPods(cluster, 'web', 2);
  const [replicaSet] = await replicaSetsOf(cluster, 'web');
  await cluster.client.kind(Deployments).delete('web', 'default', { propagationPolicy: 'Orphan' });
  await cluster.waitForAll(Deployments, (all) => all.length === 0, inDefault());
  await cluster.waitFor(ReplicaSets, (each) => ownerUidOf(each) === undefined, inDefault());
  const [again] = await cluster.apply(deployment('web', 2));
  const adopted = await cluster.waitFor(ReplicaSets, (each) => ownerUidOf(each) === again?.metadata?.uid, inDefault());
  expect(adopted.metadata?.uid).toBe(replicaSet?.metadata?.uid);
  await cluster.waitFor(Deployments, isRolledOut(2), inDefault());
  expect(namesOf(await readyPods(cluster, 'web', 2))).toEqual(namesOf(before));
});

test('what keeps Pods from being created is told in the conditions and events of both', async () => {
  await using cluster = await startCluster(status);
  await cluster.apply(deployment('web', 2, { pod: { serviceAccountName: 'nobody' } }));
  const message = expect.stringMatching(
    /^pods "web-[a-z0-9]+-" is forbidden: error looking up service account default\/nobody: serviceaccount "nobody" not found$/,
  );
  const failure = { type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message };
  const hasFailed = (each: { status?: { conditions?: { type: string }[] } }) =>
    each.status?.conditions?.some(({ type }) => type === 'ReplicaFailure') === true;
  const replicaSet = await cluster.waitFor(ReplicaSets, hasFailed, inDefault());
  expect(replicaSet.status?.conditions).toEqual([expect.objectContaining(failure)]);
  const told = await cluster.waitFor(Deployments, hasFailed, inDefault());
  expect(told.status?.conditions).toContainEqual(expect.objectContaining(failure));
  const [text] = await eventsAbout(cluster, replicaSet.metadata?.name ?? '', 'FailedCreate');
  expect(text).toMatch(/^Error creating: pods "web-[a-z0-9]+-" is forbidden: error looking up service account/);
});
