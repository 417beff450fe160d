import type { PersistentVolumeClaim } from '@kubernats/api';
import { simpleBackend } from '@kubernats/testing';
import { expect, test } from 'vitest';
import type { NewVolume } from './decide.ts';
import { sortParameters } from './parameters.ts';
import { volumeOf } from './volume-of.ts';

const claim: PersistentVolumeClaim = {
  metadata: { name: 'data', namespace: 'default', uid: 'c1', resourceVersion: '7' },
  spec: { accessModes: ['ReadWriteOnce'], volumeMode: 'Filesystem', volumeAttributesClassName: 'gold' },
};
const plan: NewVolume = {
  do: 'create',
  backend: simpleBackend(),
  driver: 'ebs.csi.aws.com',
  storageClass: { metadata: { name: 'fast' }, provisioner: 'kubernetes.io/aws-ebs', reclaimPolicy: 'Delete', mountOptions: ['noatime'] },
  request: { name: 'pvc-c1', capacityBytes: 1, parameters: {}, node: undefined },
  parameters: sortParameters({ 'csi.storage.k8s.io/fstype': 'xfs' }),
  topologies: undefined,
};
const made = { handle: 'vol-1', attributes: { zone: 'a' }, capacityBytes: 5 * 2 ** 30 };

test('V6: the volume that was made is told of as the external-provisioner tells of it', () => {
  expect(volumeOf(claim, made, undefined, plan)).toEqual({
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: {
      name: 'pvc-c1',
      annotations: { 'pv.kubernetes.io/provisioned-by': 'kubernetes.io/aws-ebs' },
      finalizers: ['external-provisioner.volume.kubernetes.io/finalizer'],
    },
    spec: {
      capacity: { storage: '5Gi' },
      accessModes: ['ReadWriteOnce'],
      volumeMode: 'Filesystem',
      claimRef: { kind: 'PersistentVolumeClaim', apiVersion: 'v1', namespace: 'default', name: 'data', uid: 'c1', resourceVersion: '7' },
      persistentVolumeReclaimPolicy: 'Delete',
      storageClassName: 'fast',
      mountOptions: ['noatime'],
      volumeAttributesClassName: 'gold',
      csi: { driver: 'ebs.csi.aws.com', volumeHandle: 'vol-1', fsType: 'xfs', volumeAttributes: { zone: 'a' } },
    },
  });
});

test('V6: a volume that is to be kept has nobody to wait for, and one on a node can be mounted there alone', () => {
  const node = { metadata: { name: 'node1', labels: { 'kubernetes.io/hostname': 'host1' } } };
  const kept = { ...plan, storageClass: { ...plan.storageClass, reclaimPolicy: 'Retain' } };
  const { metadata, spec } = volumeOf(claim, { ...made, source: { local: { path: '/x' } } }, node, kept);
  expect(metadata?.finalizers).toBeUndefined();
  expect([spec?.csi, spec?.local]).toEqual([undefined, { path: '/x' }]);
  expect(spec?.nodeAffinity?.required?.nodeSelectorTerms).toEqual([
    { matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'In', values: ['host1'] }] },
  ]);
});

test('V6: a provisioner whose name no CSI driver can have leads to a volume of its back end', () => {
  const { spec } = volumeOf(claim, made, undefined, { ...plan, driver: 'rancher.io/local-path', backend: simpleBackend() });
  expect(spec?.csi?.driver).toBe('block.kubernats.dev');
});
