import type { PersistentVolumeClaim } from '@kubernats/api';
import { expect, test } from 'vitest';
import { type AttributesDecision, decide } from './decide.ts';
import { infeasible, inProgress, modified, pending } from './status.ts';

const DRIVER = 'disks.example.com';
const claim = (wanted?: string, has?: string, phase = 'Bound'): PersistentVolumeClaim => ({
  spec: { volumeAttributesClassName: wanted },
  status: { phase, currentVolumeAttributesClassName: has },
});

test.each<[string, PersistentVolumeClaim, { driver?: string; canModify?: boolean }, AttributesDecision]>([
  ['asks for nothing', claim(), {}, { do: 'nothing' }],
  ['has what it asks for', claim('gold', 'gold'), {}, { do: 'nothing' }],
  [
    'asks for what it had before, when a change failed',
    { spec: { volumeAttributesClassName: 'gold' }, status: infeasible(claim('gold', 'gold').status ?? {}, 'silver', 'no silver', 't1') },
    {},
    { do: 'modify', target: 'gold', parameters: { type: 'gold' } },
  ],
  ['has no volume yet', claim('gold', undefined, 'Pending'), {}, { do: 'nothing' }],
  ['asks for a class that is not there', claim('silver', 'gold'), {}, { do: 'wait', target: 'silver' }],
  ['asks for more', claim('gold'), {}, { do: 'modify', target: 'gold', parameters: { type: 'gold' } }],
  [
    'asks for a class of another driver',
    claim('gold'),
    { driver: 'other.example.com' },
    { do: 'refuse', target: 'gold', message: `VolumeAttributesClass "gold" is for driver ${DRIVER}, not other.example.com` },
  ],
  [
    'asks for what its back end cannot change',
    claim('gold'),
    { canModify: false },
    { do: 'refuse', target: 'gold', message: `CSI driver ${DRIVER} does not support modifying volumes` },
  ],
])('V6: a claim that %s', (_name, which, { driver = DRIVER, canModify = true }, expected) => {
  const attributesClass = (name: string) => (name === 'gold' ? { driverName: DRIVER, parameters: { type: 'gold' } } : undefined);
  expect(decide(which, { attributesClass, driver, canModify })).toEqual(expected);
});

test('V6: the status of a claim tells how far its volume has changed', () => {
  const before = { phase: 'Bound' };
  expect(pending(before, 'gold').modifyVolumeStatus).toEqual({ status: 'Pending', targetVolumeAttributesClassName: 'gold' });
  const began = inProgress(before, 'gold', 't1');
  expect([began.modifyVolumeStatus?.status, began.conditions?.map(({ type }) => type)]).toEqual(['InProgress', ['ModifyingVolume']]);
  const refused = infeasible(began, 'gold', 'no gold', 't2');
  expect([refused.modifyVolumeStatus?.status, refused.conditions?.map(({ type, message }) => [type, message])]).toEqual([
    'Infeasible',
    [['ModifyVolumeError', 'ModifyVolume failed with error: no gold. Waiting for retry.']],
  ]);
  expect(modified(refused, 'gold', 't3')).toEqual({ phase: 'Bound', currentVolumeAttributesClassName: 'gold' });
});
