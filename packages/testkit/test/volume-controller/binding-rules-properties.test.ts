import { type PersistentVolume, type PersistentVolumeClaim, PersistentVolumeClaims, PersistentVolumes } from '@kubernats/api';
import type { Random } from '@kubernats/clock';
import { expect, test } from 'vitest';
import { claim, volume } from './objects.ts';
import { startStoragePlane } from './storage-plane.ts';

const EACH = 10;
const GIB = ['1Gi', '2Gi', '5Gi'] as const;
const MODES = [['ReadWriteOnce'], ['ReadWriteMany'], ['ReadWriteOnce', 'ReadWriteMany']] as const;
const TIERS = ['gold', 'tin'] as const;

const pick = <T>(random: Random, all: readonly T[]): T => all[random.int(all.length)] as T;
/** Said by one in three. */
const sometimes = <T extends object>(random: Random, what: T): T | object => (random.int(3) === 0 ? what : {});

function anyVolume(random: Random, name: string): PersistentVolume {
  const made = volume(name, pick(random, GIB), {
    accessModes: [...pick(random, MODES)],
    ...sometimes(random, { storageClassName: 'fast' }),
    ...sometimes(random, { volumeMode: 'Block' }),
    ...sometimes(random, { volumeAttributesClassName: 'quick' }),
  });
  return { ...made, metadata: { ...made.metadata, labels: { tier: pick(random, TIERS) } } };
}

function anyClaim(random: Random, name: string): PersistentVolumeClaim {
  const made = claim(name, pick(random, GIB), {
    accessModes: [...pick(random, MODES)],
    ...sometimes(random, { selector: { matchLabels: { tier: pick(random, TIERS) } } }),
    ...sometimes(random, { volumeMode: 'Block' }),
    ...sometimes(random, { volumeAttributesClassName: 'quick' }),
  });
  const annotations = { 'volume.beta.kubernetes.io/storage-class': 'fast' };
  return { ...made, metadata: { ...made.metadata, ...sometimes(random, { annotations }) } };
}

const gib = (text = '0Gi'): number => Number(text.replace('Gi', ''));
const classOfClaim = ({ metadata }: PersistentVolumeClaim): string =>
  metadata?.annotations?.['volume.beta.kubernetes.io/storage-class'] ?? '';

/** The rules of binding, said once more and as plainly as can be. */
function fits({ spec: volume = {}, metadata: of }: PersistentVolume, wanted: PersistentVolumeClaim): boolean {
  const { spec = {} } = wanted;
  const tier = spec.selector?.matchLabels?.['tier'];
  return (
    gib(volume.capacity?.['storage']) >= gib(spec.resources?.requests?.['storage']) &&
    (volume.storageClassName ?? '') === classOfClaim(wanted) &&
    volume.volumeMode === spec.volumeMode &&
    volume.volumeAttributesClassName === spec.volumeAttributesClassName &&
    (spec.accessModes ?? []).every((mode) => volume.accessModes?.includes(mode)) &&
    (tier === undefined || of?.labels?.['tier'] === tier)
  );
}

test.each([1, 2, 3, 4, 5, 6])(
  'V3: class, mode, attributes, access modes, labels and size are kept to, and nobody waits in vain (seed %i)',
  async (seed) => {
    await using plane = await startStoragePlane(seed, { volume() {}, claim() {} });
    const { random, client } = plane;
    for (let i = 0; i < EACH; i++) {
      if (random.int(4) === 0) await plane.settle();
      await client.kind(PersistentVolumes).create(anyVolume(random, `pv${i}`));
      await client.kind(PersistentVolumeClaims).create(anyClaim(random, `claim${i}`));
      if (random.int(4) === 0) await plane.crash();
    }
    await plane.settle();
    const { items: claims } = await client.kind(PersistentVolumeClaims).list();
    const { items: volumes } = await client.kind(PersistentVolumes).list();
    const free = volumes.filter(({ spec }) => !spec?.claimRef);
    for (const each of claims) {
      const held = volumes.find(({ metadata }) => metadata?.name === each.spec?.volumeName);
      const what = JSON.stringify([each.spec, held?.spec]);
      expect(each.status?.phase, what).toBe(held ? 'Bound' : 'Pending');
      if (!held)
        expect(
          free.filter((volume) => fits(volume, each)),
          what,
        ).toEqual([]);
      else {
        expect(fits(held, each), what).toBe(true);
        expect(each.status?.currentVolumeAttributesClassName).toBe(held.spec?.volumeAttributesClassName);
      }
    }
  },
);
