import type { Node, PersistentVolume, PersistentVolumeClaim, VolumeAttachment } from '@kubernats/api';
import { beforeEach, describe, expect, it } from 'vitest';
import { attach, type ClaimShape, driverOf, putClaim } from '../../../test/storage.fixture.ts';
import { bytes, text, VolumesFixture } from '../../../test/volumes.fixture.ts';
import { podOf } from '../../pod/pod.fixture.ts';
import type { PodVolumes } from '../pod-volumes.ts';

let fixture: VolumesFixture;
beforeEach(() => {
  fixture = new VolumesFixture();
});

const CLAIM = { name: 'data', persistentVolumeClaim: { claimName: 'data' } };
const DISK: ClaimShape = { driver: 'disk.example.com' };
const UNIQUE = 'kubernetes.io/csi/disk.example.com^disk-1';
const podWith = (uid: string, volume: object = CLAIM) => podOf({ volumes: [{ name: 'data', ...volume }] }, { name: uid, uid });
const inUse = (): readonly string[] => fixture.api.get<Node>('nodes', 'node1')?.status?.volumesInUse ?? [];
const release = (uid: string): Promise<void> => fixture.storage.release(uid);
const begin = (uid: string, volume: object = CLAIM): Promise<PodVolumes> => fixture.begin(podWith(uid, volume));
const unable = (why: string): string =>
  `Unable to attach or mount volumes: unmounted volumes=[data], unattached volumes=[], failed to process volumes=[data]: ${why}`;

/** The file `/x` of what the Pod has mounted. */
const written = async (volumes: PodVolumes, content: string): Promise<void> =>
  fixture.filesOf(volumes).then((files) => files.write('/x', bytes(content)));

describe('a volume of a back end', () => {
  it('V5: is mounted once on a node, for all of its Pods, and unmounted after the last', async () => {
    putClaim(fixture.api);
    const [first, second] = [await begin('a'), await begin('b')];
    await written(first, 'one');
    expect(await text(await fixture.filesOf(second), '/x')).toBe('one');
    await release('a');
    await release('a');
    expect(fixture.outside.calls).toEqual(['mount node1 disk-1']);
    await release('b');
    expect(fixture.outside.calls).toEqual(['mount node1 disk-1', 'unmount node1 disk-1']);
    expect(inUse()).toEqual([]);
  });

  it('V5: what cannot be unmounted is asked for again, and is not mounted anew for nothing', async () => {
    putClaim(fixture.api);
    await begin('a');
    fixture.outside.failure = 'the disk is busy';
    await expect(release('a')).rejects.toThrow('the disk is busy');
    fixture.outside.failure = undefined;
    await release('a');
    expect(fixture.outside.calls).toEqual(['mount node1 disk-1', 'unmount node1 disk-1', 'unmount node1 disk-1']);
  });

  it('V5: what its back end says of a mount is an event, named by the PersistentVolume', async () => {
    putClaim(fixture.api);
    fixture.outside.failure = 'server nas does not answer';
    await expect(begin('a')).rejects.toThrow('MountVolume.SetUp failed for volume "pv-data" : server nas does not answer');
  });

  it('V3: holds what its PersistentVolume says', async () => {
    putClaim(fixture.api, { capacity: '8' });
    const files = await fixture.filesOf(await begin('a'));
    await files.write('/x', bytes('12345678'));
    await expect(files.append('/x', bytes('9'))).rejects.toThrow('ENOSPC');
  });

  it.each<[string, ClaimShape, object]>([
    ['the Pod', {}, { persistentVolumeClaim: { claimName: 'data', readOnly: true } }],
    ['the source', { spec: { csi: { driver: 'share.example.com', volumeHandle: 'x', readOnly: true } } }, CLAIM],
    ['the only access mode', { accessModes: ['ReadOnlyMany'] }, CLAIM],
  ])('V6: is read-only where %s says so', async (_who, shape, volume) => {
    putClaim(fixture.api, shape);
    const files = await fixture.filesOf(await begin('a', volume));
    await expect(files.write('/x', bytes('x'))).rejects.toThrow('EROFS');
  });

  it('V6: is writable where it can be read by many as well', async () => {
    putClaim(fixture.api, { accessModes: ['ReadWriteOnce', 'ReadOnlyMany'] });
    await written(await begin('a'), 'fine');
  });

  it('V6: is not mounted on a node that it cannot be reached from', async () => {
    const terms = [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: ['node2'] }] }];
    fixture.api.put('nodes', { metadata: { name: 'node1' } });
    const nodeAffinity = { required: { nodeSelectorTerms: terms } };
    putClaim(fixture.api, { spec: { csi: { driver: 'share.example.com', volumeHandle: 'x' }, nodeAffinity } });
    await expect(begin('a')).rejects.toThrow('MountVolume.NodeAffinity check failed for volume "pv-data" : no matching NodeSelectorTerms');
    expect(fixture.outside.calls).toEqual([]);
  });

  it('V6: of ReadWriteOncePod is one Pod at a time: the next has it as soon as it is free', async () => {
    putClaim(fixture.api, { accessModes: ['ReadWriteOncePod'] });
    await begin('a');
    await expect(begin('b')).rejects.toThrow(
      'MountVolume.SetUp failed for volume "pv-data" : volume uses the ReadWriteOncePod access mode and is already in use by another pod',
    );
    await expect(fixture.setUp(podWith('a'))).resolves.toBeDefined();
    expect(fixture.changes).toBe(0);
    await release('a');
    expect(fixture.changes).toBe(1);
    await begin('b');
  });
});

describe('whose volume it is', () => {
  it('V6: a claim that nobody has bound, that is being deleted, or that its volume does not know is waited for', async () => {
    const said = async (why: string): Promise<void> =>
      expect(begin('a')).rejects.toThrow(unable(`error processing PVC default/data: ${why}`));
    const { api } = fixture;
    await said('failed to fetch PVC from API server: persistentvolumeclaims "data" not found');
    putClaim(api, { status: { phase: 'Lost' } });
    await said('PVC is not bound');
    putClaim(api);
    const claim = api.get<PersistentVolumeClaim>('persistentvolumeclaims', 'data', 'default');
    api.put('persistentvolumeclaims', { ...claim, metadata: { ...claim?.metadata, deletionTimestamp: '2026-01-01T00:00:00Z' } });
    await said('PVC is being deleted');
    await fixture.begin({ ...podWith('before'), status: { podIP: '10.244.0.4' } });
    api.put('persistentvolumeclaims', { ...claim, metadata: { ...claim?.metadata, uid: 'another' } });
    await said('found PV object pv-data but its pv.Spec.ClaimRef.UID uid-of-data does not point to claim.UID another');
    api.put('persistentvolumes', { metadata: { name: 'pv-data' }, ...{ spec: {} } });
    await said('found PV object pv-data but it has a nil pv.Spec.ClaimRef indicating it is not yet bound to the claim');
  });

  it('V6: a volume that vanishes under its Pod stays mounted; another Pod waits', async () => {
    putClaim(fixture.api);
    const first = await begin('a');
    fixture.api.remove('persistentvolumes', 'pv-data');
    putClaimStatus({ phase: 'Lost' });
    await written(first, 'still there');
    putClaimStatus({ phase: 'Bound' });
    await expect(begin('b')).rejects.toThrow(
      unable('error processing PVC default/data: failed to fetch PV pv-data from API server: persistentvolumes "pv-data" not found'),
    );
    expect(fixture.outside.calls).toEqual(['mount node1 disk-1']);
  });

  it('V6: the claim of an ephemeral volume has to be the one that was made for the Pod', async () => {
    const ephemeral = { ephemeral: { volumeClaimTemplate: { spec: {} } } };
    putClaim(fixture.api, { claim: 'a-data' });
    await expect(begin('a', ephemeral)).rejects.toThrow(unable('PVC default/a-data was not created for pod default/a (pod is not owner)'));
    const claim = fixture.api.get<PersistentVolumeClaim>('persistentvolumeclaims', 'a-data', 'default');
    const ownerReferences = [{ apiVersion: 'v1', kind: 'Pod', name: 'a', uid: 'a', controller: true }];
    fixture.api.put('persistentvolumeclaims', { ...claim, metadata: { ...claim?.metadata, ownerReferences } });
    await begin('a', ephemeral);
  });

  it('R1: a volume is used as what it is', async () => {
    putClaim(fixture.api, { spec: { volumeMode: 'Block' } });
    const volume = fixture.api.get<PersistentVolume>('persistentvolumes', 'pv-data');
    fixture.api.put('persistentvolumes', { ...volume, ...{ spec: { ...volume?.spec, claimRef: { uid: 'uid-of-data' } } } });
    const pod = podWith('a');
    pod.spec?.containers.forEach((container) => {
      container.volumeMounts = [{ name: 'data', mountPath: '/data' }];
    });
    await expect(fixture.begin(pod)).rejects.toThrow(unable('volume data has volumeMode Block, but is specified in volumeMounts'));
  });
});

describe('drivers', () => {
  const inTree = { persistentVolumeClaim: undefined, awsElasticBlockStore: { volumeID: 'vol-1' } };

  it('V5: one that nobody has installed is waited for', async () => {
    putClaim(fixture.api, { driver: 'new.example.com' });
    await expect(begin('a')).rejects.toThrow(
      'MountVolume.MountDevice failed for volume "pv-data" : kubernetes.io/csi: attacher.MountDevice failed to create newCsiDriverClient: driver name new.example.com not found in the list of registered CSI drivers',
    );
    fixture.drivers.set('new.example.com', driverOf('new.example.com', { attachRequired: false }));
    fixture.storage.sawDriver('new.example.com');
    expect(fixture.changes).toBe(1);
    await begin('a');
  });

  it('V5: a source that was once part of Kubernetes is simulated, and its Pod is told so', async () => {
    attach(fixture.api, 'node1', 'ebs.csi.aws.com', 'vol-1');
    await written(await begin('a', inTree), 'fine');
    expect(fixture.told).toEqual(['StorageSimulated: volume "data": awsElasticBlockStore is simulated by the storage back end "block"']);
  });

  it.each<[string | undefined, string | undefined]>([
    [undefined, '(no CSIDriver object)'],
    ['Persistent', '(only supports ["Persistent"])'],
    ['Ephemeral', undefined],
  ])('R1: a volume that a Pod asks of a driver itself needs one that makes such volumes: %s', async (mode, why) => {
    const driver = 'share.example.com';
    if (mode !== undefined) fixture.drivers.set(driver, driverOf(driver, { volumeLifecycleModes: [mode] }));
    const volumes = begin('a', { persistentVolumeClaim: undefined, csi: { driver } });
    if (why === undefined) await volumes;
    else await expect(volumes).rejects.toThrow(`volume mode "Ephemeral" not supported by driver ${driver} ${why}`);
  });
});

describe('a volume that is attached', () => {
  beforeEach(() => putClaim(fixture.api, DISK));

  it('V5: is said to be in use before it is looked for, until after it is unmounted', async () => {
    await expect(begin('a')).rejects.toMatchObject({ messages: [] });
    expect(inUse()).toEqual([UNIQUE]);
    expect(fixture.outside.calls).toEqual([]);
    attach(fixture.api, 'node1');
    fixture.sawNode();
    expect(fixture.changes).toBe(1);
    await begin('a');
    expect(fixture.outside.calls).toEqual(['mount node1 disk-1']);
    fixture.outside.failure = 'busy';
    await expect(release('a')).rejects.toThrow('busy');
    expect(inUse()).toEqual([UNIQUE]);
    fixture.outside.failure = undefined;
    await release('a');
    expect(inUse()).toEqual([]);
  });

  it('V5: is asked for once while it is waited for, and again when its claim has changed or another Pod comes', async () => {
    const asked = (): number => fixture.api.requests.filter((request) => request === 'get persistentvolumes pv-data').length;
    await expect(begin('a')).rejects.toMatchObject({ messages: [] });
    await expect(begin('a')).rejects.toMatchObject({ messages: [] });
    expect(asked()).toBe(1);
    putClaimStatus({ phase: 'Bound', capacity: { storage: '8' } });
    await expect(begin('a')).rejects.toMatchObject({ messages: [] });
    expect(asked()).toBe(2);
    attach(fixture.api, 'node1');
    await begin('a');
    expect(asked()).toBe(2);
    await begin('b');
    expect(asked()).toBe(3);
  });

  it.each<[string, () => void]>([
    ['the Node does not say so', () => fixture.api.put('nodes', { metadata: { name: 'node1' }, ...{ status: {} } })],
    ['it is on its way from there', () => changeAttachment({ metadata: { deletionTimestamp: '2026-01-01T00:00:00Z' } })],
    ['its attachment is not there yet', () => changeAttachment({ status: { attached: false } })],
    ['it has none', () => fixture.api.remove('volumeattachments', attachmentNameNow())],
  ])('V5: is not mounted while %s', async (_why, change) => {
    attach(fixture.api, 'node1');
    change();
    await expect(begin('a')).rejects.toMatchObject({ messages: [] });
    expect(fixture.outside.calls).toEqual([]);
  });

  it('V5: and does not come is told of after two minutes and three seconds, and again', async () => {
    await expect(begin('a')).rejects.toMatchObject({ messages: [] });
    await fixture.clock.advance(122_000);
    expect(fixture.failures).toEqual([]);
    await fixture.clock.advance(1_000);
    const told =
      'Unable to attach or mount volumes: unmounted volumes=[data], unattached volumes=[data], failed to process volumes=[]: timed out waiting for the condition';
    expect(fixture.failures).toEqual([told]);
    await fixture.clock.advance(123_000);
    expect(fixture.failures).toEqual([told, told]);
  });

  it('V5: is attached for Pods that are only told of as well, and not mounted', async () => {
    const onlyTold = { ...fixture.deps, node: undefined };
    await expect(fixture.begin(podWith('a'), onlyTold)).rejects.toMatchObject({ messages: [] });
    expect(inUse()).toEqual([UNIQUE]);
    attach(fixture.api, 'node1');
    await fixture.begin(podWith('a'), onlyTold);
    await release('a');
    expect(inUse()).toEqual([]);
    expect(fixture.outside.calls).toEqual([]);
  });
});

describe('a volume that grows', () => {
  const pending = { type: 'FileSystemResizePending', status: 'True' };
  const raise = (): void => {
    const volume = fixture.api.get<PersistentVolume>('persistentvolumes', 'pv-data');
    fixture.api.put('persistentvolumes', { ...volume, ...{ spec: { ...volume?.spec, capacity: { storage: '16' } } } });
  };
  const claim = () => fixture.api.get<PersistentVolumeClaim>('persistentvolumeclaims', 'data', 'default');
  const SUCCEEDED = 'FileSystemResizeSuccessful: MountVolume.NodeExpandVolume succeeded for volume "pv-data" node1';

  it('V6: holds more under its running Pod, and the claim says so', async () => {
    putClaim(fixture.api, { capacity: '8' });
    const files = await fixture.filesOf(await begin('a'));
    await files.write('/x', bytes('12345678'));
    raise();
    putClaimStatus({ ...claim()?.status, conditions: [pending, { type: 'Other', status: 'True' }] });
    await fixture.until(() => fixture.told.length === 2);
    await files.append('/x', bytes('9'));
    expect(fixture.told).toEqual([SUCCEEDED, `claim ${SUCCEEDED}`]);
    expect(claim()?.status).toMatchObject({ capacity: { storage: '16' }, conditions: [{ type: 'Other', status: 'True' }] });
  });

  it('V6: while nobody used it: it is finished at the next mount, before the Pod starts', async () => {
    putClaim(fixture.api, { capacity: '8', status: { conditions: [pending] } });
    raise();
    const files = await fixture.filesOf(await begin('a'));
    await files.write('/x', bytes('123456789'));
    expect(claim()?.status).toEqual({ phase: 'Bound', capacity: { storage: '16' } });
  });

  it('V6: is finished by nobody who only reads it', async () => {
    putClaim(fixture.api, { capacity: '8', status: { conditions: [pending] } });
    raise();
    await begin('a', { persistentVolumeClaim: { claimName: 'data', readOnly: true } });
    expect(fixture.told).toEqual([]);
  });
});

describe('R2: a kubelet that is killed between claim and mount, and between release and the end', () => {
  const steps = [
    'before it is said to be in use',
    'before it is attached',
    'while it is mounted',
    'when it is mounted',
    'while it is unmounted',
  ] as const;

  it.each(steps)('%s', async (step) => {
    putClaim(fixture.api, DISK);
    const file = async (): Promise<string> => text(fixture.outside.files, '/block/disk-1/x');
    await fixture.outside.files.mkdir('/block/disk-1', { recursive: true });
    await fixture.outside.files.write('/block/disk-1/x', bytes('kept'));
    if (step !== 'before it is said to be in use' && step !== 'before it is attached') attach(fixture.api, 'node1');
    if (step === 'while it is mounted') fixture.outside.failure = 'killed';
    if (step !== 'before it is said to be in use') await begin('a').catch(() => undefined);
    if (step === 'while it is unmounted') {
      fixture.outside.failure = 'killed';
      await release('a').catch(() => {});
    }
    await fixture.restart();
    fixture.outside.failure = undefined;
    attach(fixture.api, 'node1');
    const again = await begin('a');
    expect(await text(await fixture.filesOf(again), '/x')).toBe('kept');
    expect(inUse()).toEqual([UNIQUE]);
    await release('a');
    expect(inUse()).toEqual([]);
    expect(fixture.outside.calls.at(-1)).toBe('unmount node1 disk-1');
    expect(await file()).toBe('kept');
  });

  it('what was mounted for a Pod that is gone by then is unmounted; what is of one that is there is not', async () => {
    putClaim(fixture.api);
    putClaim(fixture.api, { claim: 'other', handle: 'disk-2' });
    await begin('gone');
    await begin('there', { persistentVolumeClaim: { claimName: 'other' } });
    await fixture.restart();
    await fixture.storage.recover((uid) => uid === 'there');
    expect(fixture.outside.calls.slice(2)).toEqual(['unmount node1 disk-1']);
    await fixture.storage.release('there');
    expect(fixture.outside.calls.slice(3)).toEqual(['unmount node1 disk-2']);
  });
});

function putClaimStatus(status: PersistentVolumeClaim['status']): void {
  const claim = fixture.api.get<PersistentVolumeClaim>('persistentvolumeclaims', 'data', 'default');
  fixture.api.put('persistentvolumeclaims', { ...claim, ...{ status } });
}

const attachmentNameNow = (): string => fixture.api.list<VolumeAttachment>('volumeattachments')[0]?.metadata?.name ?? '';

function changeAttachment(change: { metadata?: object; status?: VolumeAttachment['status'] }): void {
  const found = fixture.api.get<VolumeAttachment>('volumeattachments', attachmentNameNow());
  const metadata = { ...found?.metadata, ...change.metadata };
  fixture.api.put('volumeattachments', { ...found, metadata, ...(change.status ? { status: change.status } : {}) });
}
