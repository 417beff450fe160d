import { CSIDrivers, Nodes, PersistentVolumeClaims, PersistentVolumes, Pods, VolumeAttachments } from '@kubernats/api';
import { expect, test } from 'vitest';
import { type AttachPlane, keyOf, startAttachPlane } from './attach-plane.ts';

const OWN = 'external-attacher/disks-example-com';
const MINUTE_MS = 60_000;

/** A disk that is mounted by a Pod on node1. */
async function withMountedDisk(plane: AttachPlane): Promise<void> {
  await plane.addDisk('data');
  await plane.addPod('one', 'node1', 'data');
  await plane.settle();
  expect(plane.disks.mountedOn('node1')).toEqual(['data']);
}

test('V6: a Pod’s volume is attached to its node, said so, and taken away once the Pod is gone', async () => {
  await using plane = await startAttachPlane();
  await withMountedDisk(plane);
  const [attachment] = await plane.attachments();
  expect(attachment).toMatchObject({
    metadata: { name: 'csi-933c3b320cfc9bb40bd19c7944e5430de86422daabe2fb21cc31004a6e7bbe48', finalizers: [OWN] },
    spec: { attacher: 'disks.example.com', nodeName: 'node1', source: { persistentVolumeName: 'data' } },
    status: { attached: true },
  });
  expect((await plane.client.kind(PersistentVolumes).get('data')).metadata?.finalizers).toContain(OWN);
  expect((await plane.node('node1')).status?.volumesAttached).toEqual([{ name: keyOf('data'), devicePath: '' }]);
  expect(await plane.told()).toEqual(['one: SuccessfulAttachVolume AttachVolume.Attach succeeded for volume "data" ']);

  await plane.deletePod('one');
  await plane.settle();
  expect(await plane.attachments()).toEqual([]);
  expect((await plane.node('node1')).status?.volumesAttached).toBeUndefined();
  expect(plane.disks.calls).toEqual(['attach data node1', 'detach data node1']);
  expect(plane.disks.broken).toEqual([]);
});

const multiAttach = (why: string): string => `two: FailedAttachVolume Multi-Attach error for volume "data" ${why}`;
const ELSEWHERE = multiAttach("Volume is already exclusively attached to one node and can't be attached to another");

test('V6: a volume of one node is not given to a second one: its Pod waits, and knows for whom', async () => {
  await using plane = await startAttachPlane();
  await withMountedDisk(plane);
  await plane.addPod('two', 'node2', 'data');
  await plane.settle();
  await plane.settle();
  expect((await plane.told()).slice(1)).toEqual([multiAttach('Volume is already used by pod(s) one')]);
  expect(plane.disks.attachedTo('data')).toEqual(['node1']);
  await plane.deletePod('one');
  await plane.settle();
  expect(plane.disks.mountedOn('node2')).toEqual(['data']);
  expect((await plane.told()).at(-1)).toBe('two: SuccessfulAttachVolume AttachVolume.Attach succeeded for volume "data" ');
  expect(plane.disks.broken).toEqual([]);
});

test('V6: a volume that many nodes may have is attached to all of them', async () => {
  await using plane = await startAttachPlane();
  plane.disks.shared.add('data');
  await plane.addDisk('data', ['ReadWriteMany']);
  for (const node of plane.nodes.keys()) await plane.addPod(`on-${node}`, node, 'data');
  await plane.settle();
  expect(plane.disks.attachedTo('data')).toEqual(['node1', 'node2']);
  expect(plane.disks.broken).toEqual([]);
});

/** The Pod of node1 is gone from the API, and its node said nothing. Its volume is wanted on node2. */
async function withLostNode(plane: AttachPlane): Promise<void> {
  await withMountedDisk(plane);
  await plane.nodes.get('node1')?.turn(false);
  await plane.client.kind(Pods).delete('one', 'default', { gracePeriodSeconds: 0 });
  await plane.addPod('two', 'node2', 'data');
}

test('V6: a silent node keeps a volume that it may have mounted for six minutes', async () => {
  await using plane = await startAttachPlane();
  await withLostNode(plane);
  await plane.settle(5.9 * MINUTE_MS);
  expect(plane.disks.attachedTo('data')).toEqual(['node1']);
  expect((await plane.told()).slice(1)).toEqual([ELSEWHERE]);
  await plane.settle(0.2 * MINUTE_MS);
  expect(plane.disks.mountedOn('node2')).toEqual(['data']);
  expect(plane.disks.broken).toEqual([]);
});

test('V6: a node that is said to be out of service loses its volumes at once', async () => {
  await using plane = await startAttachPlane({ disableForceDetachOnTimeout: true });
  await withLostNode(plane);
  await plane.settle(10 * MINUTE_MS);
  expect(plane.disks.attachedTo('data')).toEqual(['node1']);
  await plane.nodes.get('node1')?.setOutOfService(true);
  await plane.settle();
  expect(plane.disks.mountedOn('node2')).toEqual(['data']);
});

test('V6: a Node that is deleted keeps what it used last for six minutes, and nothing else', async () => {
  await using plane = await startAttachPlane();
  await withLostNode(plane);
  await plane.addDisk('idle');
  await plane.addPod('idler', 'node1', 'idle');
  await plane.settle();
  expect(plane.disks.attachedTo('idle')).toEqual(['node1']);
  await plane.client.kind(Nodes).delete('node1');
  await plane.client.kind(Pods).delete('idler', 'default', { gracePeriodSeconds: 0 });
  await plane.settle();
  expect([plane.disks.attachedTo('idle'), plane.disks.attachedTo('data')]).toEqual([[], ['node1']]);
  await plane.settle(6 * MINUTE_MS);
  expect(plane.disks.attachedTo('data')).toEqual(['node2']);
});

test('V6: what a back end cannot do is told, and tried again ever more rarely', async () => {
  await using plane = await startAttachPlane();
  plane.disks.failures = 10;
  await plane.addDisk('data');
  await plane.addPod('one', 'node1', 'data');
  await plane.settle(20_000);
  expect(plane.disks.calls.length).toBeGreaterThan(2);
  expect(plane.disks.calls.length).toBeLessThan(7);
  expect(new Set(await plane.told())).toEqual(
    new Set(['one: FailedAttachVolume AttachVolume.Attach failed for volume "data" : the cloud is out of order']),
  );
  const [attachment] = await plane.attachments();
  expect(attachment?.status).toMatchObject({ attached: false, attachError: { message: 'the cloud is out of order' } });
  plane.disks.failures = 0;
  await plane.settle(40_000);
  expect(plane.disks.mountedOn('node1')).toEqual(['data']);
  expect((await plane.attachments())[0]?.status).toEqual({ attached: true });
});

test('V6: what nobody here attaches is left to who does: its Pod is told every two minutes that nobody answers', async () => {
  await using plane = await startAttachPlane();
  await plane.client.kind(CSIDrivers).create({
    metadata: { name: 'disks.example.com', annotations: { 'kubernats.dev/storage-backend': 'none' } },
    spec: {},
  });
  await plane.addDisk('data');
  await plane.addPod('one', 'node1', 'data');
  await plane.settle(5 * MINUTE_MS);
  const silence = 'timed out waiting for external-attacher of disks.example.com CSI driver to attach volume data';
  expect(new Set(await plane.told())).toEqual(
    new Set([`one: FailedAttachVolume AttachVolume.Attach failed for volume "data" : ${silence}`]),
  );
  const [attachment] = await plane.attachments();
  expect([attachment?.metadata?.finalizers, plane.disks.calls]).toEqual([undefined, []]);
});

test('V6: a driver that says that it needs no attaching gets none', async () => {
  await using plane = await startAttachPlane();
  await plane.client.kind(CSIDrivers).create({ metadata: { name: 'disks.example.com' }, spec: { attachRequired: false } });
  await plane.addDisk('data');
  await plane.addPod('one', 'node1', 'data');
  await plane.settle();
  expect(await plane.attachments()).toEqual([]);
});

test('V6: a volume goes only after it was detached', async () => {
  await using plane = await startAttachPlane();
  await withMountedDisk(plane);
  const [claims, volumes] = [plane.client.kind(PersistentVolumeClaims), plane.client.kind(PersistentVolumes)];
  await claims.patch('data', 'default', 'merge', { metadata: { finalizers: null } });
  await claims.delete('data', 'default');
  await volumes.delete('data');
  await plane.settle(500);
  expect((await volumes.get('data')).metadata?.finalizers).toContain(OWN);
  await plane.deletePod('one');
  await plane.settle();
  expect([(await volumes.list()).items, await plane.attachments(), plane.disks.attachedTo('data')]).toEqual([[], [], []]);
  expect(plane.disks.broken).toEqual([]);
});

test('V6: an attachment that a person deletes is made anew while a Pod needs it', async () => {
  await using plane = await startAttachPlane();
  await plane.addDisk('data');
  await plane.nodes.get('node1')?.turn(false);
  await plane.addPod('one', 'node1', 'data');
  await plane.settle();
  const [attachment] = await plane.attachments();
  await plane.client.kind(VolumeAttachments).delete(attachment?.metadata?.name ?? '');
  await plane.settle();
  expect(plane.disks.calls).toEqual(['attach data node1', 'detach data node1', 'attach data node1']);
});

test('V6: an attachment that a person makes stays until that person takes it away, and takes nothing from a Pod', async () => {
  await using plane = await startAttachPlane();
  await plane.addDisk('data');
  const attachments = plane.client.kind(VolumeAttachments);
  const byHand = (name: string, attacher: string, nodeName = 'node1') =>
    attachments.create({ metadata: { name }, spec: { attacher, nodeName, source: { persistentVolumeName: 'data' } } });
  await byHand('lost', 'disks.example.com', 'node9');
  await plane.settle();
  expect((await attachments.get('lost')).status?.attachError?.message).toBe('csinode.storage.k8s.io "node9" not found');
  await attachments.delete('lost');
  await byHand('mine', 'disks.example.com');
  await byHand('wrong', 'disks.kubernats.dev');
  await plane.settle(5_000);
  expect(plane.disks.attachedTo('data')).toEqual(['node1']);
  const wrong = await attachments.get('wrong');
  expect([wrong.metadata?.finalizers, wrong.status?.attachError?.message]).toEqual([
    undefined,
    'the volume is one of driver "disks.example.com"',
  ]);
  await plane.addPod('one', 'node1', 'data');
  await plane.settle();
  expect(plane.disks.mountedOn('node1')).toEqual(['data']);
  await attachments.delete('mine');
  await attachments.delete('wrong');
  await plane.settle();
  expect([(await plane.attachments()).length, plane.disks.mountedOn('node1'), plane.disks.broken]).toEqual([1, ['data'], []]);
  expect((await plane.client.kind(PersistentVolumes).get('data')).metadata?.finalizers).not.toContain(
    'external-attacher/disks-kubernats-dev',
  );
});

test('V6: Nodes are written once for many volumes', async () => {
  await using plane = await startAttachPlane({ nodes: ['node1'] });
  const names = Array.from({ length: 40 }, (_, i) => `disk${i}`);
  await Promise.all(names.map((name) => plane.addDisk(name)));
  await Promise.all(names.map((name) => plane.addPod(`pod-${name}`, 'node1', name)));
  await plane.settle();
  expect((await plane.node('node1')).status?.volumesAttached).toHaveLength(names.length);
  expect(plane.written.filter((write) => write === 'patch nodes').length).toBeLessThan(5);
});
