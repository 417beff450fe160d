import { ControllerRevisions, DaemonSets, Nodes, PersistentVolumeClaims, type Pod, StatefulSets } from '@kubernats/api';
import { expect, test } from 'vitest';
import { type ControlPlane, startControlPlane } from './control-plane.ts';
import { isDone, live, template } from './living-pods.ts';
import { isReady, namesOf } from './objects.ts';

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
