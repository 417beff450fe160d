import { type PersistentVolumeClaim, PersistentVolumeClaims, PersistentVolumes, type StorageClass, StorageClasses } from '@kubernats/api';
import { describe, expect, test } from 'vitest';
import { claim } from './objects.ts';
import { type StoragePlane, startStoragePlane } from './storage-plane.ts';

const GIB = 2 ** 30;
const disks: StorageClass = {
  apiVersion: 'storage.k8s.io/v1',
  kind: 'StorageClass',
  metadata: { name: 'disks' },
  provisioner: 'disks.example.com',
  reclaimPolicy: 'Delete',
  allowVolumeExpansion: true,
};
const data = claim('data', '1Gi', { storageClassName: 'disks' });

const claimsOf = ({ client }: StoragePlane) => client.kind(PersistentVolumeClaims);
const volumesOf = async ({ client }: StoragePlane) => (await client.kind(PersistentVolumes).list()).items;
const grow = (plane: StoragePlane, storage: string) =>
  claimsOf(plane).patch('data', 'default', 'merge', { spec: { resources: { requests: { storage } } } });
const shown = (claim: PersistentVolumeClaim) => [claim.status?.phase, claim.status?.capacity?.storage, claim.metadata?.finalizers];

async function start(): Promise<StoragePlane> {
  const plane = await startStoragePlane(1, {}, { replicas: 1, troubles: false });
  await plane.client.kind(StorageClasses).create(disks);
  return plane;
}

/** The claim has a volume of its own of this size, and there is no other. */
async function expectOne(plane: StoragePlane, size: number): Promise<void> {
  const bound = await claimsOf(plane).get('data', 'default');
  expect(shown(bound)).toEqual(['Bound', `${size}Gi`, ['kubernetes.io/pvc-protection']]);
  const [volume, ...others] = await volumesOf(plane);
  expect(others).toEqual([]);
  expect([volume?.metadata?.name, volume?.status?.phase, volume?.spec?.capacity]).toEqual([
    `pvc-${bound.metadata?.uid}`,
    'Bound',
    { storage: `${size}Gi` },
  ]);
  expect(volume?.metadata?.finalizers).toEqual(['external-provisioner.volume.kubernetes.io/finalizer', 'kubernetes.io/pv-protection']);
  expect(await plane.bytes()).toEqual(new Map([[volume?.spec?.csi?.volumeHandle ?? '', size * GIB]]));
}

async function expectNothing(plane: StoragePlane): Promise<void> {
  expect(await volumesOf(plane)).toEqual([]);
  expect((await claimsOf(plane).list()).items).toEqual([]);
  expect(await plane.bytes()).toEqual(new Map());
}

/** At each of its writes, and at none: no way has more. */
const DEATHS = Array.from({ length: 11 }, (_, writes) => [false, true].map((lost) => ({ writes, lost }))).flat();

describe.each(DEATHS)('R2: a volume-controller that dies after $writes writes (the next one done: $lost)', ({ writes, lost }) => {
  test('V6: a volume is made once', async () => {
    await using plane = await start();
    await claimsOf(plane).create(data);
    await plane.crashAt(writes, lost);
    await plane.settle();
    await expectOne(plane, 1);
  });

  test('V6: nothing is left of a claim that was deleted meanwhile', async () => {
    await using plane = await start();
    await claimsOf(plane).create(data);
    await plane.crashAt(writes, lost, () => claimsOf(plane).delete('data', 'default'));
    await plane.settle();
    await expectNothing(plane);
  });

  test('V6: a volume grows to the end, and nothing is left when its claim is deleted', async () => {
    await using plane = await start();
    await claimsOf(plane).create(data);
    await plane.settle();
    await grow(plane, '5Gi');
    await plane.crashAt(writes, lost);
    await plane.settle();
    await expectOne(plane, 5);
    await claimsOf(plane).delete('data', 'default');
    await plane.crashAt(writes, lost);
    await plane.settle();
    await expectNothing(plane);
  });
});

test('V6: what an administrator wants to keep is kept, however late he says so', async () => {
  await using plane = await start();
  await claimsOf(plane).create(data);
  await plane.settle();
  const [made] = await volumesOf(plane);
  const name = made?.metadata?.name ?? '';
  await plane.client.kind(PersistentVolumes).patch(name, undefined, 'merge', { spec: { persistentVolumeReclaimPolicy: 'Retain' } });
  await claimsOf(plane).delete('data', 'default');
  await plane.settle();
  const [kept] = await volumesOf(plane);
  expect([kept?.status?.phase, kept?.metadata?.finalizers]).toEqual(['Released', ['kubernetes.io/pv-protection']]);
  await plane.client.kind(PersistentVolumes).delete(name);
  await plane.settle();
  expect(await volumesOf(plane)).toEqual([]);
  expect([...(await plane.bytes()).keys()]).toEqual([name]);
});

test('V6: a volume that is deleted by hand goes with its claim, and its bytes with it', async () => {
  await using plane = await start();
  await claimsOf(plane).create(data);
  await plane.settle();
  const [made] = await volumesOf(plane);
  await plane.client.kind(PersistentVolumes).delete(made?.metadata?.name ?? '');
  await plane.settle();
  expect((await volumesOf(plane))[0]?.status?.phase).toBe('Bound');
  expect((await plane.bytes()).size).toBe(1);
  await claimsOf(plane).delete('data', 'default');
  await plane.settle();
  await expectNothing(plane);
});
