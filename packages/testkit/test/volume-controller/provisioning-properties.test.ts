import {
  type PersistentVolume,
  type PersistentVolumeClaim,
  PersistentVolumeClaims,
  PersistentVolumes,
  StorageClasses,
} from '@kubernats/api';
import { quantityValue } from '@kubernats/apimachinery';
import { isAlreadyExists, isConflict, isForbidden, isInvalid, isNotFound } from '@kubernats/errors';
import { expect, test } from 'vitest';
import { claim, volume } from './objects.ts';
import { type StoragePlane, startStoragePlane } from './storage-plane.ts';

const STEPS = 50;
const NAMES = 4;
const FINALIZER = 'external-provisioner.volume.kubernetes.io/finalizer';
const sizes = ['1Gi', '2Gi', '5Gi'] as const;

const pick = <T>({ random }: StoragePlane, all: readonly T[]): T => all[random.int(all.length)] as T;
const named = (plane: StoragePlane): string => `claim${plane.random.int(NAMES)}`;

async function anyVolume(plane: StoragePlane): Promise<PersistentVolume> {
  return pick(plane, (await plane.client.kind(PersistentVolumes).list()).items);
}

/** What people and machines do, in any order. Who finds the object gone, there already, or changed meanwhile leaves it. */
const STEP: Record<string, (plane: StoragePlane) => Promise<unknown>> = {
  addClaim: (plane) =>
    plane.client
      .kind(PersistentVolumeClaims)
      .create(claim(named(plane), pick(plane, sizes), { storageClassName: pick(plane, ['deleted', 'kept']) })),
  /** It may be bound while another one is being made for the same claim. */
  addVolume: (plane) =>
    plane.client
      .kind(PersistentVolumes)
      .create(volume(`pv${plane.random.int(NAMES)}`, '5Gi', { storageClassName: pick(plane, ['deleted', 'kept']) })),
  dropClaim: (plane) => plane.client.kind(PersistentVolumeClaims).delete(named(plane), 'default'),
  growClaim: (plane) =>
    plane.client
      .kind(PersistentVolumeClaims)
      .patch(named(plane), 'default', 'merge', { spec: { resources: { requests: { storage: pick(plane, sizes) } } } }),
  async dropVolume(plane) {
    const { metadata } = await anyVolume(plane);
    await plane.client.kind(PersistentVolumes).delete(metadata?.name ?? '');
  },
  async changePolicy(plane) {
    const { metadata } = await anyVolume(plane);
    const spec = { persistentVolumeReclaimPolicy: pick(plane, ['Delete', 'Retain']) };
    await plane.client.kind(PersistentVolumes).patch(metadata?.name ?? '', undefined, 'merge', { spec });
  },
  crash: (plane) => plane.crash(),
  settle: (plane) => plane.settle(),
};
const ACTS = Object.keys(STEP);

async function act(plane: StoragePlane): Promise<string> {
  const name = pick(plane, ACTS);
  try {
    await STEP[name]?.(plane);
  } catch (error) {
    const isUsual = [isNotFound, isConflict, isAlreadyExists, isForbidden, isInvalid].some((is) => is(error));
    // No volume to pick from.
    if (!isUsual && !(error instanceof TypeError)) throw error;
  }
  return name;
}

/** Claims that were bound, by the uid of the volume: the data on it is theirs. */
class Owners {
  readonly broken: string[] = [];
  /** The handles of what was to be kept at some time: a volume that is deleted then leaves its bytes, whatever its policy becomes while it goes. */
  readonly kept = new Set<string>();
  readonly #claims = new Map<string, string>();

  /** One that was set aside for a claim, which took another one before it had it, may be anybody's. */
  volume({ metadata, spec, status }: PersistentVolume): void {
    if (spec?.csi && spec.persistentVolumeReclaimPolicy === 'Retain') this.kept.add(spec.csi.volumeHandle);
    if (status?.phase !== 'Bound') return;
    const [uid, owner] = [metadata?.uid ?? '', spec?.claimRef?.uid];
    const before = this.#claims.get(uid);
    if (owner && before && before !== owner) this.broken.push(`volume ${metadata?.name} of ${before} was given to ${owner}`);
    if (owner) this.#claims.set(uid, owner);
  }
}

interface Found {
  claims: PersistentVolumeClaim[];
  volumes: PersistentVolume[];
  bytes: Map<string, number>;
}

function check({ claims, volumes, bytes }: Found, owners: Owners): void {
  const uids = new Set(claims.map(({ metadata }) => metadata?.uid));
  const told = new Set(volumes.map(({ spec }) => spec?.csi?.volumeHandle));
  for (const { metadata, spec, status } of volumes) {
    const handle = spec?.csi?.volumeHandle;
    if (handle === undefined) continue;
    expect([metadata?.name, bytes.get(handle)]).toEqual([metadata?.name, quantityValue(spec?.capacity?.storage)]);
    const isHeld = uids.has(spec?.claimRef?.uid);
    // One that is to be kept is free when its claim took another one before it had it.
    const unheld = spec?.claimRef?.uid ? 'Released' : 'Available';
    expect([metadata?.name, status?.phase]).toEqual([metadata?.name, isHeld ? 'Bound' : unheld]);
    if (unheld === 'Released' && !isHeld) expect(spec?.persistentVolumeReclaimPolicy).toBe('Retain');
  }
  for (const { metadata, spec, status } of claims) {
    if (status?.phase === 'Lost') continue;
    expect([metadata?.name, status?.phase, status?.capacity?.storage !== undefined]).toEqual([metadata?.name, 'Bound', true]);
    expect(metadata?.finalizers).not.toContain(FINALIZER);
    const own = volumes.find((each) => each.metadata?.name === `pvc-${metadata?.uid}` && each.metadata.name === spec?.volumeName);
    if (!own) continue;
    expect(status?.capacity?.storage).toBe(own.spec?.capacity?.storage);
    // More, where less was asked for while it was being expanded.
    expect(quantityValue(status?.capacity?.storage)).toBeGreaterThanOrEqual(quantityValue(spec?.resources?.requests?.storage));
  }
  // What nobody tells of was kept on purpose.
  for (const handle of bytes.keys()) if (!told.has(handle)) expect([...owners.kept]).toContain(handle);
}

test.each(Array.from({ length: 12 }, (_, i) => i + 1))(
  'V6: whatever administrators, users and crashes do, a claim gets a volume of its own, and nothing is left of what is to be deleted (seed %i)',
  async (seed) => {
    const owners = new Owners();
    await using plane = await startStoragePlane(seed, { volume: (next) => owners.volume(next) });
    for (const [name, reclaimPolicy] of [
      ['deleted', 'Delete'],
      ['kept', 'Retain'],
    ] as const) {
      await plane.client.kind(StorageClasses).create({
        metadata: { name },
        provisioner: 'disks.example.com',
        reclaimPolicy,
        allowVolumeExpansion: true,
      });
    }
    const acts: string[] = [];
    for (let i = 0; i < STEPS; i++) acts.push(await act(plane));
    for (let i = 0; i < 6; i++) await plane.settle();
    expect(owners.broken, acts.join(' ')).toEqual([]);
    const { items: claims } = await plane.client.kind(PersistentVolumeClaims).list();
    const { items: volumes } = await plane.client.kind(PersistentVolumes).list();
    check({ claims, volumes, bytes: await plane.bytes() }, owners);
  },
);
