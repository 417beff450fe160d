import { ControllerRevisions, DaemonSets, Nodes, PersistentVolumeClaims, type Pod, Pods, StatefulSets } from '@kubernats/api';
import { expect, test } from 'vitest';
import { type ControlPlane, startControlPlane } from './control-plane.ts';
import { isReady, namesOf } from './objects.ts';

const template = (app: string, image: string) => ({ metadata: { labels: { app } }, spec: { containers: [{ name: 'main', image }] } });
const isDone = (pods: Pod[], count: number, image: string): boolean =>
  pods.length === count &&
  pods.every((pod) => isReady(pod) && !pod.metadata?.deletionTimestamp && pod.spec?.containers[0]?.image === image);

/** What kubelets do: of the Pods that are not ready one becomes so. Those that go are gone by themselves: they are on no node. */
async function live(plane: ControlPlane): Promise<Pod[]> {
  const now = await plane.list(Pods);
  const [young] = now.filter((pod) => !isReady(pod) && !pod.metadata?.deletionTimestamp);
  if (young) {
    const status = { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] };
    await plane.client.kind(Pods).patch(young.metadata?.name ?? '', 'default', 'merge', { status }, { subresource: 'status' });
  }
  return now;
}

/** Until the Pods are as they should be, the controllers are replaced again and again. */
async function until(plane: ControlPlane, done: (pods: Pod[]) => boolean, check: (pods: Pod[]) => void): Promise<void> {
  for (let seconds = 0; ; seconds++) {
    const pods = await live(plane);
    check(pods);
    if (done(pods)) return;
    expect(seconds).toBeLessThan(60);
    if (seconds % 2 === 1) await plane.restart();
    await plane.pass(1);
  }
}

test('a StatefulSet goes on in its order when the controllers are replaced on its way', async () => {
  await using plane = await startControlPlane();
  const sets = plane.client.kind(StatefulSets);
  const claim = { metadata: { name: 'www' }, spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } } };
  await sets.create({
    metadata: { name: 'web', namespace: 'default' },
    spec: { replicas: 4, selector: { matchLabels: { app: 'web' } }, template: template('web', 'a'), volumeClaimTemplates: [claim] },
  });
  const inOrder = (pods: Pod[]): void => {
    expect(namesOf(pods)).toEqual(pods.map((_, i) => `web-${i}`));
    expect(pods.filter((pod) => !isReady(pod)).length).toBeLessThanOrEqual(1);
  };
  await until(plane, (pods) => isDone(pods, 4, 'a'), inOrder);
  await sets.patch('web', 'default', 'strategic', { spec: { template: template('web', 'b') } });
  const oneAtATime = (pods: Pod[]): void => expect(pods.filter(isReady).length).toBeGreaterThanOrEqual(3);
  await until(plane, (pods) => isDone(pods, 4, 'b'), oneAtATime);
  expect(namesOf(await plane.list(PersistentVolumeClaims))).toEqual([0, 1, 2, 3].map((i) => `www-web-${i}`));
  expect((await plane.list(ControllerRevisions)).map(({ revision }) => revision).sort()).toEqual([1, 2]);
});

test('a DaemonSet never has two Pods of a node when the controllers are replaced on its way', async () => {
  await using plane = await startControlPlane();
  for (const name of ['n1', 'n2', 'n3', 'n4']) await plane.client.kind(Nodes).create({ metadata: { name } });
  const sets = plane.client.kind(DaemonSets);
  await sets.create({
    metadata: { name: 'log', namespace: 'default' },
    spec: { selector: { matchLabels: { app: 'log' } }, template: template('log', 'a') },
  });
  const nodeOf = ({ spec }: Pod): string | undefined =>
    spec?.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms[0]?.matchFields?.[0]?.values?.[0];
  const oneEach = (pods: Pod[]): void => expect(new Set(pods.map(nodeOf)).size).toBe(pods.length);
  await until(plane, (pods) => isDone(pods, 4, 'a'), oneEach);
  await sets.patch('log', 'default', 'strategic', { spec: { template: template('log', 'b') } });
  await until(plane, (pods) => isDone(pods, 4, 'b'), oneEach);
  expect((await plane.list(ControllerRevisions)).map(({ revision }) => revision).sort()).toEqual([1, 2]);
});
