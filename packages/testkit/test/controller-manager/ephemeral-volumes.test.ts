import { PersistentVolumeClaims, PersistentVolumes, type Pod, Pods, type Volume } from '@kubernats/api';
import { expect, test } from 'vitest';
import { startCluster } from '../../src/index.ts';
import { claim, volume } from '../volume-controller/objects.ts';
import { eventsAbout } from './objects.ts';

const status = { nodes: 1, fidelity: 'status' } as const;

const scratch: Volume = {
  name: 'scratch',
  ephemeral: {
    volumeClaimTemplate: {
      metadata: { labels: { type: 'scratch' }, annotations: { 'example.com/why': 'to sort' } },
      spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
    },
  },
};
const pod = (name: string, spec: Partial<Pod['spec']> = {}): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: 'default' },
  spec: { terminationGracePeriodSeconds: 0, containers: [{ name: 'main', image: 'busybox' }], volumes: [scratch], ...spec },
});
const inDefault = (name: string) => ({ namespace: 'default', name });

test('V6: an ephemeral volume gets a claim of its own, which goes with the Pod', async () => {
  await using cluster = await startCluster(status);
  await cluster.apply(volume('pv', '1Gi'));
  const [made] = await cluster.apply(pod('sorter'));
  const own = await cluster.waitFor(PersistentVolumeClaims, (each) => each.status?.phase === 'Bound', inDefault('sorter-scratch'));
  expect(own).toMatchObject({
    metadata: {
      labels: { type: 'scratch' },
      annotations: { 'example.com/why': 'to sort' },
      ownerReferences: [
        { apiVersion: 'v1', kind: 'Pod', name: 'sorter', uid: made?.metadata?.uid, controller: true, blockOwnerDeletion: true },
      ],
    },
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
  });
  await cluster.waitFor(Pods, (each) => each.status?.phase === 'Running', inDefault('sorter'));
  // While its Pod runs a claim that is deleted only waits.
  await cluster.client.kind(PersistentVolumeClaims).delete('sorter-scratch', 'default');
  await cluster.client.kind(Pods).delete('sorter', 'default');
  await cluster.waitForAll(PersistentVolumeClaims, (all) => all.length === 0);
  await cluster.waitFor(PersistentVolumes, (each) => each.status?.phase === 'Released', { name: 'pv' });
});

test('V6: a claim of the name that is somebody else’s is not taken; once it is gone the Pod gets its own', async () => {
  await using cluster = await startCluster(status);
  await cluster.apply([volume('first', '1Gi'), volume('second', '1Gi'), claim('sorter-scratch', '1Gi')]);
  await cluster.waitFor(PersistentVolumeClaims, (each) => each.status?.phase === 'Bound', inDefault('sorter-scratch'));
  await cluster.apply(pod('sorter'));
  const problem = 'PVC default/sorter-scratch was not created for pod default/sorter (pod is not owner)';
  expect(await eventsAbout(cluster, 'sorter', 'FailedBinding')).toContain(`ephemeral volume scratch: ${problem}`);
  const waits = await cluster.waitFor(Pods, ({ status }) => status?.conditions?.[0]?.reason === 'Unschedulable', inDefault('sorter'));
  expect(waits.status?.conditions?.[0]?.message).toContain(problem);
  await cluster.client.kind(PersistentVolumeClaims).delete('sorter-scratch', 'default');
  const own = await cluster.waitFor(
    PersistentVolumeClaims,
    ({ metadata }) => metadata?.ownerReferences !== undefined,
    inDefault('sorter-scratch'),
  );
  expect(own.metadata?.ownerReferences?.[0]?.name).toBe('sorter');
  await cluster.waitFor(Pods, (each) => each.status?.phase === 'Running', inDefault('sorter'));
});

test('V6: a claim that was deleted before its Pod came to a node is made again', async () => {
  await using cluster = await startCluster(status);
  await cluster.apply(pod('sorter', { schedulingGates: [{ name: 'wait' }] }));
  const claims = cluster.client.kind(PersistentVolumeClaims);
  const { metadata } = await cluster.waitFor(PersistentVolumeClaims, () => true, inDefault('sorter-scratch'));
  await claims.delete('sorter-scratch', 'default');
  await cluster.waitFor(PersistentVolumeClaims, (each) => each.metadata?.uid !== metadata?.uid, inDefault('sorter-scratch'));
});
