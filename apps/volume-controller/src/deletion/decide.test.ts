import type { PersistentVolume } from '@kubernats/api';
import { expect, test } from 'vitest';
import { type DeletionDecision, decide } from './decide.ts';

const FINALIZER = 'external-provisioner.volume.kubernetes.io/finalizer';

interface Is {
  policy?: string;
  phase?: string;
  going?: boolean;
  bare?: boolean;
  static?: boolean;
  free?: boolean;
  removing?: boolean;
}
const volume = ({ policy = 'Delete', phase = 'Bound', going, bare, static: isStatic, free, removing }: Is): PersistentVolume => ({
  metadata: {
    name: 'pv1',
    annotations: {
      ...(isStatic ? {} : { 'pv.kubernetes.io/provisioned-by': 'disks.example.com' }),
      ...(removing ? { 'kubernats.dev/removing': 'true' } : {}),
    },
    finalizers: bare ? ['kubernetes.io/pv-protection'] : ['kubernetes.io/pv-protection', FINALIZER],
    ...(going ? { deletionTimestamp: '2026-01-01T00:00:00Z' } : {}),
  },
  spec: { persistentVolumeReclaimPolicy: policy, ...(free ? {} : { claimRef: { uid: 'c1' } }) },
  status: { phase },
});

test.each<[string, Is, DeletionDecision['do']]>([
  ['is used', {}, 'nothing'],
  ['is used, and says nothing of its bytes yet', { bare: true }, 'protect'],
  ['is used, and was deleted by hand', { going: true }, 'nothing'],
  ['is released', { phase: 'Released' }, 'delete'],
  ['is released, and says nothing of its bytes', { phase: 'Released', bare: true }, 'delete'],
  ['could not be deleted', { phase: 'Failed' }, 'delete'],
  ['is released and was deleted by hand', { phase: 'Released', going: true }, 'delete'],
  ['was deleted by hand when it was free', { phase: 'Available', going: true, free: true }, 'delete'],
  ['lost its bytes before', { phase: 'Released', going: true, bare: true }, 'nothing'],
  ['is free', { phase: 'Available', free: true }, 'nothing'],
  ['is to be kept', { policy: 'Retain' }, 'unprotect'],
  ['is to be kept, and is released', { policy: 'Retain', phase: 'Released', bare: true }, 'nothing'],
  ['is to be kept, and could not be deleted before', { policy: 'Retain', phase: 'Failed' }, 'unprotect'],
  ['is to be kept, and may have lost its bytes', { policy: 'Retain', phase: 'Released', removing: true }, 'delete'],
  ['is to be kept, and has lost its bytes', { policy: 'Retain', phase: 'Released', removing: true, going: true, bare: true }, 'nothing'],
  ['an administrator made', { static: true, bare: true, phase: 'Released' }, 'nothing'],
  ['an administrator made, and protected', { static: true, going: true }, 'unprotect'],
])('V6: of a volume that %s', (_name, is, expected) => {
  expect(decide(volume(is))).toEqual({ do: expected });
});
