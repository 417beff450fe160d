import { dns1123Subdomain, type FieldPath, fieldPath, invalidValue, parseQuantity, validateLabelSelector } from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';
import type { CSIStorageCapacity } from '../../../generated/types.ts';
import { CSIStorageCapacities } from '../../refs.ts';
import { NAME, text } from '../../table/common-columns.ts';
import { checkText, immutable, NOT_NEGATIVE } from '../../validation/basics.ts';
import { nobodyActs } from '../../validation/nobody-acts.ts';
import { defineKind } from '../define.ts';

function validate({ storageClassName, nodeTopology, capacity, maximumVolumeSize }: CSIStorageCapacity): Cause[] {
  const out: Cause[] = [];
  checkText(dns1123Subdomain, storageClassName ?? '', fieldPath('storageClassName'), out);
  checkAmount(capacity, fieldPath('capacity'), out);
  checkAmount(maximumVolumeSize, fieldPath('maximumVolumeSize'), out);
  return [...out, ...validateLabelSelector(nodeTopology, fieldPath('nodeTopology'))];
}

function checkAmount(amount: string | undefined, at: FieldPath, out: Cause[]): void {
  if (amount !== undefined && parseQuantity(amount).toNumber() < 0) out.push(invalidValue(at, amount, NOT_NEGATIVE));
}

function validateUpdate(next: CSIStorageCapacity, old: CSIStorageCapacity): Cause[] {
  const out: Cause[] = [];
  for (const field of ['nodeTopology', 'storageClassName'] as const) immutable(next[field], old[field], fieldPath(field), out);
  return out;
}

export const csiStorageCapacityRow = defineKind<CSIStorageCapacity>(CSIStorageCapacities, {
  columns: [
    NAME,
    text('StorageClassName', 'The class that the capacity is of.', ({ storageClassName }) => storageClassName ?? ''),
    text('Capacity', 'How much is left.', ({ capacity }) => capacity ?? '<unset>'),
  ],
  strategy: {
    validate,
    validateUpdate,
    warnings: () => [nobodyActs('CSIStorageCapacity', 'the scheduler does not ask how much storage is left')],
    countsGeneration: false,
  },
});
