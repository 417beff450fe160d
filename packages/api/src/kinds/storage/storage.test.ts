import { describe, expect, test } from 'vitest';
import { cells, create, problems, rowOf, update } from '../../../test/harness.ts';
import type { CSIDriver, StorageClass, VolumeAttributesClass } from '../../index.ts';

const GROUP = 'storage.k8s.io';

describe('CSIDriver', () => {
  const drivers = rowOf('csidrivers', GROUP);
  const driver = (spec: CSIDriver['spec'] = {}): CSIDriver => ({ metadata: { name: 'disks.example.com' }, spec });

  test('V5: defaults', () => {
    expect(create(drivers, driver()).spec).toEqual({
      ...{ attachRequired: true, podInfoOnMount: false, storageCapacity: false, requiresRepublish: false, seLinuxMount: false },
      fsGroupPolicy: 'ReadWriteOnceWithFSType',
      volumeLifecycleModes: ['Persistent'],
    });
  });

  test.each<[CSIDriver['spec'], string[]]>([
    [{}, []],
    [{ volumeLifecycleModes: ['Persistent', 'Ephemeral'], fsGroupPolicy: 'File', attachRequired: false }, []],
    [
      { volumeLifecycleModes: ['Eternal'] },
      ['spec.volumeLifecycleModes: Unsupported value: "Eternal": supported values: "Persistent", "Ephemeral"'],
    ],
    [
      { fsGroupPolicy: 'Any' },
      ['spec.fsGroupPolicy: Unsupported value: "Any": supported values: "ReadWriteOnceWithFSType", "File", "None"'],
    ],
    [{ tokenRequests: [{ audience: '' }, { audience: '' }] }, ['spec.tokenRequests[1].audience: Duplicate value: ""']],
    [
      { tokenRequests: [{ audience: 'a', expirationSeconds: 5 }] },
      ['spec.tokenRequests[0].expirationSeconds: Invalid value: 5: may not specify a duration less than 10 minutes'],
    ],
    [
      { tokenRequests: [{ audience: 'a', expirationSeconds: 2 ** 32 + 1 }] },
      ['spec.tokenRequests[0].expirationSeconds: Invalid value: 4294967297: may not specify a duration larger than 2^32 seconds'],
    ],
  ])('%o', (spec, expected) => {
    expect(problems(drivers, driver(spec))).toEqual(expected);
  });

  test('whether it attaches, and the lives of its volumes, never change; the rest may', () => {
    const old = create(drivers, driver());
    const change = (spec: CSIDriver['spec']) => update(drivers, old, (draft) => Object.assign(draft.spec, spec)).problems;
    expect(change({ storageCapacity: true, fsGroupPolicy: 'None', requiresRepublish: true })).toEqual([]);
    expect(change({ attachRequired: false })).toEqual(['spec.attachedRequired: Invalid value: false: field is immutable']);
    expect(change({ volumeLifecycleModes: ['Ephemeral'] })).toEqual([
      'spec.volumeLifecycleModes: Invalid value: ["Ephemeral"]: field is immutable',
    ]);
  });

  test('is printed as kubectl prints it, and warns of what nobody is there to do', () => {
    const { Age: _age, ...shown } = cells(drivers, create(drivers, driver({ tokenRequests: [{ audience: '' }, { audience: 'vault' }] })));
    expect(shown).toEqual({
      ...{ Name: 'disks.example.com', AttachRequired: 'true', PodInfoOnMount: 'false', StorageCapacity: 'false' },
      ...{ TokenRequests: '"",vault', RequiresRepublish: 'false', Modes: 'Persistent' },
    });
    expect(drivers.strategy.warnings?.(create(drivers, driver({ podInfoOnMount: true })), undefined)).toEqual([
      'spec.podInfoOnMount: not honoured by this version of kubernats yet',
    ]);
  });
});

describe('VolumeAttributesClass', () => {
  const classes = rowOf('volumeattributesclasses', GROUP);
  const gold: VolumeAttributesClass = { metadata: { name: 'gold' }, driverName: 'disks.example.com', parameters: { type: 'gold' } };

  test.each<[Partial<VolumeAttributesClass>, string[]]>([
    [{}, []],
    [{ driverName: '' }, ['driverName: Required value']],
    [{ parameters: {} }, ['parameters: Required value: must contain at least one key/value pair']],
    [{ parameters: { '': 'x' } }, ['parameters: Invalid value: "": field can not be empty.']],
    [{ parameters: { a: 'x'.repeat(2 ** 18) } }, ['parameters: Too long: may not be more than 262144 bytes']],
    [
      { parameters: Object.fromEntries(Array.from({ length: 513 }, (_, i) => [`k${i}`, ''])) },
      ['parameters: Too long: may not be more than 512 bytes'],
    ],
  ])('%o', (more, expected) => {
    expect(problems(classes, { ...gold, ...more } as VolumeAttributesClass)).toEqual(expected);
  });

  test('neither driver nor parameters change', () => {
    const old = create(classes, gold);
    expect(update(classes, old, (draft) => Object.assign(draft, { driverName: 'x' })).problems).toEqual([
      'driverName: Forbidden: updates to driverName are forbidden.',
    ]);
    expect(update(classes, old, (draft) => Object.assign(draft, { parameters: { type: 'silver' } })).problems).toEqual([
      'parameters: Forbidden: updates to parameters are forbidden.',
    ]);
  });
});

describe('StorageClass', () => {
  const classes = rowOf('storageclasses', GROUP);
  const term = (key: string, ...values: string[]) => ({ matchLabelExpressions: [{ key, values }] });
  const withTopologies = (...allowedTopologies: NonNullable<StorageClass['allowedTopologies']>): StorageClass => ({
    metadata: { name: 'fast' },
    provisioner: 'disks.example.com',
    allowedTopologies,
  });

  test.each<[StorageClass, string[]]>([
    [withTopologies(term('zone', 'a', 'b'), term('zone', 'c')), []],
    [withTopologies(term('zone')), ['allowedTopologies[0].matchLabelExpressions[0].values: Required value']],
    [withTopologies(term('zone', 'a', 'a')), ['allowedTopologies[0].matchLabelExpressions[0].values[1]: Duplicate value: "a"']],
    [withTopologies(term('zone', 'a', 'b'), term('zone', 'b', 'a')), ['allowedTopologies[1].matchLabelExpressions: Duplicate value: ""']],
    [{ ...withTopologies(), parameters: { a: 'x'.repeat(2 ** 18) } }, ['parameters: Too long: may not be more than 262144 bytes']],
  ])('V6: topologies and parameters: %#', (value, expected) => {
    expect(problems(classes, value)).toEqual(expected);
  });
});
