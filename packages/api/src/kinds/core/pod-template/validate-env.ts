import {
  configMapKey,
  dns1123Subdomain,
  envVarName,
  type FieldPath,
  invalidValue,
  notSupported,
  qualifiedName,
  required,
} from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';
import type { EnvFromSource, EnvVar, EnvVarSource, ObjectFieldSelector, ResourceFieldSelector } from '../../../../generated/types.ts';
import { checkRelativePath, checkText, requiredText } from '../../../validation/basics.ts';

const ENV_FIELDS = [
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
  'spec.nodeName',
  'spec.serviceAccountName',
  'status.hostIP',
  'status.hostIPs',
  'status.podIP',
  'status.podIPs',
];
const VOLUME_FIELDS = ['metadata.annotations', 'metadata.labels', 'metadata.name', 'metadata.namespace', 'metadata.uid'];
const RESOURCES = [
  'limits.cpu',
  'limits.ephemeral-storage',
  'limits.memory',
  'requests.cpu',
  'requests.ephemeral-storage',
  'requests.memory',
];
const SUBSCRIPT = /^metadata\.(annotations|labels)\['(.*)'\]$/;

export function checkEnv(env: EnvVar[], path: FieldPath, out: Cause[]): void {
  env.forEach((variable, i) => {
    const at = path.index(i);
    if (!variable.name) out.push(required(at.child('name')));
    else checkText(envVarName, variable.name, at.child('name'), out);
    if (variable.valueFrom) checkSource(variable, variable.valueFrom, at.child('valueFrom'), out);
  });
}

function checkSource(variable: EnvVar, source: EnvVarSource, path: FieldPath, out: Cause[]): void {
  const { fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef, fileKeyRef } = source;
  if (fieldRef) checkFieldRef(fieldRef, path.child('fieldRef'), out, 'env');
  if (resourceFieldRef) checkResourceFieldRef(resourceFieldRef, path.child('resourceFieldRef'), out, 'env');
  for (const [name, reference] of Object.entries({ configMapKeyRef, secretKeyRef })) {
    if (!reference) continue;
    if (reference.name) checkText(dns1123Subdomain, reference.name, path.child(name, 'name'), out);
    requiredText(configMapKey, reference.key, path.child(name, 'key'), out);
  }
  if (fileKeyRef) {
    if (!fileKeyRef.key) out.push(required(path.child('fileKeyRef', 'key')));
    if (!fileKeyRef.path) out.push(required(path.child('fileKeyRef', 'path')));
    else checkRelativePath(fileKeyRef.path, path.child('fileKeyRef', 'path'), out);
    if (!fileKeyRef.volumeName) out.push(required(path.child('fileKeyRef', 'volumeName')));
  }
  const sources = [fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef, fileKeyRef].filter((given) => given !== undefined).length;
  if (sources === 0) {
    const why = 'must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`';
    out.push(invalidValue(path, '', why));
  } else if (variable.value) out.push(invalidValue(path, '', 'may not be specified when `value` is not empty'));
  else if (sources > 1) out.push(invalidValue(path, '', 'may not have more than one field specified at a time'));
}

/** A reference to a field of the Pod itself. Volumes may show all labels, variables one value only. */
export function checkFieldRef(reference: ObjectFieldSelector, path: FieldPath, out: Cause[], use: 'env' | 'volume'): void {
  const { fieldPath: field = '' } = reference;
  if (field === '') {
    out.push(required(path.child('fieldPath')));
    return;
  }
  const subscript = SUBSCRIPT.exec(field);
  if (subscript) {
    const key = subscript[2] ?? '';
    checkText(qualifiedName, subscript[1] === 'annotations' ? key.toLowerCase() : key, path, out);
    return;
  }
  const supported = use === 'env' ? ENV_FIELDS : VOLUME_FIELDS;
  if (supported.includes(field)) return;
  if ([...ENV_FIELDS, ...VOLUME_FIELDS, 'status.phase', 'spec.restartPolicy', 'spec.schedulerName'].includes(field)) {
    out.push(notSupported(path.child('fieldPath'), field, supported));
  } else out.push(invalidValue(path.child('fieldPath'), field, `error converting fieldPath: field label not supported: ${field}`));
}

export function checkResourceFieldRef(reference: ResourceFieldSelector, path: FieldPath, out: Cause[], use: 'env' | 'volume'): void {
  if (use === 'volume' && !reference.containerName) out.push(required(path.child('containerName')));
  if (!reference.resource) out.push(required(path.child('resource')));
  else if (!RESOURCES.includes(reference.resource) && !/^(?:limits|requests)\.hugepages-/.test(reference.resource)) {
    out.push(notSupported(path.child('resource'), reference.resource, RESOURCES));
  }
}

export function checkEnvFrom(sources: EnvFromSource[], path: FieldPath, out: Cause[]): void {
  sources.forEach(({ prefix, configMapRef, secretRef }, i) => {
    const at = path.index(i);
    if (prefix) checkText(envVarName, prefix, at.child('prefix'), out);
    for (const [name, reference] of Object.entries({ configMapRef, secretRef })) {
      if (!reference) continue;
      if (!reference.name) out.push(required(at.child(name, 'name')));
      else checkText(dns1123Subdomain, reference.name, at.child(name, 'name'), out);
    }
    if (!configMapRef && !secretRef) out.push(invalidValue(path, '', 'must specify one of: `configMapRef` or `secretRef`'));
    if (configMapRef && secretRef) out.push(invalidValue(path, '', 'may not have more than one field specified at a time'));
  });
}
