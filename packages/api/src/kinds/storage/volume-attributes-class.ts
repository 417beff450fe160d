import { deepEqual, fieldPath, forbiddenField } from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';
import type { VolumeAttributesClass } from '../../../generated/types.ts';
import { VolumeAttributesClasses } from '../../refs.ts';
import { AGE, NAME, text } from '../../table/common-columns.ts';
import { defineKind } from '../define.ts';
import { checkDriverName, checkParameters } from './driver-fields.ts';

function validate({ driverName, parameters }: VolumeAttributesClass): Cause[] {
  const out: Cause[] = [];
  checkDriverName(driverName, fieldPath('driverName'), out);
  checkParameters(parameters, out);
  return out;
}

export const volumeAttributesClassRow = defineKind<VolumeAttributesClass>(VolumeAttributesClasses, {
  shortNames: ['vac'],
  columns: [NAME, text('DriverName', 'Whose volumes it is for.', ({ driverName }) => driverName ?? ''), AGE],
  strategy: {
    validate,
    validateUpdate: (next, old) => [
      ...(next.driverName === old.driverName ? [] : [forbiddenField(fieldPath('driverName'), 'updates to driverName are forbidden.')]),
      ...(deepEqual(next.parameters ?? {}, old.parameters ?? {})
        ? []
        : [forbiddenField(fieldPath('parameters'), 'updates to parameters are forbidden.')]),
    ],
    countsGeneration: false,
  },
});
