import {
  CSINodes,
  Nodes,
  type PersistentVolume,
  type PersistentVolumeClaim,
  PersistentVolumeClaims,
  PersistentVolumes,
  type Pod,
  Pods,
  VolumeAttachments,
} from '@kubernats/api';
import { expect, test } from 'vitest';
import { startCluster, type TestCluster } from '../../src/index.ts';
import { eventsAbout } from '../controller-manager/objects.ts';

const inDefault = (name: string) => ({ namespace: 'default', name });
const disk = (capacity: string): PersistentVolume => ({
  apiVersion: 'v1',
  kind: 'PersistentVolume',
  metadata: { name: 'disk' },
  spec: {
    ...{ capacity: { storage: capacity }, accessModes: ['ReadWriteOnce'], persistentVolumeReclaimPolicy: 'Retain', storageClassName: '' },
    csi: { driver: 'ebs.csi.aws.com', volumeHandle: 'vol-1' },
  },
});
const claim = (storage: string): PersistentVolumeClaim => ({
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: { name: 'data', namespace: 'default' },
  spec: { accessModes: ['ReadWriteOnce'], storageClassName: '', resources: { requests: { storage } } },
});
const pod = (name: string, nodeName: string, script: string, part: Partial<Pod['spec']> = {}): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: 'default' },
  spec: {
    ...{ nodeName, restartPolicy: 'Never', terminationGracePeriodSeconds: 0 },
    containers: [{ name: 'main', image: 'busybox', command: ['sh', '-c', script], volumeMounts: [{ name: 'data', mountPath: '/data' }] }],
    volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }],
    ...part,
  },
});
const succeeds = (cluster: TestCluster, name: string): Promise<Pod> =>
  cluster.waitFor(Pods, ({ status }) => status?.phase === 'Succeeded' || status?.phase === 'Failed', inDefault(name));

test('V5: a disk goes with its data from a node to another, attached to one at a time', async () => {
  await using cluster = await startCluster({ nodes: 2 });
  await cluster.apply([disk('64Ki'), claim('64Ki'), pod('first', 'node1', 'echo kept > /data/x')]);
  expect((await succeeds(cluster, 'first')).status?.phase).toBe('Succeeded');
  await cluster.waitFor(Nodes, ({ status }) => !status?.volumesInUse?.length, { name: 'node1' });
  await cluster.apply(pod('second', 'node2', 'test "$(cat /data/x)" = kept && ! head -c 65536 /dev/zero > /data/y'));
  expect((await succeeds(cluster, 'second')).status?.phase).toBe('Succeeded');
  await cluster.waitForAll(VolumeAttachments, (all) => all.every(({ spec }) => spec.nodeName !== 'node1'));
});

test('V5: a disk that is in use is attached to no other node until its Pod is gone', async () => {
  await using cluster = await startCluster({ nodes: 2 });
  await cluster.apply([disk('1Mi'), claim('1Mi'), pod('first', 'node1', 'echo kept > /data/x; sleep infinity')]);
  await cluster.waitFor(Pods, ({ status }) => status?.phase === 'Running', inDefault('first'));
  const [name = ''] =
    (await cluster.waitFor(Nodes, ({ status }) => status?.volumesInUse?.length === 1, { name: 'node1' })).status?.volumesInUse ?? [];
  expect(name).toBe('kubernetes.io/csi/ebs.csi.aws.com^vol-1');
  await cluster.apply(pod('second', 'node2', 'cat /data/x'));
  expect(await eventsAbout(cluster, 'second', 'FailedAttachVolume')).toContainEqual(
    expect.stringContaining('Multi-Attach error for volume "disk"'),
  );
  await cluster.client.kind(Pods).delete('first', 'default');
  expect((await succeeds(cluster, 'second')).status?.phase).toBe('Succeeded');
});

test('V6: a disk that grows under its Pod: the node finishes it', async () => {
  await using cluster = await startCluster({ nodes: 1 });
  await cluster.apply([disk('8'), claim('8'), pod('writer', 'node1', 'until echo more than eight bytes > /data/x; do sleep 0.1; done')]);
  await cluster.waitFor(Pods, ({ status }) => status?.phase === 'Running', inDefault('writer'));
  const volumes = cluster.client.kind(PersistentVolumes);
  await volumes.patch('disk', undefined, 'merge', { spec: { capacity: { storage: '1Ki' } } });
  const pending = { type: 'FileSystemResizePending', status: 'True' };
  await cluster.client
    .kind(PersistentVolumeClaims)
    .patch('data', 'default', 'merge', { status: { conditions: [pending] } }, { subresource: 'status' });
  expect((await succeeds(cluster, 'writer')).status?.phase).toBe('Succeeded');
  const grown = await cluster.waitFor(PersistentVolumeClaims, ({ status }) => status?.capacity?.storage === '1Ki', inDefault('data'));
  expect(grown.status?.conditions ?? []).toEqual([]);
  expect(await eventsAbout(cluster, 'writer', 'FileSystemResizeSuccessful')).toContain(
    'MountVolume.NodeExpandVolume succeeded for volume "disk" node1',
  );
});

test('V5: each node has a CSINode, which goes with it', async () => {
  await using cluster = await startCluster({ nodes: 2, fidelity: 'status' });
  const all = await cluster.waitForAll(CSINodes, ({ length }) => length === 2);
  const names = all[0]?.spec.drivers.map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(['block.kubernats.dev', 'local.kubernats.dev', 'shared.kubernats.dev']));
  await cluster.stopNode('node2');
  await cluster.client.kind(Nodes).delete('node2');
  await cluster.waitForAll(CSINodes, ({ length }) => length === 1);
});
