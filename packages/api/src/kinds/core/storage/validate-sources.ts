// Kubernetes' rules for the sources of volumes that Pods and PersistentVolumes share. Those of `csi` are in validate-csi.ts.
import { dns1123Label, type FieldPath, invalidValue, notSupported, required } from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';
import type {
  AzureDiskVolumeSource,
  FCVolumeSource,
  FlockerVolumeSource,
  PersistentVolumeSpec,
  QuobyteVolumeSource,
  Volume,
} from '../../../../generated/types.ts';
import { between, checkRelativePath, checkText } from '../../../validation/basics.ts';
import { checkIscsi } from './validate-iscsi.ts';

type Sources = Volume | PersistentVolumeSpec;

/** The fields that a source cannot do without, in Kubernetes' order. */
const REQUIRED: Readonly<Record<string, readonly string[]>> = {
  awsElasticBlockStore: ['volumeID'],
  azureDisk: ['diskName', 'diskURI'],
  azureFile: ['secretName', 'shareName'],
  cephfs: ['monitors'],
  cinder: ['volumeID'],
  flexVolume: ['driver'],
  gcePersistentDisk: ['pdName'],
  gitRepo: ['repository'],
  glusterfs: ['endpoints', 'path'],
  nfs: ['server', 'path'],
  photonPersistentDisk: ['pdID'],
  portworxVolume: ['volumeID'],
  rbd: ['monitors', 'image'],
  scaleIO: ['gateway', 'system', 'volumeName'],
  storageos: ['volumeName'],
  vsphereVolume: ['volumePath'],
};
/** Where Kubernetes itself calls a field by another name in its errors. */
const CALLED: Readonly<Record<string, string>> = { gcePersistentDisk: 'persistentDisk' };
const PARTITION_MAX = 255;
const PARTITION = `must be between 1 and ${PARTITION_MAX}, inclusive`;
const REGISTRY = 'must be a host:port pair or multiple pairs separated by commas';
const TENANT_LENGTH_MAX = 64;
const CACHING_MODES = ['None', 'ReadOnly', 'ReadWrite'];
const DISK_KINDS = ['Dedicated', 'Managed', 'Shared'];
const MANAGED_URI = '/subscriptions/{sub-id}/resourcegroups/{group-name}/providers/microsoft.compute/disks/{disk-id}';
const BLOB_URI = 'https://{account-name}.blob.core.windows.net/{container-name}/{disk-name}.vhd';
const RESERVED_OPTIONS = /(^|\.)(kubernetes|k8s)\.io$/i;

/** `name` is the volume's. */
export function checkSources(sources: Sources, name: string, path: FieldPath, out: Cause[]): void {
  for (const [field, source] of Object.entries(sources)) {
    const at = path.child(CALLED[field] ?? field);
    for (const key of REQUIRED[field] ?? []) if (isEmpty(source?.[key])) out.push(required(at.child(key)));
  }
  const at = (field: string): FieldPath => path.child(CALLED[field] ?? field);
  for (const field of ['gcePersistentDisk', 'awsElasticBlockStore'] as const) {
    const partition = sources[field]?.partition ?? 0;
    if (partition < 0 || partition > PARTITION_MAX) out.push(invalidValue(at(field).child('partition'), partition, PARTITION));
  }
  if (sources.nfs && !sources.nfs.path?.startsWith('/')) {
    out.push(invalidValue(at('nfs').child('path'), sources.nfs.path ?? '', 'must be an absolute path'));
  }
  if ('gitRepo' in sources && sources.gitRepo?.directory)
    checkRelativePath(sources.gitRepo.directory, at('gitRepo').child('directory'), out);
  if (sources.iscsi) checkIscsi(sources.iscsi, name, at('iscsi'), out);
  if (sources.fc) checkFc(sources.fc, at('fc'), out);
  if (sources.flocker) checkFlocker(sources.flocker, at('flocker'), out);
  if (sources.quobyte) checkQuobyte(sources.quobyte, at('quobyte'), out);
  if (sources.azureDisk) checkAzureDisk(sources.azureDisk, at('azureDisk'), out);
  if (sources.flexVolume) checkOptions(sources.flexVolume.options, at('flexVolume').child('options'), out);
  if (sources.cinder?.secretRef && !sources.cinder.secretRef.name) out.push(required(at('cinder').child('secretRef', 'name')));
  const { volumeName, volumeNamespace, secretRef } = sources.storageos ?? {};
  if (volumeName) checkText(dns1123Label, volumeName, at('storageos').child('volumeName'), out);
  if (volumeNamespace) checkText(dns1123Label, volumeNamespace, at('storageos').child('volumeNamespace'), out);
  if (secretRef && !secretRef.name) out.push(required(at('storageos').child('secretRef', 'name')));
}

const isEmpty = (value: unknown): boolean => value === undefined || value === '' || (Array.isArray(value) && value.length === 0);

function checkFc({ targetWWNs = [], wwids = [], lun }: FCVolumeSource, path: FieldPath, out: Cause[]): void {
  const names = path.child('targetWWNs');
  if (targetWWNs.length === 0 && wwids.length === 0) out.push(required(names, 'must specify either targetWWNs or wwids, but not both'));
  if (targetWWNs.length === 0) return;
  if (wwids.length > 0) out.push(invalidValue(names, targetWWNs, 'targetWWNs and wwids can not be specified simultaneously'));
  if (lun === undefined) out.push(required(path.child('lun'), 'lun is required if targetWWNs is specified'));
  else between(lun, 0, 255, path.child('lun'), out);
}

function checkFlocker({ datasetName, datasetUUID }: FlockerVolumeSource, path: FieldPath, out: Cause[]): void {
  if (!datasetName && !datasetUUID) out.push(required(path, 'one of datasetName and datasetUUID is required'));
  if (datasetName && datasetUUID) {
    out.push(invalidValue(path, 'resource', 'datasetName and datasetUUID can not be specified simultaneously'));
  }
  if (datasetName?.includes('/')) out.push(invalidValue(path.child('datasetName'), datasetName, "must not contain '/'"));
}

function checkQuobyte({ registry, tenant = '', volume }: QuobyteVolumeSource, path: FieldPath, out: Cause[]): void {
  const at = path.child('registry');
  if (!registry) out.push(required(at, REGISTRY));
  else if (tenant.length > TENANT_LENGTH_MAX) {
    out.push(required(path.child('tenant'), `must be a UUID and may not exceed a length of ${TENANT_LENGTH_MAX} characters`));
  } else for (const pair of registry.split(',')) if (!/^[^:]+:[^:]+$/.test(pair)) out.push(invalidValue(at, registry, REGISTRY));
  if (!volume) out.push(required(path.child('volume')));
}

function checkAzureDisk({ cachingMode, kind, diskURI = '' }: AzureDiskVolumeSource, path: FieldPath, out: Cause[]): void {
  if (cachingMode !== undefined && !CACHING_MODES.includes(cachingMode)) {
    out.push(notSupported(path.child('cachingMode'), cachingMode, CACHING_MODES));
  }
  if (kind === undefined) return;
  if (!DISK_KINDS.includes(kind)) out.push(notSupported(path.child('kind'), kind, DISK_KINDS));
  const [start, example] = kind === 'Managed' ? ['/subscriptions/', MANAGED_URI] : ['https://', BLOB_URI];
  if (!diskURI.startsWith(start)) out.push(notSupported(path.child('diskURI'), diskURI, [example]));
}

function checkOptions(options: Record<string, string> = {}, path: FieldPath, out: Cause[]): void {
  for (const key of Object.keys(options)) {
    const [namespace = '', ...rest] = key.split('/');
    if (RESERVED_OPTIONS.test(rest.length > 0 ? namespace : key)) {
      out.push(invalidValue(path.key(key), key, 'kubernetes.io and k8s.io namespaces are reserved'));
    }
  }
}
