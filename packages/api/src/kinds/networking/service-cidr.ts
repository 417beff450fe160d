import { fieldPath, invalidValue, required } from '@kubernats/apimachinery';
import { rfc3339 } from '@kubernats/clock';
import type { Cause } from '@kubernats/errors';
import type { Condition, ServiceCIDR } from '../../../generated/types.ts';
import { ServiceCIDRs } from '../../refs.ts';
import { AGE, NAME, text } from '../../table/common-columns.ts';
import { IMMUTABLE } from '../../validation/basics.ts';
import { checkCanonicalCidr, parseCidr } from '../../validation/cidr.ts';
import { nobodyActs } from '../../validation/nobody-acts.ts';
import { defineKind } from '../define.ts';

const CIDRS = fieldPath('spec', 'cidrs');
/** Which range Services get their addresses from: the one that the API server was started with, which it describes so. */
export const DEFAULT_SERVICE_CIDR = 'kubernetes';

function validate({ spec }: ServiceCIDR): Cause[] {
  const { cidrs = [] } = spec ?? {};
  if (cidrs.length === 0) return [required(CIDRS, 'at least one CIDR required')];
  if (cidrs.length > 2) return [invalidValue(CIDRS, spec, 'may only hold up to 2 values')];
  const out: Cause[] = [];
  for (const [i, cidr] of cidrs.entries()) checkCanonicalCidr(cidr, CIDRS.index(i), out);
  const [first, second] = cidrs.map((cidr) => parseCidr(cidr)?.family);
  if (first !== undefined && first === second) {
    out.push(invalidValue(CIDRS, cidrs, 'may specify no more than one IP for each IP family, i.e 192.168.0.0/24 and 2001:db8::/64'));
  }
  return out;
}

/** A second range may join the first; otherwise it stays what it was. */
function validateUpdate({ spec }: ServiceCIDR, { spec: old }: ServiceCIDR): Cause[] {
  const [cidrs, before] = [spec?.cidrs ?? [], old?.cidrs ?? []];
  if (cidrs.length !== before.length && !(before.length === 1 && cidrs.length === 2)) return [invalidValue(CIDRS, cidrs, IMMUTABLE)];
  return before.flatMap((cidr, i) => (cidr === cidrs[i] ? [] : [invalidValue(CIDRS.index(i), cidrs[i], IMMUTABLE)]));
}

const readyCondition = (nowMs: number): Condition => ({
  type: 'Ready',
  status: 'True',
  reason: '',
  message: 'Kubernetes default Service CIDR is ready',
  lastTransitionTime: rfc3339(nowMs),
});

export const serviceCidrRow = defineKind<ServiceCIDR>(ServiceCIDRs, {
  hasStatus: true,
  columns: [NAME, text('CIDRs', 'The ranges of addresses.', ({ spec }) => (spec?.cidrs ?? []).join(',')), AGE],
  strategy: {
    prepareForCreate(cidr, { nowMs }) {
      if (cidr.metadata?.name === DEFAULT_SERVICE_CIDR) cidr.status = { conditions: [readyCondition(nowMs)] };
    },
    validate,
    validateUpdate,
    warnings: ({ metadata }) =>
      metadata?.name === DEFAULT_SERVICE_CIDR
        ? []
        : [nobodyActs('ServiceCIDR', 'Services get their addresses from the range that the API server was started with')],
    countsGeneration: false,
  },
});
