import { CoreEvents, Deployments, Pods, type ReplicaSet, ReplicaSets } from '@kubernats/api';
import { expect, test } from 'vitest';
import { type ControlPlane, startControlPlane } from './control-plane.ts';
import { follow } from './cron-jobs.ts';
import { template } from './living-pods.ts';
import { deployment } from './objects.ts';

const TYPO = 10_000;

const replicaSet = (name: string, replicas: number): ReplicaSet => ({
  metadata: { name, namespace: 'default' },
  spec: { replicas, selector: { matchLabels: { app: name } }, template: template(name, 'a') },
});

/** Does something as soon as so many Pods were seen: controllers are in the middle of making more. */
function atPod(plane: ControlPlane, count: number, act: () => Promise<unknown>): AsyncDisposable {
  const seen = new Set<string>();
  return follow(plane, Pods, ({ metadata }, type) => {
    if (type === 'add' && seen.add(metadata?.uid ?? '').size === count) void act();
  });
}

async function settled(plane: ControlPlane): Promise<void> {
  await plane.pass(20);
  const before = plane.written.length;
  await plane.pass(60);
  expect(plane.written.slice(before), 'written though all is as it should be').toEqual([]);
}

test.each([0, 3])('P8: a ReplicaSet that is to have 10,000 Pods by mistake, and %i after all, has just these', async (replicas) => {
  await using plane = await startControlPlane({}, { direct: true });
  const sets = plane.client.kind(ReplicaSets);
  await using _mended = atPod(plane, 200, () => sets.patch('web', 'default', 'merge', { spec: { replicas } }));
  await sets.create(replicaSet('web', TYPO));
  await settled(plane);
  expect(await plane.list(Pods)).toHaveLength(replicas);
  const { status } = await sets.get('web', 'default');
  expect(status).toMatchObject({ replicas, terminatingReplicas: 0, observedGeneration: 2 });
  // It is heard before more than one helping is made.
  expect(plane.written.filter((write) => write === 'create pods').length).toBeLessThanOrEqual(1_000);
  // Nobody reads ten thousand events.
  expect((await plane.list(CoreEvents)).length).toBeLessThan(100);
});

test('P8: a Deployment that is scaled up by mistake in the middle of a roll-out ends with the new template alone', async () => {
  await using plane = await startControlPlane({}, { direct: true });
  const deployments = plane.client.kind(Deployments);
  await deployments.create(deployment('web', 3, { image: 'a' }));
  await plane.pass(2);
  await makeAllReady(plane);
  await deployments.patch('web', 'default', 'strategic', { spec: { template: { spec: { containers: [{ name: 'web', image: 'b' }] } } } });
  await plane.pass(1);
  await using _mended = atPod(plane, 300, () => deployments.patch('web', 'default', 'merge', { spec: { replicas: 3 } }));
  await deployments.patch('web', 'default', 'merge', { spec: { replicas: TYPO } });
  for (let seconds = 0; seconds < 20; seconds++) {
    await plane.pass(1);
    await makeAllReady(plane);
  }
  await settled(plane);
  expect((await plane.list(Pods)).map(({ spec }) => spec?.containers[0]?.image)).toEqual(['b', 'b', 'b']);
  expect((await plane.list(ReplicaSets)).map(({ spec, status }) => [spec?.replicas, status?.replicas]).sort()).toEqual([
    [0, 0],
    [3, 3],
  ]);
});

async function makeAllReady(plane: ControlPlane): Promise<void> {
  const status = { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] };
  for (const { metadata, status: now } of await plane.list(Pods)) {
    if (now?.phase === 'Running' || metadata?.deletionTimestamp) continue;
    await plane.client.kind(Pods).patch(metadata?.name ?? '', 'default', 'merge', { status }, { subresource: 'status' });
  }
}
