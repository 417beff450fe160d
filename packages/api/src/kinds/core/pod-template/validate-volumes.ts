import {
  dns1123Subdomain,
  duplicate,
  type FieldPath,
  forbiddenField,
  invalidValue,
  notSupported,
  parseQuantity,
  required,
} from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';
import type {
  DownwardAPIVolumeFile,
  HostPathVolumeSource,
  KeyToPath,
  ProjectedVolumeSource,
  ServiceAccountTokenProjection,
  Volume,
} from '../../../../generated/types.ts';
import { checkRelativePath, checkText, label, requiredText } from '../../../validation/basics.ts';
import { checkInlineCsi } from '../storage/validate-csi.ts';
import { checkSources } from '../storage/validate-sources.ts';
import { checkFieldRef, checkResourceFieldRef } from './validate-env.ts';
import { checkEphemeralVolume } from './validate-ephemeral-volume.ts';

const HOST_PATH_TYPES = ['', 'BlockDevice', 'CharDevice', 'Directory', 'DirectoryOrCreate', 'File', 'FileOrCreate', 'Socket'];

/** The volumes of a Pod. Returns their names, for the mounts. */
export function checkVolumes(volumes: Volume[], path: FieldPath, out: Cause[]): Set<string> {
  const names = new Set<string>();
  volumes.forEach((volume, i) => {
    const at = path.index(i);
    checkSource(volume, at, out);
    const before = out.length;
    label(volume.name, at.child('name'), out);
    if (out.length > before) return;
    if (names.has(volume.name)) out.push(duplicate(at.child('name'), volume.name));
    names.add(volume.name);
  });
  return names;
}

function checkSource(volume: Volume, path: FieldPath, out: Cause[]): void {
  const sources = Object.keys(volume).filter((field) => field !== 'name');
  const [first] = sources;
  if (first === undefined) out.push(required(path, 'must specify a volume type'));
  for (const extra of sources.slice(1)) out.push(forbiddenField(path.child(extra), 'may not specify more than 1 volume type'));
  const { emptyDir, hostPath, configMap, secret, persistentVolumeClaim, downwardAPI, projected, csi, ephemeral } = volume;
  if (emptyDir?.sizeLimit !== undefined && parseQuantity(emptyDir.sizeLimit).toNumber() < 0) {
    out.push(forbiddenField(path.child('emptyDir', 'sizeLimit'), 'SizeLimit field must be a valid resource quantity'));
  }
  if (hostPath) checkHostPath(hostPath, path.child('hostPath'), out);
  if (configMap) {
    if (!configMap.name) out.push(required(path.child('configMap', 'name')));
    checkFiles(configMap, path.child('configMap'), out);
  }
  if (secret) {
    if (!secret.secretName) out.push(required(path.child('secret', 'secretName')));
    checkFiles(secret, path.child('secret'), out);
  }
  if (persistentVolumeClaim && !persistentVolumeClaim.claimName) out.push(required(path.child('persistentVolumeClaim', 'claimName')));
  if (downwardAPI) {
    checkMode(downwardAPI.defaultMode, path.child('downwardAPI', 'defaultMode'), out);
    downwardAPI.items?.forEach((item, i) => checkDownwardFile(item, path.child('downwardAPI'), i, out));
  }
  if (projected) checkProjected(projected, path.child('projected'), out);
  checkSources(volume, volume.name, path, out);
  if (csi) checkInlineCsi(csi, path.child('csi'), out);
  if (ephemeral) checkEphemeralVolume(ephemeral, path.child('ephemeral', 'volumeClaimTemplate'), out);
}

/** A path of the node: also of PersistentVolumes. */
export function checkHostPath(source: HostPathVolumeSource, path: FieldPath, out: Cause[]): void {
  if (!source.path) out.push(required(path.child('path')));
  else if (source.path.split('/').includes('..')) out.push(invalidValue(path.child('path'), source.path, "must not contain '..'"));
  if (source.type !== undefined && !HOST_PATH_TYPES.includes(source.type)) {
    out.push(notSupported(path.child('type'), source.type, HOST_PATH_TYPES));
  }
}

function checkMode(mode: number | undefined, path: FieldPath, out: Cause[]): void {
  if (mode !== undefined && (mode < 0 || mode > 0o777)) {
    out.push(invalidValue(path, mode, 'must be a number between 0 and 0777 (octal), both inclusive'));
  }
}

function checkFiles(source: { defaultMode?: number; items?: KeyToPath[] }, path: FieldPath, out: Cause[]): void {
  checkMode(source.defaultMode, path.child('defaultMode'), out);
  source.items?.forEach(({ key, path: file, mode }, i) => {
    const at = path.child('items').index(i);
    if (!key) out.push(required(at.child('key')));
    checkFilePath(file, at.child('path'), out);
    checkMode(mode, at.child('mode'), out);
  });
}

function checkFilePath(file: string | undefined, path: FieldPath, out: Cause[]): void {
  if (!file) out.push(required(path));
  else {
    checkRelativePath(file, path, out);
    if (file.startsWith('..') && !file.startsWith('../')) out.push(invalidValue(path, file, "must not start with '..'"));
  }
}

function checkDownwardFile(item: DownwardAPIVolumeFile, path: FieldPath, index: number, out: Cause[]): void {
  const at = path.child('items').index(index);
  checkFilePath(item.path, path.child('path'), out);
  const { fieldRef, resourceFieldRef } = item;
  if (fieldRef) {
    checkFieldRef(fieldRef, at.child('fieldRef'), out, 'volume');
    if (resourceFieldRef) out.push(invalidValue(at, 'resource', 'fieldRef and resourceFieldRef can not be specified simultaneously'));
  } else if (resourceFieldRef) checkResourceFieldRef(resourceFieldRef, at.child('resourceFieldRef'), out, 'volume');
  else out.push(required(at, 'one of fieldRef and resourceFieldRef is required'));
  checkMode(item.mode, at.child('mode'), out);
}

function checkProjected(source: ProjectedVolumeSource, path: FieldPath, out: Cause[]): void {
  checkMode(source.defaultMode, path.child('defaultMode'), out);
  source.sources?.forEach((part, i) => {
    const at = path.child('sources').index(i);
    const { configMap, secret, downwardAPI, serviceAccountToken } = part;
    const [, ...more] = Object.keys(part);
    for (const extra of more) out.push(forbiddenField(at.child(extra), 'may not specify more than 1 volume type per source'));
    if (configMap) {
      if (configMap.name) checkText(dns1123Subdomain, configMap.name, at.child('configMap', 'name'), out);
      else out.push(required(at.child('configMap', 'name')));
      checkFiles(configMap, at.child('configMap'), out);
    }
    if (secret) {
      requiredText(dns1123Subdomain, secret.name, at.child('secret', 'name'), out);
      checkFiles(secret, at.child('secret'), out);
    }
    downwardAPI?.items?.forEach((item, d) => checkDownwardFile(item, at.child('downwardAPI'), d, out));
    if (serviceAccountToken) checkToken(serviceAccountToken, at.child('serviceAccountToken'), out);
  });
}

const TOKEN_SECONDS_MIN = 600;
const TOKEN_SECONDS_MAX = 2 ** 32;

function checkToken({ path: file, expirationSeconds = 3600 }: ServiceAccountTokenProjection, path: FieldPath, out: Cause[]): void {
  const at = path.child('expirationSeconds');
  if (expirationSeconds < TOKEN_SECONDS_MIN) {
    out.push(invalidValue(at, expirationSeconds, 'may not specify a duration less than 10 minutes'));
  }
  if (expirationSeconds > TOKEN_SECONDS_MAX) {
    out.push(invalidValue(at, expirationSeconds, 'may not specify a duration larger than 2^32 seconds'));
  }
  checkFilePath(file, path.child('path'), out);
}
