import type { Node, PersistentVolume, PersistentVolumeClaim, StorageClass, VolumeAttributesClass } from '@kubernats/api';
import { type SimpleBackendOptions, simpleBackend } from '@kubernats/testing';
import { expect, test } from 'vitest';
import { decide, type ProvisionDecision, type ProvisionWorld } from './decide.ts';

const DRIVER = 'disks.example.com';
const FINALIZER = 'external-provisioner.volume.kubernetes.io/finalizer';
const ASKED = { 'volume.kubernetes.io/storage-provisioner': DRIVER };
const ON_NODE1 = { ...ASKED, 'volume.kubernetes.io/selected-node': 'node1' };

interface More {
  annotations?: Record<string, string>;
  spec?: PersistentVolumeClaim['spec'];
  fresh?: boolean;
  going?: boolean;
}
const claim = ({ annotations = ASKED, spec, fresh = false, going = false }: More = {}): PersistentVolumeClaim => ({
  metadata: {
    ...{ name: 'data', namespace: 'default', uid: 'c1', annotations },
    finalizers: fresh ? [] : [FINALIZER],
    ...(going ? { deletionTimestamp: '2026-01-01T00:00:00Z' } : {}),
  },
  spec: { storageClassName: 'fast', accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, ...spec },
});

interface Has {
  class?: Partial<StorageClass> | null;
  backend?: SimpleBackendOptions | null;
  volume?: PersistentVolume;
  attributes?: VolumeAttributesClass;
  nodes?: string[];
}
const node = (name: string): Node => ({
  metadata: { name, labels: { zone: name } },
  status: { conditions: [{ type: 'Ready', status: 'True' }] },
});
const world = (has: Has): ProvisionWorld => {
  const nodes = (has.nodes ?? ['node1']).map(node);
  return {
    ofDriver: (driver) => (has.backend === null || driver !== DRIVER ? undefined : simpleBackend(has.backend ?? {})),
    storageClass: (name) =>
      has.class === null || name !== 'fast'
        ? undefined
        : { metadata: { name }, provisioner: DRIVER, reclaimPolicy: 'Delete', ...has.class },
    attributesClass: () => has.attributes,
    volume: () => has.volume,
    node: (name) => nodes.find(({ metadata }) => metadata?.name === name),
    nodes: () => nodes,
  };
};

type Expected = { do: string; message?: string; node?: string; parameters?: Record<string, string>; reschedule?: boolean };
const shown = (decision: ProvisionDecision): Expected => {
  if (decision.do !== 'create' && decision.do !== 'discard') return decision;
  const { name, capacityBytes, parameters, node: on } = decision.request;
  expect([name, capacityBytes]).toEqual(['pvc-c1', 2 ** 30]);
  return { do: decision.do, parameters, ...(on === undefined ? {} : { node: on }) };
};
const refuse = (why: string, more: object = {}): Expected => ({
  do: 'refuse',
  message: `failed to provision volume with StorageClass "fast": ${why}`,
  ...more,
});
const NOTHING: Expected = { do: 'nothing' };
const LATE = { volumeBindingMode: 'WaitForFirstConsumer' };
const zones = (...values: string[]) => ({ allowedTopologies: [{ matchLabelExpressions: [{ key: 'zone', values }] }] });
const attributes: VolumeAttributesClass = { driverName: DRIVER, parameters: { type: 'gold' } };

test.each<[string, PersistentVolumeClaim, Has, Expected]>([
  ['nobody was asked for', claim({ annotations: {} }), {}, NOTHING],
  ['somebody else was asked for', claim(), { backend: null }, NOTHING],
  ['a class that is gone asked for', claim(), { class: null }, NOTHING],
  ['another class of its name would ask somebody else for', claim(), { class: { provisioner: 'other.example.com' } }, NOTHING],
  ['is to be made, once the claim says so', claim({ fresh: true }), {}, { do: 'promise' }],
  ['is to be made', claim(), { class: { parameters: { type: 'x' } } }, { do: 'create', parameters: { type: 'x' } }],
  ['was made', claim(), { volume: { metadata: { name: 'pvc-c1' } } }, NOTHING],
  ['waits for a node', claim(), { class: LATE }, NOTHING],
  ['waited for a node', claim({ annotations: ON_NODE1 }), { class: LATE }, { do: 'create', parameters: {}, node: 'node1' }],
  ['is to lie on a node that nobody chose', claim(), { backend: { onNode: true } }, { do: 'place', node: 'node1' }],
  [
    'is to lie on a node, and none will do',
    claim(),
    { backend: { onNode: true }, class: zones('elsewhere') },
    refuse('no node is ready that it could lie on'),
  ],
  [
    'is to lie on the node that was chosen for it',
    claim({ annotations: { ...ASKED, 'kubernats.dev/provisioning-node': 'node1' } }),
    { backend: { onNode: true } },
    { do: 'create', parameters: {}, node: 'node1' },
  ],
  ['is to lie on a node that is gone', claim({ annotations: ON_NODE1 }), { class: LATE, backend: { onNode: true }, nodes: [] }, NOTHING],
  [
    'is to be where the class forbids it',
    claim({ annotations: ON_NODE1 }),
    { class: { ...LATE, ...zones('elsewhere') } },
    refuse(`error generating accessibility requirements: selected node '"node1"' is not in allowed topologies`, { reschedule: true }),
  ],

  [
    'is to be a block device',
    claim({ spec: { volumeMode: 'Block' } }),
    {},
    { do: 'refuse', message: `${DRIVER} does not support block volume provisioning` },
  ],
  ['is to have labels', claim({ spec: { selector: { matchLabels: { a: 'b' } } } }), {}, refuse('claim Selector is not supported')],
  [
    'is to be shared, and cannot be',
    claim({ spec: { accessModes: ['ReadWriteMany'] } }),
    {},
    refuse(`access mode ReadWriteMany is not supported by ${DRIVER}: only ReadWriteOnce`),
  ],
  [
    'is to be a copy of a claim',
    claim({ spec: { dataSource: { kind: 'PersistentVolumeClaim', name: 'x' } } }),
    {},
    refuse('CSI driver does not support clone operations: controller CLONE_VOLUME capability is not reported'),
  ],
  [
    'is to be a copy of a snapshot',
    claim({ spec: { dataSourceRef: { apiGroup: 'snapshot.storage.k8s.io', kind: 'VolumeSnapshot', name: 'x' } } }),
    {},
    refuse('CSI driver does not support snapshot restore: controller CREATE_DELETE_SNAPSHOT capability is not reported'),
  ],
  [
    'has parameters that nobody knows',
    claim(),
    { class: { parameters: { 'csi.storage.k8s.io/colour': 'red' } } },
    refuse(
      'failed to strip CSI Parameters of prefixed keys: found unknown parameter key "csi.storage.k8s.io/colour" with reserved namespace csi.storage.k8s.io/',
    ),
  ],
  [
    'has parameters that are not the driver’s',
    claim(),
    { class: { parameters: { 'csi.storage.k8s.io/fstype': 'xfs', type: 'x' } } },
    { do: 'create', parameters: { type: 'x' } },
  ],
  [
    'is to have attributes',
    claim({ spec: { volumeAttributesClassName: 'gold' } }),
    { class: { parameters: { type: 'x' } }, attributes },
    { do: 'create', parameters: { type: 'gold' } },
  ],
  [
    'is to have attributes of a class that is not there',
    claim({ spec: { volumeAttributesClassName: 'gold' } }),
    {},
    refuse('volumeattributesclass.storage.k8s.io "gold" not found'),
  ],
  [
    'is to have attributes of another driver',
    claim({ spec: { volumeAttributesClassName: 'gold' } }),
    { attributes: { driverName: 'other.example.com' } },
    refuse(`VolumeAttributesClass "gold" is for driver other.example.com, not ${DRIVER}`),
  ],
  [
    'is to have attributes, and has none to choose',
    claim({ spec: { volumeAttributesClassName: 'gold' } }),
    { backend: { fixed: true }, attributes },
    refuse('CSI driver does not support VolumeAttributesClass: controller MODIFY_VOLUME capability is not reported'),
  ],

  ['is not wanted, and was never begun', claim({ going: true, fresh: true }), {}, NOTHING],
  ['is not wanted, and may have been begun', claim({ going: true }), {}, { do: 'discard', parameters: {} }],
  ['is not wanted, and its class is gone', claim({ going: true }), { class: null }, { do: 'discard', parameters: {} }],
  ['is not wanted, and says itself that it is there', claim({ going: true }), { volume: {} }, { do: 'release' }],
  ['is not wanted, and would lie on a node that nobody chose', claim({ going: true }), { backend: { onNode: true } }, { do: 'release' }],
  [
    'is not wanted, and lay on a node that is gone',
    claim({ going: true, annotations: ON_NODE1 }),
    { backend: { onNode: true }, nodes: [] },
    { do: 'release' },
  ],
  ['is bound', claim({ spec: { volumeName: 'pvc-c1' } }), {}, { do: 'release' }],
  ['is not needed: the claim got another', claim({ spec: { volumeName: 'pv1' } }), {}, { do: 'discard', parameters: {} }],
])('V6: a volume that %s', (_name, which, has, expected) => {
  expect(shown(decide(which, world(has)))).toEqual(expected);
});
