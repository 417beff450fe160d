import { fieldPath, invalidValue } from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';
import type { Lease } from '../../../generated/types.ts';
import { Leases } from '../../refs.ts';
import { AGE, NAME, text } from '../../table/common-columns.ts';
import { notNegative } from '../../validation/basics.ts';
import { type NotHonoured, notHonoured } from '../../validation/not-honoured.ts';
import { defineKind } from '../define.ts';

/** R1: leaders are who was first; nobody picks them (KEP-4355). */
const NOT_HONOURED: NotHonoured = ['preferredHolder', 'strategy'];

function validate({ spec = {} }: Lease): Cause[] {
  const out: Cause[] = [];
  const path = fieldPath('spec');
  if (spec.leaseDurationSeconds !== undefined && spec.leaseDurationSeconds <= 0) {
    out.push(invalidValue(path.child('leaseDurationSeconds'), spec.leaseDurationSeconds, 'must be greater than 0'));
  }
  notNegative(spec.leaseTransitions, path.child('leaseTransitions'), out);
  return out;
}

export const leaseRow = defineKind<Lease>(Leases, {
  stream: 'leases',
  columns: [NAME, text('Holder', 'Who has the lease now.', (lease) => lease.spec?.holderIdentity ?? ''), AGE],
  strategy: {
    validate,
    warnings: ({ spec }) => notHonoured(spec ?? {}, NOT_HONOURED, fieldPath('spec')),
    countsGeneration: false,
    allowCreateOnUpdate: true,
    allowUnconditionalUpdate: false,
  },
});
