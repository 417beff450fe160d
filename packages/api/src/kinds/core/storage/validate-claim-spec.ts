// Kubernetes' rules for what a claim may ask for, wherever it stands: in a PersistentVolumeClaim, or in a Pod's ephemeral volume.
import {
  deepEqual,
  dns1123Subdomain,
  type FieldPath,
  forbiddenField,
  invalidValue,
  notSupported,
  parseQuantity,
  required,
  validateLabelSelector,
} from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';
import type { PersistentVolumeClaimSpec, TypedLocalObjectReference } from '../../../../generated/types.ts';
import { checkText, GREATER_THAN_ZERO, oneOf } from '../../../validation/basics.ts';
import type { NotHonoured } from '../../../validation/not-honoured.ts';
import { ACCESS_MODES, VOLUME_MODES } from './common.ts';

/** R1: what a claim may ask for and does not get. */
export const CLAIM_SPEC_NOT_HONOURED: NotHonoured = ['dataSource', 'dataSourceRef', 'volumeMode=Block'];

export function checkClaimSpec(spec: PersistentVolumeClaimSpec, path: FieldPath, out: Cause[]): void {
  if ((spec.accessModes ?? []).length === 0) out.push(required(path.child('accessModes'), 'at least 1 access mode is required'));
  out.push(...validateLabelSelector(spec.selector, path.child('selector')));
  checkAccessModes(spec.accessModes, path.child('accessModes'), out);
  const storage = spec.resources?.requests?.storage;
  const size = path.child('resources').key('storage');
  if (storage === undefined) out.push(required(size));
  else if (parseQuantity(storage).toNumber() <= 0) out.push(invalidValue(size, storage, GREATER_THAN_ZERO));
  if (spec.storageClassName) checkText(dns1123Subdomain, spec.storageClassName, path.child('storageClassName'), out);
  oneOf(spec.volumeMode, VOLUME_MODES, path.child('volumeMode'), out, { optional: true });
  checkDataSources(spec, path, out);
  if (spec.volumeAttributesClassName) {
    checkText(dns1123Subdomain, spec.volumeAttributesClassName, path.child('volumeAttributesClassName'), out);
  }
}

/** Of a claim or a volume: one that is a single Pod's is nothing else beside. */
export function checkAccessModes(modes: readonly string[] = [], path: FieldPath, out: Cause[]): void {
  for (const mode of modes) if (!ACCESS_MODES.includes(mode)) out.push(notSupported(path, mode, ACCESS_MODES));
  const known = modes.filter((mode) => ACCESS_MODES.includes(mode));
  if (known.includes('ReadWriteOncePod') && known.some((mode) => mode !== 'ReadWriteOncePod')) {
    out.push(forbiddenField(path, 'may not use ReadWriteOncePod with other access modes'));
  }
}

function checkDataSources({ dataSource, dataSourceRef }: PersistentVolumeClaimSpec, path: FieldPath, out: Cause[]): void {
  if (dataSource) checkDataSource(dataSource, path.child('dataSource'), out);
  if (dataSourceRef) checkDataSource(dataSourceRef, path.child('dataSourceRef'), out);
  if (!dataSource || !dataSourceRef) return;
  const { namespace, ...local } = dataSourceRef;
  if (namespace) out.push(invalidValue(path, {}, 'may not be specified when dataSourceRef.namespace is specified'));
  else if (!deepEqual(local, dataSource)) out.push(invalidValue(path, {}, 'must match dataSourceRef'));
}

function checkDataSource({ name, kind, apiGroup }: TypedLocalObjectReference, path: FieldPath, out: Cause[]): void {
  if (!name) out.push(required(path.child('name')));
  if (!kind) out.push(required(path.child('kind')));
  if (apiGroup) checkText(dns1123Subdomain, apiGroup, path.child('apiGroup'), out);
  else if (kind !== 'PersistentVolumeClaim') {
    out.push(invalidValue(path, kind, "must be 'PersistentVolumeClaim' when referencing the default apiGroup"));
  }
}
