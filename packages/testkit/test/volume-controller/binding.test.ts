import { CoreEvents, PersistentVolumeClaims, PersistentVolumes, type StorageClass } from '@kubernats/api';
import { describe, expect, test } from 'vitest';
import { startCluster, type TestCluster } from '../../src/index.ts';
import { claim, volume } from './objects.ts';

const status = { nodes: 1, fidelity: 'status' } as const;

const boundClaim = (cluster: TestCluster, name: string) =>
  cluster.waitFor(PersistentVolumeClaims, (each) => each.status?.phase === 'Bound', { namespace: 'default', name });
const inPhase = (cluster: TestCluster, name: string, phase: string) =>
  cluster.waitFor(PersistentVolumes, (each) => each.status?.phase === phase, { name });
const told = async (cluster: TestCluster, about: string, reason: string) =>
  (await cluster.waitFor(CoreEvents, (event) => event.involvedObject.name === about && event.reason === reason)).message;

describe.each(['memory', 'nats'] as const)('over the %s bus', (bus) => {
  test('V3: a claim and the smallest volume that fits find each other, whichever comes first', async () => {
    await using cluster = await startCluster({ ...status, bus });
    await cluster.apply([volume('large', '20Gi'), volume('right', '5Gi'), volume('small', '1Gi')]);
    for (const name of ['large', 'right', 'small']) await inPhase(cluster, name, 'Available');
    const [made] = await cluster.apply([claim('first', '3Gi'), claim('waits', '30Gi')]);
    const bound = await boundClaim(cluster, 'first');
    expect(bound).toMatchObject({
      metadata: {
        annotations: { 'pv.kubernetes.io/bind-completed': 'yes', 'pv.kubernetes.io/bound-by-controller': 'yes' },
        finalizers: ['kubernetes.io/pvc-protection'],
      },
      spec: { volumeName: 'right' },
      status: { phase: 'Bound', accessModes: ['ReadWriteOnce'], capacity: { storage: '5Gi' } },
    });
    const right = await inPhase(cluster, 'right', 'Bound');
    expect(right).toMatchObject({
      metadata: { annotations: { 'pv.kubernetes.io/bound-by-controller': 'yes' }, finalizers: ['kubernetes.io/pv-protection'] },
      spec: {
        claimRef: { apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace: 'default', name: 'first', uid: made?.metadata?.uid },
      },
    });
    expect(await told(cluster, 'waits', 'FailedBinding')).toBe(
      'no persistent volumes available for this claim and no storage class is set',
    );
    await cluster.apply(volume('huge', '50Gi'));
    expect((await boundClaim(cluster, 'waits')).spec?.volumeName).toBe('huge');
  });
});

test('V3: many claims and fewer volumes: every volume has one claim, and every other claim waits', async () => {
  await using cluster = await startCluster(status);
  const numbers = Array.from({ length: 30 }, (_, i) => i);
  await Promise.all([
    ...numbers.map((i) => cluster.apply(claim(`claim${i}`, '1Gi'))),
    ...numbers.slice(0, 20).map((i) => cluster.apply(volume(`volume${i}`, '1Gi'))),
  ]);
  await cluster.waitForAll(PersistentVolumes, (all) => all.filter((each) => each.status?.phase === 'Bound').length === 20);
  const claims = await cluster.waitForAll(
    PersistentVolumeClaims,
    (all) => all.filter((each) => each.status?.phase === 'Bound').length === 20,
  );
  const bound = claims.filter((each) => each.status?.phase === 'Bound');
  expect(new Set(bound.map(({ spec }) => spec?.volumeName)).size).toBe(20);
  for (const { spec, metadata } of bound) {
    const held = await cluster.client.kind(PersistentVolumes).get(spec?.volumeName ?? '');
    expect(held.spec?.claimRef?.uid).toBe(metadata?.uid);
  }
});

test('V3: a binding that stopped half way is finished', async () => {
  await using cluster = await startCluster(status);
  const made = await cluster.client
    .kind(PersistentVolumeClaims)
    .create(claim('data', '1Gi', { selector: { matchLabels: { none: 'yet' } } }));
  // What the controller writes first.
  const { name, namespace, uid } = made.metadata ?? {};
  await cluster.apply(volume('half', '1Gi', { claimRef: { kind: 'PersistentVolumeClaim', apiVersion: 'v1', name, namespace, uid } }));
  expect((await boundClaim(cluster, 'data')).spec?.volumeName).toBe('half');
  await inPhase(cluster, 'half', 'Bound');
});

describe('V3: what a person chose', () => {
  test('a claim that names its volume gets no other', async () => {
    await using cluster = await startCluster(status);
    await cluster.apply([volume('other', '1Gi'), volume('mine', '5Gi'), claim('data', '1Gi', { volumeName: 'mine' })]);
    const bound = await boundClaim(cluster, 'data');
    expect(bound.metadata?.annotations).toEqual({ 'pv.kubernetes.io/bind-completed': 'yes' });
    await inPhase(cluster, 'mine', 'Bound');
    await inPhase(cluster, 'other', 'Available');
    await cluster.apply(claim('late', '1Gi', { volumeName: 'mine' }));
    expect(await told(cluster, 'late', 'FailedBinding')).toBe('volume "mine" already bound to a different claim.');
  });

  test('a volume that is set aside by name waits for that claim', async () => {
    await using cluster = await startCluster(status);
    await cluster.apply([volume('reserved', '1Gi', { claimRef: { namespace: 'default', name: 'data' } }), claim('somebody', '1Gi')]);
    await told(cluster, 'somebody', 'FailedBinding');
    await cluster.apply(claim('data', '1Gi'));
    expect((await boundClaim(cluster, 'data')).spec?.volumeName).toBe('reserved');
  });

  test('a volume of another mode is told to both', async () => {
    await using cluster = await startCluster(status);
    const [made] = await cluster.apply(claim('data', '1Gi'));
    const uid = made?.metadata?.uid;
    await cluster.apply(volume('raw', '1Gi', { volumeMode: 'Block', claimRef: { namespace: 'default', name: 'data', uid } }));
    expect(await told(cluster, 'raw', 'VolumeMismatch')).toBe(
      'Cannot bind PersistentVolume to requested PersistentVolumeClaim "data" due to incompatible volumeMode.',
    );
    expect(await told(cluster, 'data', 'VolumeMismatch')).toBe(
      'Cannot bind PersistentVolume "raw" to requested PersistentVolumeClaim due to incompatible volumeMode.',
    );
  });

  test('attributes that are asked for are those of the volume', async () => {
    await using cluster = await startCluster(status);
    const gold = { volumeAttributesClassName: 'gold' };
    await cluster.apply([volume('plain', '1Gi'), volume('gold', '5Gi', gold), claim('data', '1Gi', gold)]);
    const bound = await boundClaim(cluster, 'data');
    expect([bound.spec?.volumeName, bound.status?.currentVolumeAttributesClassName]).toEqual(['gold', 'gold']);
  });

  test('a volume that will not do is said to be so', async () => {
    await using cluster = await startCluster(status);
    await cluster.apply([volume('mine', '1Gi'), claim('data', '5Gi', { volumeName: 'mine' })]);
    expect(await told(cluster, 'data', 'VolumeMismatch')).toBe('Cannot bind to requested volume "mine": requested PV is too small');
  });
});

describe('V6: when the claim goes', () => {
  test('its volume is kept, and is nobody else’s', async () => {
    await using cluster = await startCluster(status);
    await cluster.apply([volume('pv', '1Gi'), claim('data', '1Gi')]);
    await boundClaim(cluster, 'data');
    await inPhase(cluster, 'pv', 'Bound');
    await cluster.client.kind(PersistentVolumeClaims).delete('data', 'default');
    await inPhase(cluster, 'pv', 'Released');
    await cluster.apply(claim('data', '1Gi'));
    await told(cluster, 'data', 'FailedBinding');
    // An administrator who has looked after the data gives it free.
    await cluster.client.kind(PersistentVolumes).patch('pv', undefined, 'merge', { spec: { claimRef: null } });
    expect((await boundClaim(cluster, 'data')).spec?.volumeName).toBe('pv');
  });

  test('a volume that nobody can delete fails', async () => {
    await using cluster = await startCluster(status);
    await cluster.apply([volume('pv', '1Gi', { persistentVolumeReclaimPolicy: 'Delete' }), claim('data', '1Gi')]);
    await boundClaim(cluster, 'data');
    await cluster.client.kind(PersistentVolumeClaims).delete('data', 'default');
    const failed = await inPhase(cluster, 'pv', 'Failed');
    const message = 'host_path deleter only supports /tmp/.+ but received provided /srv/pv';
    expect(failed.status?.message).toBe(message);
    expect(await told(cluster, 'pv', 'VolumeFailedDelete')).toBe(message);
  });

  test('and when its volume goes it is lost', async () => {
    await using cluster = await startCluster(status);
    await cluster.apply([volume('pv', '1Gi'), claim('data', '1Gi')]);
    await boundClaim(cluster, 'data');
    await inPhase(cluster, 'pv', 'Bound');
    const volumes = cluster.client.kind(PersistentVolumes);
    await volumes.delete('pv');
    // It is protected while it is bound; somebody insists.
    expect((await volumes.get('pv')).metadata?.deletionTimestamp).toBeDefined();
    await volumes.patch('pv', undefined, 'merge', { metadata: { finalizers: null } });
    await cluster.waitFor(PersistentVolumeClaims, (each) => each.status?.phase === 'Lost', { namespace: 'default' });
    expect(await told(cluster, 'data', 'ClaimLost')).toBe('Bound claim has lost its PersistentVolume. Data on the volume is lost!');
    // An administrator who makes the volume anew, with the data that he kept, gives it back.
    await cluster.apply(volume('pv', '1Gi'));
    await boundClaim(cluster, 'data');
  });
});

test('V6: a volume that somebody else provisions is asked for by annotation', async () => {
  await using cluster = await startCluster(status);
  const storageClass: StorageClass = {
    apiVersion: 'storage.k8s.io/v1',
    kind: 'StorageClass',
    metadata: { name: 'disks' },
    provisioner: 'disks.example.com',
  };
  await cluster.apply([storageClass, claim('data', '1Gi', { storageClassName: 'disks' })]);
  const asked = await cluster.waitFor(PersistentVolumeClaims, ({ metadata }) => metadata?.annotations !== undefined, {
    namespace: 'default',
  });
  expect(asked.metadata?.annotations).toEqual({
    'volume.beta.kubernetes.io/storage-provisioner': 'disks.example.com',
    'volume.kubernetes.io/storage-provisioner': 'disks.example.com',
  });
  expect(await told(cluster, 'data', 'ExternalProvisioning')).toContain("external provisioner 'disks.example.com'");
});

test('V6: a claim that named no class gets the default one once there is one', async () => {
  await using cluster = await startCluster(status);
  await cluster.apply([claim('data', '1Gi'), claim('none', '1Gi', { storageClassName: '' })]);
  await told(cluster, 'data', 'FailedBinding');
  const storageClass: StorageClass = {
    apiVersion: 'storage.k8s.io/v1',
    kind: 'StorageClass',
    metadata: { name: 'standard', annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } },
    provisioner: 'disks.example.com',
  };
  await cluster.apply(storageClass);
  await cluster.waitFor(PersistentVolumeClaims, ({ spec }) => spec?.storageClassName === 'standard', {
    namespace: 'default',
    name: 'data',
  });
  expect(await told(cluster, 'data', 'ExternalProvisioning')).toContain("external provisioner 'disks.example.com'");
  expect((await cluster.client.kind(PersistentVolumeClaims).get('none', 'default')).spec?.storageClassName).toBe('');
});

test('V6: a claim that is to grow is told who sees to it', async () => {
  await using cluster = await startCluster(status);
  const storageClass: StorageClass = {
    apiVersion: 'storage.k8s.io/v1',
    kind: 'StorageClass',
    metadata: { name: 'grows' },
    provisioner: 'disks.example.com',
    allowVolumeExpansion: true,
  };
  const spec = { storageClassName: 'grows' };
  await cluster.apply([storageClass, volume('pv', '1Gi', spec), claim('data', '1Gi', spec)]);
  await boundClaim(cluster, 'data');
  await cluster.client
    .kind(PersistentVolumeClaims)
    .patch('data', 'default', 'merge', { spec: { resources: { requests: { storage: '2Gi' } } } });
  expect(await told(cluster, 'data', 'ExternalExpanding')).toBe('waiting for an external controller to expand this PVC');
  expect((await boundClaim(cluster, 'data')).status?.capacity).toEqual({ storage: '1Gi' });
});

test('V3: of volumes that come one after the other each finds a claim that waits', async () => {
  await using cluster = await startCluster(status);
  const names = Array.from({ length: 40 }, (_, i) => `${i}`);
  await cluster.apply(names.map((name) => claim(`data${name}`, '1Gi')));
  for (const name of names) await told(cluster, `data${name}`, 'FailedBinding');
  for (const name of names) await cluster.apply(volume(`pv${name}`, '1Gi'));
  for (const name of names) await boundClaim(cluster, `data${name}`);
});
