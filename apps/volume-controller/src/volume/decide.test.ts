import type { PersistentVolume, PersistentVolumeClaim } from '@kubernats/api';
import { expect, test } from 'vitest';
import { decide, unbound, type VolumeDecision } from './decide.ts';

const PROVISIONED = { 'pv.kubernetes.io/provisioned-by': 'disks.example.com' };
const reference = { kind: 'PersistentVolumeClaim', name: 'data', namespace: 'default', uid: 'c1', resourceVersion: '7' };
const byName = { kind: 'PersistentVolumeClaim', name: 'data', namespace: 'default' };
const volume = (spec: PersistentVolume['spec'] = {}, annotations: Record<string, string> = {}): PersistentVolume => ({
  metadata: { name: 'pv1', annotations },
  spec,
});
const claim = (volumeName?: string, uid = 'c1'): PersistentVolumeClaim => ({
  metadata: { name: 'data', namespace: 'default', uid },
  spec: { volumeName },
});

const del = { claimRef: reference, persistentVolumeReclaimPolicy: 'Delete' };
const phase = (name: 'Available' | 'Bound' | 'Released'): VolumeDecision => ({ do: 'phase', phase: name });
const fail = (message: string): VolumeDecision => ({ do: 'fail', message });

test.each<[string, PersistentVolume, PersistentVolumeClaim | undefined, VolumeDecision]>([
  ['nobody has', volume(), undefined, phase('Available')],
  ['set aside by name', volume({ claimRef: byName }), claim(), phase('Available')],
  ['whose claim does not say so yet', volume({ claimRef: reference }), claim(), { do: 'nothing' }],
  ['whose claim has it', volume({ claimRef: reference }), claim('pv1'), phase('Bound')],
  ['whose claim took another', volume({ claimRef: reference }), claim('pv2'), { do: 'unbind' }],
  ['whose claim took another, and that was made for it', volume(del, PROVISIONED), claim('pv2'), phase('Released')],
  [
    'that was made for a claim that took another, and is to be kept',
    volume({ ...del, persistentVolumeReclaimPolicy: 'Retain' }, PROVISIONED),
    claim('pv2'),
    { do: 'unbind' },
  ],
  [
    'that failed and is to be kept after all',
    { ...volume({ claimRef: reference, persistentVolumeReclaimPolicy: 'Retain' }), status: { phase: 'Failed', message: 'x' } },
    undefined,
    { do: 'nothing' },
  ],
  [
    'to be kept, whose claim is gone',
    volume({ claimRef: reference, persistentVolumeReclaimPolicy: 'Retain' }),
    undefined,
    phase('Released'),
  ],
  ['whose claim is gone, and another of its name is there', volume({ claimRef: reference }), claim(undefined, 'c2'), phase('Released')],
  ['to be deleted by who made it', volume(del, PROVISIONED), undefined, phase('Released')],
  [
    'to be deleted by nobody',
    volume({ ...del, nfs: { server: 's', path: '/' } }),
    undefined,
    fail('error getting deleter volume plugin for volume "pv1": no deletable volume plugin matched'),
  ],
  [
    'to be deleted, of the node',
    volume({ ...del, hostPath: { path: '/data' } }),
    undefined,
    fail('host_path deleter only supports /tmp/.+ but received provided /data'),
  ],
])('V6: a volume %s', (_name, which, of, expected) => {
  expect(decide(which, of)).toEqual(expected);
});

test('what the binder set aside is free again; what a person set aside stays so, by name', () => {
  const byController = volume({ claimRef: reference, storageClassName: 'c' }, { 'pv.kubernetes.io/bound-by-controller': 'yes', mine: 'x' });
  expect(unbound(byController)).toEqual({ metadata: { name: 'pv1', annotations: { mine: 'x' } }, spec: { storageClassName: 'c' } });
  expect(unbound(volume({ claimRef: reference })).spec).toEqual({ claimRef: byName });
});
