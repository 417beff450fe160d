import {
  ConfigMaps,
  ControllerRevisions,
  DaemonSets,
  Deployments,
  Nodes,
  type Pod,
  Pods,
  type ReplicaSet,
  ReplicaSets,
  ReplicationControllers,
  StatefulSets,
} from '@kubernats/api';
import { controllerOf } from '@kubernats/apimachinery';
import { expect, test } from 'vitest';
import { type ControlPlane, startControlPlane } from './control-plane.ts';
import { live, template } from './living-pods.ts';
import { namesOf } from './objects.ts';

const replicaSet = (name: string, replicas: number): ReplicaSet => ({
  metadata: { name, namespace: 'default' },
  spec: { replicas, selector: { matchLabels: { app: 'web' } }, template: template('web', 'a') },
});
const pod = (name: string, app: string): Pod => ({
  metadata: { name, namespace: 'default', labels: { app } },
  spec: { containers: [{ name: 'main', image: 'a' }] },
});
const ownersOf = async (plane: ControlPlane): Promise<Record<string, number>> => {
  const counts: Record<string, number> = {};
  for (const each of await plane.list(Pods)) {
    const owner = controllerOf(each)?.name ?? 'nobody';
    counts[owner] = (counts[owner] ?? 0) + 1;
  }
  return counts;
};

test('P8: of two controllers that want one Pod one gets it, and the other makes its own', async () => {
  await using plane = await startControlPlane();
  // Nobody has acted yet when both are there: they see the Pod in the same moment.
  await plane.client.kind(Pods).create(pod('stray', 'web'));
  await Promise.all(['one', 'two'].map((name) => plane.client.kind(ReplicaSets).create(replicaSet(name, 2))));
  await plane.pass(3);
  expect(await ownersOf(plane)).toEqual({ one: 2, two: 2 });
  for (const { metadata } of await plane.list(Pods)) {
    expect(metadata?.ownerReferences?.filter(({ controller }) => controller)).toHaveLength(1);
  }
  expect(namesOf(await plane.list(Pods))).toContain('stray');
  await plane.restart();
  await plane.pass(3);
  expect(await ownersOf(plane)).toEqual({ one: 2, two: 2 });
});

test('P8: a Pod that would have two controllers is refused', async () => {
  await using plane = await startControlPlane();
  const pods = plane.client.kind(Pods);
  const owner = async (name: string) => {
    const { metadata } = await plane.client.kind(ConfigMaps).create({ metadata: { name, namespace: 'default' } });
    return { apiVersion: 'v1', kind: 'ConfigMap', name, uid: metadata?.uid ?? '', controller: true };
  };
  const [one, two] = [await owner('one'), await owner('two')];
  const refused = {
    code: 422,
    reason: 'Invalid',
    message: expect.stringMatching(
      /Only one reference can have Controller set to true. Found "true" in references for (one and two|two and one)/,
    ),
  };
  const both = { ...pod('stray', 'web').metadata, ownerReferences: [one, two] };
  await expect(pods.create({ ...pod('stray', 'web'), metadata: both })).rejects.toMatchObject(refused);
  await pods.create({ ...pod('stray', 'web'), metadata: { ...both, ownerReferences: [one] } });
  const patch = { metadata: { ownerReferences: [two] } };
  await expect(pods.patch('stray', 'default', 'strategic', patch)).rejects.toMatchObject(refused);
});

test('P8: owners of four kinds that select the same Pods fight over none of them', async () => {
  await using plane = await startControlPlane({}, { direct: true });
  const metadata = (name: string) => ({ name, namespace: 'default' });
  const selector = { matchLabels: { app: 'web' } };
  await plane.client.kind(ReplicaSets).create(replicaSet('set', 2));
  await plane.client
    .kind(ReplicationControllers)
    .create({ metadata: metadata('old'), spec: { replicas: 2, selector: { app: 'web' }, template: template('web', 'a') } });
  await plane.client
    .kind(StatefulSets)
    .create({ metadata: metadata('db'), spec: { replicas: 1, selector, template: template('web', 'a') } });
  await plane.client
    .kind(Deployments)
    .create({ metadata: metadata('app'), spec: { replicas: 2, selector, template: template('web', 'a') } });
  await plane.pass(3);
  const { set, old, db, ...others } = await ownersOf(plane);
  expect([set, old, db, Object.values(others)]).toEqual([2, 2, 1, [2]]);
  // Pods whose owner is gone, and is not followed by what it owned, are taken by one of the others; all have what they want.
  await plane.client.kind(ReplicationControllers).delete('old', 'default', { propagationPolicy: 'Orphan' });
  await plane.pass(5);
  const writes = plane.written.length;
  await plane.pass(30);
  expect(plane.written.slice(writes)).toEqual([]);
  expect(Object.values(await ownersOf(plane)).sort()).toEqual([1, 2, 2]);
});

test('P8: a Pod that changes its labels is let go by the one and taken by the other', async () => {
  await using plane = await startControlPlane();
  await plane.client.kind(ReplicaSets).create(replicaSet('one', 1));
  await plane.pass(1);
  const [first] = await plane.list(Pods);
  const name = first?.metadata?.name ?? '';
  await plane.client.kind(Pods).patch(name, 'default', 'merge', { metadata: { labels: { app: 'other' } } });
  await plane.client.kind(ReplicaSets).create({
    metadata: { name: 'other', namespace: 'default' },
    spec: { replicas: 1, selector: { matchLabels: { app: 'other' } }, template: template('other', 'a') },
  });
  await plane.pass(3);
  expect(await ownersOf(plane)).toEqual({ one: 1, other: 1 });
  const now = await plane.client.kind(Pods).get(name, 'default');
  expect([now.metadata?.uid, controllerOf(now)?.name]).toEqual([first?.metadata?.uid, 'other']);
});

test.each([
  ['of another hash', 'adopted'],
  ['of the same hash', undefined],
])('P6: of two revisions of one template, the second %s, a DaemonSet keeps the newer, and its Pods stay', async (_what, otherHash) => {
  await using plane = await startControlPlane();
  for (const name of ['n1', 'n2']) await plane.client.kind(Nodes).create({ metadata: { name } });
  const spec = { selector: { matchLabels: { app: 'log' } }, template: template('log', 'a') };
  await plane.client.kind(DaemonSets).create({ metadata: { name: 'log', namespace: 'default' }, spec });
  for (let pods = 0; pods < 3; pods++) {
    await plane.pass(1);
    await live(plane);
  }
  const before = (await plane.list(Pods)).map(({ metadata }) => metadata?.uid).sort();
  const [own] = await plane.list(ControllerRevisions);
  const { uid: _, resourceVersion: __, creationTimestamp: ___, ownerReferences: ____, ...metadata } = own?.metadata ?? {};
  const hash = otherHash ?? metadata.labels?.['controller-revision-hash'] ?? '';
  const labels = { ...metadata.labels, 'controller-revision-hash': hash };
  await plane.client.kind(ControllerRevisions).create({ ...own, revision: 7, metadata: { ...metadata, name: 'log-adopted', labels } });
  await plane.client.kind(DaemonSets).patch('log', 'default', 'merge', { metadata: { annotations: { look: 'again' } } });
  await plane.pass(3);
  const revisions = await plane.list(ControllerRevisions);
  expect(revisions.map(({ revision, metadata }) => [metadata?.name, revision])).toEqual([['log-adopted', 7]]);
  const after = await plane.list(Pods);
  expect(after.map(({ metadata }) => metadata?.uid).sort()).toEqual(before);
  for (const { metadata } of after) expect(metadata?.labels?.['controller-revision-hash']).toBe(hash);
});
