import { deepEqual, fieldPath, forbiddenField, invalidValue } from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';
import type { StorageClass } from '../../../generated/types.ts';
import { StorageClasses } from '../../refs.ts';
import { AGE, NAME, text } from '../../table/common-columns.ts';
import { IMMUTABLE, oneOf } from '../../validation/basics.ts';
import { defineKind } from '../define.ts';
import { checkAllowedTopologies } from './allowed-topologies.ts';
import { checkDriverName, checkParameters } from './driver-fields.ts';

const DEFAULT_ANNOTATIONS = ['storageclass.kubernetes.io/is-default-class', 'storageclass.beta.kubernetes.io/is-default-class'];

/** Whether claims that name no class get this one. */
export const isDefaultClass = ({ metadata }: StorageClass): boolean =>
  DEFAULT_ANNOTATIONS.some((annotation) => metadata?.annotations?.[annotation] === 'true');

/** The class that claims without one get: of several that say so the newest, and of equally new ones the first by name. */
export function defaultClass(classes: Iterable<StorageClass>): StorageClass | undefined {
  let chosen: StorageClass | undefined;
  for (const each of classes) if (isDefaultClass(each) && (!chosen || comesBefore(each, chosen))) chosen = each;
  return chosen;
}

function comesBefore({ metadata: a }: StorageClass, { metadata: b }: StorageClass): boolean {
  const [at = '', bt = ''] = [a?.creationTimestamp, b?.creationTimestamp];
  return at === bt ? (a?.name ?? '') < (b?.name ?? '') : at > bt;
}

function validate({ provisioner, parameters, reclaimPolicy, volumeBindingMode, allowedTopologies }: StorageClass): Cause[] {
  const out: Cause[] = [];
  checkDriverName(provisioner, fieldPath('provisioner'), out);
  checkParameters(parameters, out, { optional: true });
  oneOf(reclaimPolicy, ['Delete', 'Retain'], fieldPath('reclaimPolicy'), out, { optional: true });
  oneOf(volumeBindingMode, ['Immediate', 'WaitForFirstConsumer'], fieldPath('volumeBindingMode'), out);
  checkAllowedTopologies(allowedTopologies, fieldPath('allowedTopologies'), out);
  return out;
}

function validateUpdate(next: StorageClass, old: StorageClass): Cause[] {
  const out: Cause[] = [];
  if (!deepEqual(next.parameters ?? {}, old.parameters ?? {}))
    out.push(forbiddenField(fieldPath('parameters'), 'updates to parameters are forbidden.'));
  if (next.provisioner !== old.provisioner) out.push(forbiddenField(fieldPath('provisioner'), 'updates to provisioner are forbidden.'));
  if (next.reclaimPolicy !== old.reclaimPolicy)
    out.push(forbiddenField(fieldPath('reclaimPolicy'), 'updates to reclaimPolicy are forbidden.'));
  if (next.volumeBindingMode !== old.volumeBindingMode)
    out.push(invalidValue(fieldPath('volumeBindingMode'), next.volumeBindingMode, IMMUTABLE));
  return out;
}

export const storageClassRow = defineKind<StorageClass>(StorageClasses, {
  shortNames: ['sc'],
  columns: [
    {
      ...NAME,
      value: (storageClass: StorageClass) => `${storageClass.metadata?.name ?? ''}${isDefaultClass(storageClass) ? ' (default)' : ''}`,
    },
    text('Provisioner', 'Who makes its volumes.', (storageClass) => storageClass.provisioner ?? ''),
    text('ReclaimPolicy', 'What becomes of a volume when its claim is gone.', (storageClass) => storageClass.reclaimPolicy ?? 'Delete'),
    text('VolumeBindingMode', 'When a claim gets its volume.', (storageClass) => storageClass.volumeBindingMode ?? 'Immediate'),
    text('AllowVolumeExpansion', 'Whether its volumes can grow.', (storageClass) => String(storageClass.allowVolumeExpansion ?? false)),
    AGE,
  ],
  strategy: {
    default(storageClass) {
      storageClass.reclaimPolicy ??= 'Delete';
      storageClass.volumeBindingMode ??= 'Immediate';
    },
    validate,
    validateUpdate,
    countsGeneration: false,
  },
});
