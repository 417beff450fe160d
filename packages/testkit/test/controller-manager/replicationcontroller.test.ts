import { Pods, ReplicationControllers } from '@kubernats/api';
import { expect, test } from 'vitest';
import { startCluster } from '../../src/index.ts';
import { eventsAbout, inDefault, namesOf, readyPods } from './objects.ts';

test('P8: a ReplicationController keeps so many Pods as it says, and takes over what matches', async () => {
  await using cluster = await startCluster({ nodes: 2, fidelity: 'status' });
  const labels = { app: 'old' };
  const spec = { containers: [{ name: 'web', image: 'registry.test/web:1' }] };
  await cluster.client.kind(Pods).create({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'free', namespace: 'default', labels }, spec });
  const controllers = cluster.client.kind(ReplicationControllers);
  const made = await controllers.create({
    metadata: { name: 'old', namespace: 'default' },
    spec: { replicas: 3, template: { metadata: { labels }, spec } },
  });
  const pods = await readyPods(cluster, 'old', 3);
  expect(namesOf(pods)).toContain('free');
  const owner = {
    apiVersion: 'v1',
    kind: 'ReplicationController',
    name: 'old',
    uid: made.metadata?.uid,
    controller: true,
    blockOwnerDeletion: true,
  };
  for (const pod of pods) expect(pod.metadata?.ownerReferences).toEqual([owner]);
  const now = await cluster.waitFor(ReplicationControllers, ({ status }) => status?.availableReplicas === 3, inDefault());
  expect(now.status).toEqual({ replicas: 3, fullyLabeledReplicas: 3, readyReplicas: 3, availableReplicas: 3, observedGeneration: 1 });
  expect(await eventsAbout(cluster, 'old', 'SuccessfulCreate')).toHaveLength(2);

  const scale = await controllers.getScale('old', 'default');
  expect(scale.status).toEqual({ replicas: 3, selector: 'app=old' });
  await controllers.updateScale({ ...scale, spec: { replicas: 1 } });
  await readyPods(cluster, 'old', 1);
  await controllers.delete('old', 'default', { propagationPolicy: 'Background' });
  await cluster.waitForAll(Pods, (all) => all.length === 0, inDefault());
});
