import type { PersistentVolume, PersistentVolumeClaim, Pod, StorageClass } from '@kubernats/api';
import { expect, test } from 'vitest';
import { type ClaimDecision, type ClaimWorld, decide } from './decide.ts';

const DONE = { 'pv.kubernetes.io/bind-completed': 'yes' };
const SELECTED = { 'volume.kubernetes.io/selected-node': 'node1' };

const claim = (spec: PersistentVolumeClaim['spec'] = {}, annotations: Record<string, string> = {}): PersistentVolumeClaim => ({
  metadata: { name: 'data', namespace: 'default', uid: 'c1', annotations },
  spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, ...spec },
});
const volume = (spec: PersistentVolume['spec'] = {}): PersistentVolume => ({
  metadata: { name: 'pv1' },
  spec: { accessModes: ['ReadWriteOnce'], capacity: { storage: '1Gi' }, ...spec },
  status: { phase: 'Available' },
});
const claimRef = (uid?: string, name = 'data') => ({ claimRef: { name, namespace: 'default', uid } });

interface Has {
  volume?: PersistentVolume;
  class?: StorageClass;
  defaultClass?: string;
  pods?: Pod[];
  noNode?: boolean;
}
const world = (has: Has): ClaimWorld => ({
  volume: (name) => (name === 'pv1' ? has.volume : undefined),
  candidates: () => (has.volume ? [has.volume] : []),
  storageClass: (name) => (name === 'c' ? has.class : undefined),
  defaultClass: () => (has.defaultClass === undefined ? undefined : { metadata: { name: has.defaultClass }, provisioner: 'x' }),
  node: (name) => (has.noNode ? undefined : { metadata: { name } }),
  pods: () => has.pods ?? [],
});
const pod = (name: string, nodeName?: string): Pod => ({ metadata: { name }, spec: { containers: [], nodeName } });

const none: StorageClass = { provisioner: 'kubernetes.io/no-provisioner' };
const late: StorageClass = { ...none, volumeBindingMode: 'WaitForFirstConsumer' };
const external: StorageClass = { provisioner: 'disks.example.com' };
const classed = { storageClassName: 'c' };
const elsewhere = { nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions: [{ key: 'none', operator: 'Exists' }] }] } } };
const bind: Expected = { do: 'bind', volume: 'pv1' };
const wait = (type: string, reason: string, message: string, more: object = {}): Expected => ({
  do: 'wait',
  note: { type, reason, message },
  ...more,
});
const lose = (reason: string, message: string): Expected => ({ do: 'lose', note: { type: 'Warning', reason, message } });

type Expected = { do: ClaimDecision['do']; volume?: string; note?: object; className?: string };
const shown = (decision: ClaimDecision): Expected =>
  'volume' in decision ? { ...decision, volume: decision.volume.metadata?.name } : decision;

const NO_CLASS = 'no persistent volumes available for this claim and no storage class is set';
const EXTERNAL =
  "Waiting for a volume to be created either by the external provisioner 'disks.example.com' or manually by the system administrator. " +
  'If volume creation is delayed, please verify that the provisioner is running and correctly registered.';

test.each<[string, PersistentVolumeClaim, Has, Expected]>([
  ['there is a volume', claim(), { volume: volume() }, bind],
  ['there is none', claim(), {}, wait('Normal', 'FailedBinding', NO_CLASS)],
  ['there is none, and now there is a default class', claim(), { defaultClass: 'c' }, { do: 'classify', className: 'c' }],
  ['there is one, and a default class', claim(), { volume: volume(), defaultClass: 'c' }, bind],
  [
    'there is none, and it wants none of the default class',
    claim({ storageClassName: '' }),
    { defaultClass: 'c' },
    wait('Normal', 'FailedBinding', NO_CLASS),
  ],
  [
    'there is none, and its class is one of a part of Kubernetes that became a driver',
    claim(classed),
    { class: { provisioner: 'kubernetes.io/aws-ebs' } },
    wait('Normal', 'ExternalProvisioning', EXTERNAL.replace('disks.example.com', 'ebs.csi.aws.com'), { provisioner: 'ebs.csi.aws.com' }),
  ],
  [
    'there is none, and its class does not exist',
    claim(classed),
    {},
    wait('Warning', 'ProvisioningFailed', 'storageclass.storage.k8s.io "c" not found'),
  ],
  [
    'there is none, and its class has no provisioner',
    claim(classed),
    { class: none },
    wait('Warning', 'ProvisioningFailed', 'no volume plugin matched name: kubernetes.io/no-provisioner', { unselect: false }),
  ],
  [
    'there is none, and somebody else makes volumes of its class',
    claim(classed),
    { class: external },
    wait('Normal', 'ExternalProvisioning', EXTERNAL, { provisioner: 'disks.example.com' }),
  ],
  [
    'its class waits for a Pod',
    claim(classed),
    { class: late, volume: volume(classed) },
    wait('Normal', 'WaitForFirstConsumer', 'waiting for first consumer to be created before binding', { unselect: false }),
  ],
  [
    'its class waits for a Pod that waits for a node',
    claim(classed),
    { class: late, pods: [pod('b'), pod('a'), pod('c', 'node1')] },
    wait('Normal', 'WaitForPodScheduled', 'waiting for pods a,b to be scheduled', { unselect: false }),
  ],
  ['a node was chosen', claim(classed, SELECTED), { class: late, volume: volume(classed) }, bind],
  [
    'a node was chosen, and there is no volume',
    claim(classed, SELECTED),
    { class: late },
    wait('Warning', 'ProvisioningFailed', 'no volume plugin matched name: kubernetes.io/no-provisioner', { unselect: true }),
  ],
  [
    'a node was chosen, and is gone',
    claim(classed, SELECTED),
    { class: late, noNode: true },
    wait('Normal', 'WaitForFirstConsumer', 'waiting for first consumer to be created before binding', { unselect: true }),
  ],
  [
    'a node was chosen, and the volume that is set aside for it is on another',
    claim(classed, SELECTED),
    { class: late, volume: volume({ ...claimRef(), ...elsewhere }) },
    bind,
  ],
  [
    'a node was chosen, and the volume that is free is on another',
    claim(classed, SELECTED),
    { class: late, volume: volume({ ...classed, ...elsewhere }) },
    wait('Warning', 'ProvisioningFailed', 'no volume plugin matched name: kubernetes.io/no-provisioner', { unselect: true }),
  ],
  ['its class waits, and a volume is set aside for it', claim(classed), { class: late, volume: volume(claimRef()) }, bind],

  ['it names a volume', claim({ volumeName: 'pv1' }), { volume: volume() }, bind],
  ['it names one that is not there yet', claim({ volumeName: 'pv1' }), {}, { do: 'wait' }],
  ['it names one that is set aside for it', claim({ volumeName: 'pv1' }), { volume: volume(claimRef('c1')) }, bind],
  [
    'it names another’s',
    claim({ volumeName: 'pv1' }),
    { volume: volume(claimRef('c2', 'other')) },
    wait('Warning', 'FailedBinding', 'volume "pv1" already bound to a different claim.'),
  ],
  [
    'it names one with other attributes',
    claim({ volumeName: 'pv1', volumeAttributesClassName: 'gold' }),
    { volume: volume() },
    wait('Warning', 'VolumeMismatch', 'Cannot bind to requested volume "pv1": volumeAttributesClassName does not match'),
  ],
  [
    'it names one that will not do',
    claim({ volumeName: 'pv1', ...classed }),
    { volume: volume() },
    wait('Warning', 'VolumeMismatch', 'Cannot bind to requested volume "pv1": storageClassName does not match'),
  ],

  ['it is bound', claim({ volumeName: 'pv1' }, DONE), { volume: volume(claimRef('c1')) }, { do: 'keep', volume: 'pv1' }],
  ['it is bound, and the volume forgot it', claim({ volumeName: 'pv1' }, DONE), { volume: volume() }, { do: 'keep', volume: 'pv1' }],
  [
    'it is bound, and names nothing',
    claim({}, DONE),
    {},
    lose('ClaimLost', 'Bound claim has lost reference to PersistentVolume. Data on the volume is lost!'),
  ],
  [
    'it is bound, and the volume is gone',
    claim({ volumeName: 'pv1' }, DONE),
    {},
    lose('ClaimLost', 'Bound claim has lost its PersistentVolume. Data on the volume is lost!'),
  ],
  [
    'it is bound, and the volume is another’s',
    claim({ volumeName: 'pv1' }, DONE),
    { volume: volume(claimRef('c2')) },
    lose('ClaimMisbound', 'Two claims are bound to the same volume, this one is bound incorrectly'),
  ],
  [
    'it is bound, and the volume is set aside by name only',
    claim({ volumeName: 'pv1' }, DONE),
    { volume: volume(claimRef()) },
    lose('ClaimMisbound', 'Two claims are bound to the same volume, this one is bound incorrectly'),
  ],
])('V3: a claim when %s', (_name, which, has, expected) => {
  expect(shown(decide(which, world(has)))).toEqual(expected);
});
