import type { ResourceSlice } from '../../../generated/types.ts';
import { ResourceSlices } from '../../refs.ts';
import { AGE, NAME, text } from '../../table/common-columns.ts';
import { nobodyActs } from '../../validation/nobody-acts.ts';
import { defineKind } from '../define.ts';
import { validateResourceSlice, validateResourceSliceUpdate } from './resource-slice/validate.ts';

export const resourceSliceRow = defineKind<ResourceSlice>(ResourceSlices, {
  columns: [
    NAME,
    text('Node', 'The node that has the devices.', ({ spec }) => spec?.nodeName ?? ''),
    text('Driver', 'The driver of the devices.', ({ spec }) => spec?.driver ?? ''),
    text('Pool', 'The pool that the slice is a part of.', ({ spec }) => spec?.pool?.name ?? ''),
    AGE,
  ],
  strategy: {
    validate: validateResourceSlice,
    validateUpdate: validateResourceSliceUpdate,
    warnings: () => [nobodyActs('ResourceSlice', 'its devices are not allocated to claims')],
  },
  fieldSelectors: {
    'spec.nodeName': ({ spec }) => spec?.nodeName ?? '',
    'spec.driver': ({ spec }) => spec?.driver ?? '',
  },
});
