import { describe, expect, test } from 'vitest';
import type { Node, PersistentVolume, PersistentVolumeClaim } from '../generated/types.ts';
import { bestVolume, volumeMismatch } from './volume-binding.ts';

const RWO = 'ReadWriteOnce';
const RWX = 'ReadWriteMany';

const claim = (storage: string, spec: PersistentVolumeClaim['spec'] = {}): PersistentVolumeClaim => ({
  metadata: { name: 'data', namespace: 'default', uid: 'c1' },
  spec: { accessModes: [RWO], resources: { requests: { storage } }, ...spec },
});

function volume(
  name: string,
  storage: string,
  spec: PersistentVolume['spec'] = {},
  more: Partial<PersistentVolume> = {},
): PersistentVolume {
  return { metadata: { name }, spec: { accessModes: [RWO], capacity: { storage }, ...spec }, status: { phase: 'Available' }, ...more };
}

const labelled = (name: string, tier: string) => volume(name, '1Gi', {}, { metadata: { name, labels: { tier } } });
const on = (host: string): PersistentVolume['spec'] => ({
  nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions: [{ key: 'hostname', operator: 'In', values: [host] }] }] } },
});
const node = (name: string): Node => ({ metadata: { name, labels: { hostname: name } } });
const reserved = (name: string, uid?: string) => ({ claimRef: { name, namespace: 'default', uid } });

describe('V3: the volume for a claim', () => {
  test.each<[string, PersistentVolumeClaim, PersistentVolume[], string | undefined]>([
    ['is the smallest that is large enough', claim('5Gi'), [volume('a', '20Gi'), volume('b', '10Gi'), volume('c', '1Gi')], 'b'],
    ['is compared by size and not by spelling', claim('1Gi'), [volume('a', '2Gi'), volume('b', '1100Mi')], 'b'],
    ['is the first by name of equals', claim('1Gi'), [volume('b', '1Gi'), volume('a', '1Gi')], 'a'],
    [
      'is rather one with no access mode to spare',
      claim('1Gi'),
      [volume('a', '1Gi', { accessModes: [RWO, RWX] }), volume('b', '9Gi')],
      'b',
    ],
    ['has every access mode that is asked for', claim('1Gi', { accessModes: [RWO, RWX] }), [volume('a', '1Gi')], undefined],
    ['is of the same mode', claim('1Gi', { volumeMode: 'Block' }), [volume('a', '1Gi')], undefined],
    [
      'has the attributes that are asked for',
      claim('1Gi', { volumeAttributesClassName: 'gold' }),
      [volume('a', '1Gi'), volume('b', '9Gi', { volumeAttributesClassName: 'gold' })],
      'b',
    ],
    ['has no attributes that are not asked for', claim('1Gi'), [volume('a', '1Gi', { volumeAttributesClassName: 'gold' })], undefined],
    [
      'is of the class that the older annotation names',
      { ...claim('1Gi'), metadata: { name: 'data', annotations: { 'volume.beta.kubernetes.io/storage-class': 'fast' } } },
      [volume('a', '1Gi'), volume('b', '1Gi', { storageClassName: 'fast' })],
      'b',
    ],
    [
      'is of the same class',
      claim('1Gi', { storageClassName: 'fast' }),
      [volume('a', '1Gi'), volume('b', '1Gi', { storageClassName: 'fast' })],
      'b',
    ],
    ['without a class is of no class', claim('1Gi'), [volume('a', '1Gi', { storageClassName: 'fast' })], undefined],
    [
      'has the labels that are asked for',
      claim('1Gi', { selector: { matchLabels: { tier: 'gold' } } }),
      [labelled('a', 'tin'), labelled('b', 'gold')],
      'b',
    ],
    ['is not another’s', claim('1Gi'), [volume('a', '1Gi', reserved('other'))], undefined],
    ['is not that of a claim of its name that is gone', claim('1Gi'), [volume('a', '1Gi', reserved('data', 'c0'))], undefined],
    [
      'is the one that is set aside for it by name',
      claim('1Gi'),
      [volume('a', '1Gi'), volume('b', '50Gi', { ...reserved('data'), storageClassName: 'x' })],
      'b',
    ],
    [
      'is the one that the binder set aside',
      claim('1Gi'),
      [volume('a', '1Gi'), volume('b', '50Gi', reserved('data', 'c1'), { status: { phase: 'Available' } })],
      'b',
    ],
    ['is not one that is set aside and too small', claim('5Gi'), [volume('a', '1Gi', reserved('data'))], undefined],
    ['is not one that is going', claim('1Gi'), [volume('a', '1Gi', {}, { metadata: { name: 'a', deletionTimestamp: 'now' } })], undefined],
    [
      'is free',
      claim('1Gi'),
      [volume('a', '1Gi', {}, { status: { phase: 'Released' } }), volume('b', '1Gi', {}, { status: undefined })],
      undefined,
    ],
  ])('%s', (_name, wanted, volumes, expected) => {
    expect(bestVolume(wanted, volumes)?.metadata?.name).toBe(expected);
  });

  test('is on the node where its first Pod will be', () => {
    const volumes = [volume('a', '1Gi', on('node1')), volume('b', '2Gi', on('node2')), volume('c', '9Gi')];
    const chosen = (name: string) => bestVolume(claim('1Gi'), volumes, { node: node(name) })?.metadata?.name;
    expect([chosen('node1'), chosen('node2'), chosen('node3')]).toEqual(['a', 'b', 'c']);
  });

  test('is none on a node that the volume that is set aside for it cannot be reached from', () => {
    const volumes = [volume('a', '1Gi'), volume('b', '1Gi', { ...on('node2'), ...reserved('data') })];
    expect(bestVolume(claim('1Gi'), volumes, { node: node('node2') })?.metadata?.name).toBe('b');
    expect(bestVolume(claim('1Gi'), volumes, { node: node('node1') })).toBeUndefined();
  });

  test('before a node is chosen is only one that is set aside', () => {
    const volumes = [volume('a', '1Gi'), volume('b', '1Gi', reserved('data'))];
    expect(bestVolume(claim('1Gi'), volumes, { reservedOnly: true })?.metadata?.name).toBe('b');
    expect(bestVolume(claim('1Gi'), volumes.slice(0, 1), { reservedOnly: true })).toBeUndefined();
  });
});

test.each<[PersistentVolume, PersistentVolumeClaim, string | undefined]>([
  [volume('a', '1Gi'), claim('1Gi'), undefined],
  [volume('a', '1Gi'), claim('1Gi', { selector: { matchLabels: { tier: 'gold' } } }), undefined],
  [volume('a', '1Gi', {}, { metadata: { name: 'a', deletionTimestamp: 'now' } }), claim('1Gi'), 'the volume is marked for deletion "a"'],
  [volume('a', '1Gi'), claim('2Gi'), 'requested PV is too small'],
  [volume('a', '1Gi', { storageClassName: 'x' }), claim('1Gi'), 'storageClassName does not match'],
  [volume('a', '1Gi', { volumeAttributesClassName: 'x' }), claim('1Gi'), 'volumeAttributesClassName does not match'],
  [volume('a', '1Gi', { volumeMode: 'Block' }), claim('1Gi'), 'incompatible volumeMode'],
  [volume('a', '1Gi'), claim('1Gi', { accessModes: [RWX] }), 'incompatible accessMode'],
])('asked for by name: %#', (one, wanted, why) => {
  expect(volumeMismatch(wanted, one)).toBe(why);
});
