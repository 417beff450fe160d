import { PersistentVolumeClaims, PersistentVolumes, type Pod, Pods, type StorageClass } from '@kubernats/api';
import { expect, test } from 'vitest';
import { startCluster } from '../../src/index.ts';
import { claim } from './objects.ts';

const storageClass = (name: string, more: Partial<StorageClass> = {}): StorageClass => ({
  apiVersion: 'storage.k8s.io/v1',
  kind: 'StorageClass',
  metadata: { name },
  provisioner: `${name}.kubernats.dev`,
  ...more,
});

const pod = (name: string, script: string): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: 'default' },
  spec: {
    restartPolicy: 'Never',
    terminationGracePeriodSeconds: 0,
    containers: [
      {
        ...{ name: 'main', image: 'busybox', command: ['sh', '-c', script] },
        volumeMounts: ['local', 'block', 'shared'].map((kind) => ({ name: kind, mountPath: `/${kind}` })),
      },
    ],
    volumes: ['local', 'block', 'shared'].map((kind) => ({ name: kind, persistentVolumeClaim: { claimName: kind } })),
  },
});

test('V5: what a claim’s own volume holds outlives the Pod, on a node, a disk and a share; and all of it goes with the claim', async () => {
  await using cluster = await startCluster({ nodes: 2 });
  await cluster.apply([
    storageClass('local', { volumeBindingMode: 'WaitForFirstConsumer' }),
    storageClass('block', { volumeBindingMode: 'WaitForFirstConsumer' }),
    storageClass('shared'),
    ...['local', 'block', 'shared'].map((kind) => claim(kind, '1Gi', { storageClassName: kind })),
    pod('writer', 'for d in local block shared; do echo $d > /$d/file; done'),
  ]);
  const wrote = await cluster.waitFor(Pods, ({ status }) => status?.phase === 'Succeeded', { namespace: 'default', name: 'writer' });
  const { items: volumes } = await cluster.client.kind(PersistentVolumes).list();
  const [onNode] = volumes.filter(({ spec }) => spec?.storageClassName === 'local');
  expect(onNode?.spec?.nodeAffinity?.required?.nodeSelectorTerms).toEqual([
    { matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'In', values: [wrote.spec?.nodeName] }] },
  ]);
  await cluster.client.kind(Pods).delete('writer', 'default');
  await cluster.apply(pod('reader', 'test "$(cat /local/file /block/file /shared/file | tr "\\n" " ")" = "local block shared "'));
  const read = await cluster.waitFor(Pods, ({ status }) => ['Succeeded', 'Failed'].includes(status?.phase ?? ''), {
    namespace: 'default',
    name: 'reader',
  });
  expect([read.status?.phase, read.spec?.nodeName]).toEqual(['Succeeded', wrote.spec?.nodeName]);
  await cluster.client.kind(Pods).delete('reader', 'default');
  for (const kind of ['local', 'block', 'shared']) await cluster.client.kind(PersistentVolumeClaims).delete(kind, 'default');
  await cluster.waitForAll(PersistentVolumes, (all) => all.length === 0);
});
