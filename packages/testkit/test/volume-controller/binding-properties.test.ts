import { bestVolume, type PersistentVolume, type PersistentVolumeClaim, PersistentVolumeClaims, PersistentVolumes } from '@kubernats/api';
import { isAlreadyExists, isConflict, isNotFound } from '@kubernats/errors';
import { expect, test } from 'vitest';
import { claim, volume } from './objects.ts';
import { type StoragePlane, startStoragePlane } from './storage-plane.ts';

const STEPS = 60;
const NAMES = 6;

/** What must hold at every moment, told by every state of every object. Keeps what it saw, by uid: names come back. */
class Witness {
  readonly broken: string[] = [];
  /** The claim whose data is on a volume. */
  readonly #dataOf = new Map<string, string>();
  readonly #volumesByName = new Map<string, PersistentVolume>();
  readonly #boundTo = new Map<string, string>();

  /** The administrator has wiped it, and gives it free. */
  wiped(uid: string): void {
    this.#dataOf.delete(uid);
  }

  volume(next: PersistentVolume): void {
    const { name = '', uid = '' } = next.metadata ?? {};
    const before = this.#volumesByName.get(name);
    this.#volumesByName.set(name, next);
    const holder = next.spec?.claimRef?.uid;
    const owner = this.#dataOf.get(uid);
    if (holder && owner && holder !== owner) this.broken.push(`volume ${name} has the data of ${owner} and was given to ${holder}`);
    if (before?.status?.phase === 'Released' && next.status?.phase === 'Available' && owner) {
      this.broken.push(`volume ${name} was given free by itself`);
    }
  }

  claim(next: PersistentVolumeClaim): void {
    const { name, uid = '' } = next.metadata ?? {};
    if (next.status?.phase !== 'Bound') return;
    const held = this.#volumesByName.get(next.spec?.volumeName ?? '');
    if (!held) return;
    const heldUid = held.metadata?.uid ?? '';
    const owner = this.#dataOf.get(heldUid);
    if (owner !== undefined && owner !== uid) this.broken.push(`claim ${name} was given the data of ${owner}`);
    const first = this.#boundTo.get(uid);
    if (first !== undefined && first !== next.spec?.volumeName) this.broken.push(`claim ${name} went from ${first} to another volume`);
    this.#boundTo.set(uid, next.spec?.volumeName ?? '');
    this.#dataOf.set(heldUid, uid);
  }
}

const pick = <T>({ random }: StoragePlane, all: readonly T[]): T => all[random.int(all.length)] as T;
const named = (plane: StoragePlane, prefix: string): string => `${prefix}${plane.random.int(NAMES)}`;
const sizes = ['1Gi', '2Gi', '5Gi'] as const;

/** What people and machines do, in any order. Who finds the object gone, there already, or changed meanwhile leaves it. */
const STEP: Record<string, (plane: StoragePlane, witness: Witness) => Promise<unknown>> = {
  addVolume: (plane) => plane.client.kind(PersistentVolumes).create(volume(named(plane, 'pv'), pick(plane, sizes))),
  reserveVolume: (plane) =>
    plane.client
      .kind(PersistentVolumes)
      .create(volume(named(plane, 'pv'), '5Gi', { claimRef: { namespace: 'default', name: named(plane, 'claim') } })),
  addClaim: (plane) => plane.client.kind(PersistentVolumeClaims).create(claim(named(plane, 'claim'), pick(plane, sizes))),
  claimByName: (plane) =>
    plane.client.kind(PersistentVolumeClaims).create(claim(named(plane, 'claim'), '1Gi', { volumeName: named(plane, 'pv') })),
  dropClaim: (plane) => plane.client.kind(PersistentVolumeClaims).delete(named(plane, 'claim'), 'default'),
  dropVolume: (plane) => plane.client.kind(PersistentVolumes).delete(named(plane, 'pv')),
  async wipeReleased(plane, witness) {
    const kind = plane.client.kind(PersistentVolumes);
    const name = named(plane, 'pv');
    const { metadata, status } = await kind.get(name);
    if (status?.phase !== 'Released') return;
    witness.wiped(metadata?.uid ?? '');
    await kind.patch(name, undefined, 'merge', { metadata: { resourceVersion: metadata?.resourceVersion }, spec: { claimRef: null } });
  },
  crash: (plane) => plane.crash(),
  settle: (plane) => plane.settle(),
};
const ACTS = Object.keys(STEP);

async function act(plane: StoragePlane, witness: Witness): Promise<string> {
  const name = pick(plane, ACTS);
  try {
    await STEP[name]?.(plane, witness);
  } catch (error) {
    if (!isNotFound(error) && !isConflict(error) && !isAlreadyExists(error)) throw error;
  }
  return name;
}

/** What must hold once nobody has anything to do. */
function check(claims: readonly PersistentVolumeClaim[], volumes: readonly PersistentVolume[]): void {
  const byUid = new Map(claims.map((each) => [each.metadata?.uid, each]));
  const byName = new Map(volumes.map((each) => [each.metadata?.name, each]));
  for (const { metadata, spec, status } of volumes) {
    const holder = spec?.claimRef?.uid ? byUid.get(spec.claimRef.uid) : undefined;
    const phase = holder ? 'Bound' : spec?.claimRef?.uid ? 'Released' : 'Available';
    expect([metadata?.name, status?.phase]).toEqual([metadata?.name, phase]);
    if (holder) expect(holder.spec?.volumeName).toBe(metadata?.name);
  }
  for (const each of claims) {
    if (each.status?.phase === 'Bound') {
      expect(byName.get(each.spec?.volumeName)?.spec?.claimRef?.uid).toBe(each.metadata?.uid);
    } else if (each.status?.phase === 'Lost') {
      // As in Kubernetes: a volume that is deleted in the moment between its claimRef and its phase Bound is not protected yet.
      expect(byName.get(each.spec?.volumeName)?.spec?.claimRef?.uid).not.toBe(each.metadata?.uid);
    } else {
      expect(each.status?.phase).toBe('Pending');
      if (!each.spec?.volumeName) expect(bestVolume(each, volumes)?.metadata?.name).toBeUndefined();
    }
  }
  const taken = claims.filter(({ status }) => status?.phase === 'Bound').map(({ spec }) => spec?.volumeName);
  expect(new Set(taken).size).toBe(taken.length);
}

test.each(Array.from({ length: 12 }, (_, i) => i + 1))(
  'V3: whatever administrators, users and crashes do, a volume has one claim, and no claim sees another’s data (seed %i)',
  async (seed) => {
    const witness = new Witness();
    await using plane = await startStoragePlane(seed, { volume: (next) => witness.volume(next), claim: (next) => witness.claim(next) });
    const acts: string[] = [];
    for (let i = 0; i < STEPS; i++) acts.push(await act(plane, witness));
    await plane.settle();
    expect(witness.broken, acts.join(' ')).toEqual([]);
    const { items: claims } = await plane.client.kind(PersistentVolumeClaims).list();
    const { items: volumes } = await plane.client.kind(PersistentVolumes).list();
    check(claims, volumes);
  },
);
