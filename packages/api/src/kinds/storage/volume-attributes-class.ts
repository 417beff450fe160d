import { deepEqual, fieldPath, forbiddenField, required } from '@kubernats/apimachinery';
import type { VolumeAttributesClass } from '../../../generated/types.ts';
import { VolumeAttributesClasses } from '../../refs.ts';
import { AGE, NAME, text } from '../../table/common-columns.ts';
import { defineKind } from '../define.ts';

export const volumeAttributesClassRow = defineKind<VolumeAttributesClass>(VolumeAttributesClasses, {
  shortNames: ['vac'],
  columns: [NAME, text('DriverName', 'Whose volumes it is for.', ({ driverName }) => driverName ?? ''), AGE],
  strategy: {
    validate: ({ driverName }) => (driverName ? [] : [required(fieldPath('driverName'))]),
    validateUpdate: (next, old) => [
      ...(next.driverName === old.driverName ? [] : [forbiddenField(fieldPath('driverName'), 'updates to driverName are forbidden.')]),
      ...(deepEqual(next.parameters ?? {}, old.parameters ?? {})
        ? []
        : [forbiddenField(fieldPath('parameters'), 'updates to parameters are forbidden.')]),
    ],
    countsGeneration: false,
  },
});
