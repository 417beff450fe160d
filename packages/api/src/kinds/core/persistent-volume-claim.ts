import { deepEqual, fieldPath, forbiddenField, invalidValue, parseQuantity } from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';
import type { PersistentVolumeClaim, PersistentVolumeClaimSpec } from '../../../generated/types.ts';
import { PersistentVolumeClaims } from '../../refs.ts';
import { AGE, NAME, text, wide } from '../../table/common-columns.ts';
import { accessModesText } from '../../table/texts.ts';
import { IMMUTABLE } from '../../validation/basics.ts';
import { notHonoured } from '../../validation/not-honoured.ts';
import { defineKind } from '../define.ts';
import { fractionalBytes } from './pod-template/doubtful.ts';
import { CLASS_ANNOTATION, classAnnotationWarnings, classOf, namesClass } from './storage/common.ts';
import { CLAIM_SPEC_NOT_HONOURED, checkClaimSpec } from './storage/validate-claim-spec.ts';

const SPEC = fieldPath('spec');

function validate({ spec = {} }: PersistentVolumeClaim): Cause[] {
  const out: Cause[] = [];
  checkClaimSpec(spec, SPEC, out);
  return out;
}

const WHY = 'spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims';

function validateUpdate(claim: PersistentVolumeClaim, oldClaim: PersistentVolumeClaim): Cause[] {
  const out: Cause[] = [];
  const { spec = {} } = claim;
  const { spec: old = {} } = oldClaim;
  const bound = oldClaim.status?.phase === 'Bound';
  const comparable: PersistentVolumeClaimSpec = {
    ...spec,
    // The binder gives the claim its volume, once; a claim without a class may be given the default one.
    ...(old.volumeName ? {} : { volumeName: old.volumeName }),
    ...(mayGetClass(claim, oldClaim) ? { storageClassName: undefined } : {}),
    ...(bound ? { resources: { ...spec.resources, requests: old.resources?.requests } } : {}),
    ...(bound ? { volumeAttributesClassName: old.volumeAttributesClassName } : {}),
  };
  const fields = new Set([...Object.keys(comparable), ...Object.keys(old)]) as Set<keyof PersistentVolumeClaimSpec>;
  const changed = [...fields].filter((field) => !deepEqual(comparable[field], old[field]));
  if (changed.length > 0) {
    const diff = changed.map(
      (field) => `- \t${field}: ${JSON.stringify(old[field]) ?? 'nil'},\n+ \t${field}: ${JSON.stringify(spec[field]) ?? 'nil'},`,
    );
    out.push(forbiddenField(SPEC, `${WHY}\n${diff.join('\n')}\n`));
  }
  const [annotation, oldAnnotation] = [claim, oldClaim].map(({ metadata }) => metadata?.annotations?.[CLASS_ANNOTATION]);
  if (annotation !== oldAnnotation && !mayGetClass(claim, oldClaim)) {
    out.push(invalidValue(fieldPath('metadata', 'annotations', CLASS_ANNOTATION), annotation ?? '', IMMUTABLE));
  }
  // A request may come down again after an expansion that failed, but never to less than the volume already has.
  const [next, request, held] = [spec.resources?.requests?.storage, old.resources?.requests?.storage, oldClaim.status?.capacity?.storage];
  const shrinks = next !== undefined && request !== undefined && parseQuantity(next).compare(parseQuantity(request)) < 0;
  if (bound && shrinks && held !== undefined && parseQuantity(next).compare(parseQuantity(held)) <= 0) {
    out.push(forbiddenField(SPEC.child('resources', 'requests', 'storage'), 'field can not be less than status.capacity'));
  }
  return out;
}

/** A claim without a class may be given one, and the old annotation may become the field that says the same. */
function mayGetClass(claim: PersistentVolumeClaim, oldClaim: PersistentVolumeClaim): boolean {
  const { storageClassName } = claim.spec ?? {};
  const hasAnnotation = claim.metadata?.annotations?.[CLASS_ANNOTATION] !== undefined;
  if (oldClaim.spec?.storageClassName !== undefined || hasAnnotation) return false;
  return !namesClass(oldClaim) || storageClassName === classOf(oldClaim);
}

const whenBound = (claim: PersistentVolumeClaim, value: string): string => (claim.spec?.volumeName ? value : '');

export const persistentVolumeClaimRow = defineKind<PersistentVolumeClaim>(PersistentVolumeClaims, {
  shortNames: ['pvc'],
  hasStatus: true,
  columns: [
    NAME,
    text('Status', 'Where it is in its life.', (claim) =>
      claim.metadata?.deletionTimestamp === undefined ? (claim.status?.phase ?? '') : 'Terminating',
    ),
    text('Volume', 'The volume that it is bound to.', (claim) => claim.spec?.volumeName ?? ''),
    text('Capacity', 'How much its volume holds.', (claim) => whenBound(claim, claim.status?.capacity?.storage ?? '')),
    text('Access Modes', 'How its volume can be mounted.', (claim) => whenBound(claim, accessModesText(claim.status?.accessModes))),
    text('StorageClass', 'The class that it asks for.', classOf),
    text(
      'VolumeAttributesClass',
      'The class of attributes that it asks for.',
      (claim) => claim.spec?.volumeAttributesClassName ?? '<unset>',
    ),
    AGE,
    wide('VolumeMode', 'Whether it wants a file system or a block device.', (claim) => claim.spec?.volumeMode ?? '<unset>'),
  ],
  strategy: {
    returnsDeleted: true,
    default({ spec }) {
      if (spec) spec.volumeMode ??= 'Filesystem';
    },
    prepareForCreate(claim) {
      claim.status = { phase: 'Pending' };
    },
    validate,
    validateUpdate,
    warnings: ({ metadata, spec }, old) =>
      old || !spec
        ? []
        : [
            ...classAnnotationWarnings(metadata),
            ...fractionalBytes(spec.resources?.requests?.storage, SPEC.child('resources', 'requests').key('storage')),
            ...notHonoured(spec, CLAIM_SPEC_NOT_HONOURED, SPEC),
          ],
    countsGeneration: false,
  },
});
