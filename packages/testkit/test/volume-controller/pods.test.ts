import { CoreEvents, PersistentVolumeClaims, PersistentVolumes, type Pod, Pods, type StorageClass } from '@kubernats/api';
import { expect, test } from 'vitest';
import { startCluster } from '../../src/index.ts';
import { claim, volume } from './objects.ts';

const live = { nodes: 2 } as const;

function pod(name: string, script: string, spec: Partial<NonNullable<Pod['spec']>> = {}): Pod {
  const volumeMounts = [{ name: 'data', mountPath: '/data' }];
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'default' },
    spec: {
      restartPolicy: 'Never',
      terminationGracePeriodSeconds: 0,
      containers: [{ name: 'main', image: 'busybox', command: ['sh', '-c', script], volumeMounts }],
      volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }],
      ...spec,
    },
  };
}

const inDefault = (name: string) => ({ namespace: 'default', name });

test('V3: a Pod gets the folder of its claim, and the data outlives it', async () => {
  await using cluster = await startCluster(live);
  await cluster.apply([
    volume('pv', '1Gi'),
    claim('data', '1Gi'),
    pod('writer', 'echo hello > /data/file', { nodeSelector: { hostname: 'node2' } }),
  ]);
  await cluster.waitFor(Pods, ({ status }) => status?.phase === 'Succeeded', inDefault('writer'));
  await cluster.client.kind(Pods).delete('writer', 'default');
  await cluster.apply(pod('reader', 'test "$(cat /data/file)" = hello', { nodeSelector: { hostname: 'node2' } }));
  const read = await cluster.waitFor(Pods, ({ status }) => ['Succeeded', 'Failed'].includes(status?.phase ?? ''), inDefault('reader'));
  expect(read.status?.phase).toBe('Succeeded');
});

test('V3: the volume of a class that waits is chosen with the Pod, on the node that has it', async () => {
  await using cluster = await startCluster(live);
  const storageClass: StorageClass = {
    apiVersion: 'storage.k8s.io/v1',
    kind: 'StorageClass',
    metadata: { name: 'local' },
    provisioner: 'kubernetes.io/no-provisioner',
    volumeBindingMode: 'WaitForFirstConsumer',
  };
  const on = (host: string) => ({
    storageClassName: 'local',
    nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions: [{ key: 'hostname', operator: 'In', values: [host] }] }] } },
  });
  await cluster.apply([
    storageClass,
    volume('pv1', '1Gi', on('node1')),
    volume('pv2', '5Gi', on('node2')),
    claim('data', '2Gi', { storageClassName: 'local' }),
  ]);
  const waits = await cluster.waitFor(CoreEvents, ({ involvedObject }) => involvedObject.name === 'data');
  expect([waits.reason, waits.message]).toEqual(['WaitForFirstConsumer', 'waiting for first consumer to be created before binding']);
  await cluster.apply(pod('user', 'sleep 1000'));
  const running = await cluster.waitFor(Pods, ({ status }) => status?.phase === 'Running', inDefault('user'));
  expect(running.spec?.nodeName).toBe('node2');
  expect((await cluster.client.kind(PersistentVolumeClaims).get('data', 'default')).spec?.volumeName).toBe('pv2');
  const one = await cluster.client.kind(PersistentVolumes).get('pv1');
  expect(one.status?.phase).toBe('Available');
});

test('V6: a claim that a Pod uses, and its volume, go only after the Pod', async () => {
  await using cluster = await startCluster(live);
  await cluster.apply([volume('pv', '1Gi'), claim('data', '1Gi'), pod('user', 'sleep 1000')]);
  await cluster.waitFor(Pods, ({ status }) => status?.phase === 'Running', inDefault('user'));
  await cluster.client.kind(PersistentVolumeClaims).delete('data', 'default');
  await cluster.client.kind(PersistentVolumes).delete('pv');
  const going = await cluster.waitFor(
    PersistentVolumeClaims,
    ({ metadata }) => metadata?.deletionTimestamp !== undefined,
    inDefault('data'),
  );
  expect(going.metadata?.finalizers).toEqual(['kubernetes.io/pvc-protection']);
  // A Pod that comes now does not get a claim that is going.
  await cluster.apply(pod('late', 'sleep 1000'));
  const late = await cluster.waitFor(
    Pods,
    ({ status }) => status?.conditions?.some(({ type }) => type === 'PodScheduled') === true,
    inDefault('late'),
  );
  expect(late.status?.conditions?.[0]?.message).toContain('persistentvolumeclaim "data" is being deleted');
  await cluster.client.kind(Pods).delete('late', 'default');
  await cluster.client.kind(Pods).delete('user', 'default');
  await cluster.waitForAll(PersistentVolumeClaims, (all) => all.length === 0, { namespace: 'default' });
  await cluster.waitForAll(PersistentVolumes, (all) => all.length === 0);
});

test('V6: a claim of mode ReadWriteOncePod is one Pod’s: the next one waits until that Pod is gone', async () => {
  await using cluster = await startCluster({ nodes: 2, fidelity: 'status' });
  const accessModes = ['ReadWriteOncePod'];
  await cluster.apply([volume('pv', '1Gi', { accessModes }), claim('data', '1Gi', { accessModes }), pod('first', 'sleep 1000')]);
  await cluster.waitFor(Pods, ({ status }) => status?.phase === 'Running', inDefault('first'));
  await cluster.apply(pod('second', 'sleep 1000'));
  const waits = await cluster.waitFor(Pods, ({ status }) => status?.conditions?.[0]?.reason === 'Unschedulable', inDefault('second'));
  expect(waits.status?.conditions?.[0]?.message).toContain(
    '2 node has pod using PersistentVolumeClaim with the same name and ReadWriteOncePod access mode',
  );
  await cluster.client.kind(Pods).delete('first', 'default');
  await cluster.waitFor(Pods, ({ status }) => status?.phase === 'Running', inDefault('second'));
});
