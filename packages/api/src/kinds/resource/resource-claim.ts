import { fieldPath } from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';
import type { ResourceResourceClaim } from '../../../generated/types.ts';
import { ResourceClaims } from '../../refs.ts';
import { AGE, NAME, text } from '../../table/common-columns.ts';
import { immutable } from '../../validation/basics.ts';
import { nobodyActs } from '../../validation/nobody-acts.ts';
import { defineKind } from '../define.ts';
import { defaultDeviceClaim } from './default-device-claim.ts';
import { validateClaimStatus } from './resource-claim/validate-status.ts';
import { checkDeviceClaim } from './validate-device-claim.ts';

const SPEC = fieldPath('spec');

function stateText({ metadata, status }: ResourceResourceClaim): string {
  const deleted = metadata?.deletionTimestamp === undefined ? [] : ['deleted'];
  if (!status?.allocation) return deleted[0] ?? 'pending';
  return [...deleted, 'allocated', ...((status.reservedFor ?? []).length > 0 ? ['reserved'] : [])].join(',');
}

export const resourceClaimRow = defineKind<ResourceResourceClaim>(ResourceClaims, {
  hasStatus: true,
  columns: [NAME, text('State', 'Whether its devices are allocated.', stateText), AGE],
  strategy: {
    default: ({ spec }) => defaultDeviceClaim(spec?.devices),
    validateCreate({ spec }) {
      const out: Cause[] = [];
      checkDeviceClaim(spec?.devices ?? {}, SPEC.child('devices'), out);
      return out;
    },
    validateUpdate({ spec }, { spec: old }) {
      const out: Cause[] = [];
      immutable(spec, old, SPEC, out);
      return out;
    },
    validateStatusUpdate: validateClaimStatus,
    warnings: () => [nobodyActs('ResourceClaim', 'no devices are allocated to it')],
    countsGeneration: false,
  },
});
