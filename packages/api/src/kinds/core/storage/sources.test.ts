import { describe, expect, test } from 'vitest';
import { create, problems, rowOf, update } from '../../../../test/harness.ts';
import type { PersistentVolume, PersistentVolumeClaim, Pod } from '../../../index.ts';

const [volumes, claims, pods] = [rowOf('persistentvolumes'), rowOf('persistentvolumeclaims'), rowOf('pods')];
const NOT_HONOURED = 'not honoured by this version of kubernats yet';

const volume = (spec: object): PersistentVolume => ({
  metadata: { name: 'pv' },
  spec: { capacity: { storage: '1Gi' }, accessModes: ['ReadWriteOnce'], ...spec },
});
const pod = (source: object, ...more: object[]): Pod => ({
  metadata: { name: 'web', namespace: 'default' },
  spec: { containers: [{ name: 'web', image: 'web' }], volumes: [{ name: 'v', ...source }, ...more] as never },
});
const claim = (spec: object = {}, metadata: object = {}): PersistentVolumeClaim => ({
  metadata: { name: 'data', namespace: 'default', ...metadata },
  spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, ...spec },
});
const template = (spec: object = {}, metadata?: object) => ({
  ephemeral: { volumeClaimTemplate: { metadata, spec: { ...claim().spec, ...spec } } },
});
const managed =
  'Unsupported value: "x": supported values: "/subscriptions/{sub-id}/resourcegroups/{group-name}/providers/microsoft.compute/disks/{disk-id}"';
const required = (...fields: string[]) => fields.map((field) => `${field}: Required value`);
const REGISTRY = 'must be a host:port pair or multiple pairs separated by commas';

/** What both Pods and PersistentVolumes may say: without the path before the source. */
const SHARED: [object, string[]][] = [
  [{ awsElasticBlockStore: { volumeID: 'vol-1' } }, []],
  [
    { awsElasticBlockStore: { partition: 256 } },
    [
      ...required('awsElasticBlockStore.volumeID'),
      'awsElasticBlockStore.partition: Invalid value: 256: must be between 1 and 255, inclusive',
    ],
  ],
  [{ gcePersistentDisk: {} }, required('persistentDisk.pdName')],
  [{ azureDisk: {} }, required('azureDisk.diskName', 'azureDisk.diskURI')],
  [{ azureDisk: { diskName: 'd', diskURI: 'x', kind: 'Managed' } }, [`azureDisk.diskURI: ${managed}`]],
  [
    { azureDisk: { diskName: 'd', diskURI: 'https://x', kind: 'Odd', cachingMode: 'Some' } },
    [
      'azureDisk.cachingMode: Unsupported value: "Some": supported values: "None", "ReadOnly", "ReadWrite"',
      'azureDisk.kind: Unsupported value: "Odd": supported values: "Dedicated", "Managed", "Shared"',
    ],
  ],
  [{ azureFile: {} }, required('azureFile.secretName', 'azureFile.shareName')],
  [{ cephfs: { monitors: [] } }, required('cephfs.monitors')],
  [{ cinder: {} }, required('cinder.volumeID')],
  [{ cinder: { volumeID: 'c', secretRef: { namespace: 'n' } } }, required('cinder.secretRef.name')],
  [{ fc: {} }, ['fc.targetWWNs: Required value: must specify either targetWWNs or wwids, but not both']],
  [{ fc: { targetWWNs: ['a'] } }, ['fc.lun: Required value: lun is required if targetWWNs is specified']],
  [
    { fc: { targetWWNs: ['a'], wwids: ['b'], lun: 256 } },
    [
      'fc.targetWWNs: Invalid value: ["a"]: targetWWNs and wwids can not be specified simultaneously',
      'fc.lun: Invalid value: 256: must be between 0 and 255, inclusive',
    ],
  ],
  [
    { flexVolume: { options: { 'a.k8s.io/x': '1', mine: '2' } } },
    [
      ...required('flexVolume.driver'),
      'flexVolume.options[a.k8s.io/x]: Invalid value: "a.k8s.io/x": kubernetes.io and k8s.io namespaces are reserved',
    ],
  ],
  [{ flocker: {} }, ['flocker: Required value: one of datasetName and datasetUUID is required']],
  [
    { flocker: { datasetName: 'a/b', datasetUUID: 'u' } },
    [
      'flocker: Invalid value: "resource": datasetName and datasetUUID can not be specified simultaneously',
      'flocker.datasetName: Invalid value: "a/b": must not contain \'/\'',
    ],
  ],
  [{ glusterfs: {} }, required('glusterfs.endpoints', 'glusterfs.path')],
  [{ iscsi: { lun: 0 } }, required('iscsi.targetPortal', 'iscsi.iqn')],
  [{ iscsi: { targetPortal: 't', iqn: 'iqn.2026-01.com.example:disk', lun: 1 } }, []],
  [
    { iscsi: { targetPortal: 't'.repeat(64), iqn: 'disk', lun: 256, chapAuthSession: true, initiatorName: 'me' } },
    [
      `iscsi.targetportal: Invalid value: "${'t'.repeat(64)}": Total length of <volume name>:<iscsi.targetPortal> must be under 64 characters if iscsi.initiatorName is specified.`,
      'iscsi.iqn: Invalid value: "disk": must be valid format',
      'iscsi.lun: Invalid value: 256: must be between 0 and 255, inclusive',
      ...required('iscsi.secretRef'),
      'iscsi.initiatorname: Invalid value: "me": must be valid format',
    ],
  ],
  [{ nfs: { server: 's', path: 'x' } }, ['nfs.path: Invalid value: "x": must be an absolute path']],
  [{ photonPersistentDisk: {} }, required('photonPersistentDisk.pdID')],
  [{ portworxVolume: {} }, required('portworxVolume.volumeID')],
  [{ quobyte: {} }, [`quobyte.registry: Required value: ${REGISTRY}`, ...required('quobyte.volume')]],
  [{ quobyte: { registry: 'a:1,b', volume: 'v' } }, [`quobyte.registry: Invalid value: "a:1,b": ${REGISTRY}`]],
  [{ rbd: {} }, required('rbd.monitors', 'rbd.image')],
  [{ scaleIO: {} }, required('scaleIO.gateway', 'scaleIO.system', 'scaleIO.volumeName')],
  [{ storageos: {} }, required('storageos.volumeName')],
  [{ vsphereVolume: {} }, required('vsphereVolume.volumePath')],
  [{ csi: { driver: `${'a'.repeat(64)}`, volumeHandle: 'h' } }, ['csi.driver: Too long: may not be more than 63 bytes']],
  [{ csi: { driver: 'EBS.csi.aws.com', volumeHandle: 'h' } }, []],
];

describe('V5: where a volume is said to be', () => {
  test.each(SHARED)('in a PersistentVolume: %j', (source, expected) => {
    const wanted = expected.map((problem) => `spec.${problem}`);
    expect(problems(volumes, volume(source))).toEqual(wanted);
  });
  test.each(SHARED)('in a Pod: %j', (source, expected) => {
    const inline = 'csi' in source ? { csi: { ...(source.csi as object), volumeHandle: undefined } } : source;
    const wanted = expected.map((problem) => `spec.volumes[0].${problem}`);
    expect(problems(pods, pod(inline))).toEqual(wanted);
  });
});

const secret = (field: string) => ({ csi: { driver: 'd', volumeHandle: 'h', [field]: {} } });

test.each<[object, string[]]>([
  [{}, ['spec: Required value: must specify a volume type']],
  [{ csi: {} }, required('spec.csi.driver', 'spec.csi.volumeHandle')],
  ...['controllerPublishSecretRef', 'controllerExpandSecretRef', 'nodePublishSecretRef', 'nodeExpandSecretRef'].map(
    (field): [object, string[]] => [secret(field), required(`spec.csi.${field}.name`, `spec.csi.${field}.namespace`)],
  ),
  [{ cinder: { volumeID: 'c', secretRef: { name: 's' } } }, required('spec.cinder.secretRef.namespace')],
  [{ azureFile: { secretName: 's', shareName: 't', secretNamespace: '' } }, required('spec.azureFile.secretNamespace')],
  [
    { glusterfs: { endpoints: 'e', path: 'p', endpointsNamespace: '' } },
    ['spec.glusterfs.endpointsNamespace: Invalid value: "": if the endpointnamespace is set, it must be a valid namespace name'],
  ],
  [
    { nfs: { server: 's', path: '/' }, rbd: { monitors: ['m'], image: 'i' } },
    ['spec.rbd: Forbidden: may not specify more than 1 volume type'],
  ],
  [
    { hostPath: { path: '/x' }, accessModes: ['ReadWriteOncePod', 'ReadOnlyMany'] },
    ['spec.accessModes: Forbidden: may not use ReadWriteOncePod with other access modes'],
  ],
  [
    { hostPath: { path: '/./' }, persistentVolumeReclaimPolicy: 'Recycle' },
    ["spec.persistentVolumeReclaimPolicy: Forbidden: may not be 'recycle' for a hostPath mount of '/'"],
  ],
  [
    { hostPath: { path: '/x' }, volumeAttributesClassName: '' },
    [
      'spec.volumeAttributesClassName: Required value: an empty string is disallowed',
      'spec.csi: Required value: has to be specified when using volumeAttributesClassName',
    ],
  ],
])('V5: a PersistentVolume: %j', (spec, expected) => {
  expect(problems(volumes, volume(spec))).toEqual(expected);
});

test('V5: a volume of a driver may be given a secret for expansion, and keeps its attributes’ class', () => {
  const made = create(volumes, volume({ csi: { driver: 'd', volumeHandle: 'h' }, volumeAttributesClassName: 'gold' }));
  const controllerExpandSecretRef = { name: 's', namespace: 'n' };
  expect(update(volumes, made, (draft) => Object.assign(draft.spec?.csi ?? {}, { controllerExpandSecretRef })).problems).toEqual([]);
  expect(update(volumes, made, (draft) => delete draft.spec?.volumeAttributesClassName).problems).toEqual([
    'spec.volumeAttributesClassName: Forbidden: update from non-nil value to nil is forbidden',
  ]);
});

const IN = 'spec.volumes[0].ephemeral.volumeClaimTemplate';

test.each<[Pod, string[]]>([
  [pod(template({}, { labels: { a: 'b' }, annotations: { c: 'd' } })), []],
  [pod({ ephemeral: {} }), required(IN)],
  [
    pod(template({ accessModes: [], resources: {} })),
    [`${IN}.spec.accessModes: Required value: at least 1 access mode is required`, ...required(`${IN}.spec.resources[storage]`)],
  ],
  [
    pod(template({}, { name: 'x', finalizers: ['y/z'] })),
    [`${IN}.metadata.name: Forbidden: cannot be set`, `${IN}.metadata.finalizers: Forbidden: cannot be set`],
  ],
  [
    pod(template(), { name: 'w', persistentVolumeClaim: { claimName: 'web-v' } }),
    [
      'spec.volumes[1].persistentVolumeClaim.claimName: Invalid value: "web-v": must not reference a PVC that gets created for an ephemeral volume',
    ],
  ],
  [pod({ csi: { driver: 'd', nodePublishSecretRef: {} } }), required('spec.volumes[0].csi.nodePublishSecretRef.name')],
  [
    pod({ gitRepo: { repository: 'r', directory: '../x' } }),
    ['spec.volumes[0].gitRepo.directory: Invalid value: "../x": must not contain \'..\''],
  ],
  [pod({ ...template(), csi: { driver: 'd' } }), ['spec.volumes[0].csi: Forbidden: may not specify more than 1 volume type']],
])('V6: the volumes of a Pod: %j', (made, expected) => {
  expect(problems(pods, made)).toEqual(expected);
});

test('V6: the name of a claim that is made for a Pod has room for both names', () => {
  const long = pod(template());
  const name = 'p'.repeat(252);
  const [problem] = problems(pods, { ...long, metadata: { ...long.metadata, name } });
  expect(problem).toBe(`spec.volumes[0].name: Invalid value: "v": PVC name "${name}-v": must be no more than 253 bytes`);
});

const group = { kind: 'VolumeSnapshot', name: 's' };

test.each<[object, string[]]>([
  [
    { dataSource: group },
    ['spec.dataSource: Invalid value: "VolumeSnapshot": must be \'PersistentVolumeClaim\' when referencing the default apiGroup'],
  ],
  [{ dataSource: { kind: 'PersistentVolumeClaim' } }, required('spec.dataSource.name')],
  [
    { dataSource: { ...group, apiGroup: 'snapshot.storage.k8s.io' }, dataSourceRef: { kind: 'PersistentVolumeClaim', name: 's' } },
    ['spec: Invalid value: {}: must match dataSourceRef'],
  ],
  [
    { volumeAttributesClassName: 'No' },
    [expect.stringContaining('spec.volumeAttributesClassName: Invalid value: "No": a lowercase RFC 1123 subdomain')],
  ],
])('V6: what a claim asks for: %j', (spec, expected) => {
  expect(problems(claims, claim(spec))).toEqual(expected);
});

describe('R1: what is told of volumes', () => {
  test.each<[object, string[]]>([
    [{ csi: { driver: 'd', volumeHandle: 'h' }, volumeAttributesClassName: 'gold' }, []],
    [{ awsElasticBlockStore: { volumeID: 'v' } }, []],
    [
      { csi: { driver: 'd', volumeHandle: 'h', fsType: 'xfs', nodeStageSecretRef: { name: 's', namespace: 'n' } } },
      [`spec.csi.fsType: ${NOT_HONOURED}`, `spec.csi.nodeStageSecretRef: ${NOT_HONOURED}`],
    ],
    [{ nfs: { server: 's', path: '/' }, mountOptions: ['hard'] }, [`spec.mountOptions: ${NOT_HONOURED}`]],
    [{ hostPath: { path: '/x' }, volumeMode: 'Block' }, [`spec.volumeMode: ${NOT_HONOURED}`]],
    [
      { hostPath: { path: '/x' }, persistentVolumeReclaimPolicy: 'Recycle' },
      [
        'spec.persistentVolumeReclaimPolicy: The Recycle reclaim policy is deprecated. Instead, the recommended approach is to use dynamic provisioning.',
        `spec.persistentVolumeReclaimPolicy: ${NOT_HONOURED}`,
      ],
    ],
    [{ rbd: { monitors: ['m'], image: 'i' } }, ['spec.rbd: deprecated since v1.28, non-functional in v1.31+']],
  ])('of a PersistentVolume: %j', (spec, expected) => {
    expect(volumes.strategy.warnings?.(create(volumes, volume(spec)), undefined)).toEqual(expected);
  });

  test.each<[object, string[]]>([
    [{ nfs: { server: 's', path: '/' } }, []],
    [template({ volumeAttributesClassName: 'gold' }), []],
    [template({ dataSource: { kind: 'PersistentVolumeClaim', name: 'x' } }), [`${IN}.spec.dataSource: ${NOT_HONOURED}`]],
    [{ csi: { driver: 'd', fsType: 'ext4' } }, [`spec.volumes[0].csi.fsType: ${NOT_HONOURED}`]],
    [{ image: { reference: 'x' } }, [`spec.volumes[0].image: ${NOT_HONOURED}`]],
    [{ gitRepo: { repository: 'r' } }, ['spec.volumes[0].gitRepo: deprecated since v1.11, and disabled by default in v1.33+']],
  ])('of a Pod: %j', (source, expected) => {
    expect(pods.strategy.warnings?.(create(pods, pod(source)), undefined)).toEqual(expected);
  });

  test('of a claim', () => {
    const annotations = { 'volume.beta.kubernetes.io/storage-class': 'fast' };
    const made = create(claims, claim({ volumeMode: 'Block', volumeAttributesClassName: 'gold' }, { annotations }));
    expect(claims.strategy.warnings?.(made, undefined)).toEqual([
      'metadata.annotations[volume.beta.kubernetes.io/storage-class]: deprecated since v1.8; use "storageClassName" attribute instead',
      `spec.volumeMode: ${NOT_HONOURED}`,
    ]);
  });
});
