import { deepEqual, duplicate, fieldPath, forbiddenField, invalidValue, labelValue, qualifiedName } from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';
import type { Node } from '../../../../generated/types.ts';
import { checkText, isCidr, oneOf } from '../../../validation/basics.ts';

const SPEC = fieldPath('spec');

export function validateNode({ spec = {} }: Node): Cause[] {
  const out: Cause[] = [];
  const seen = new Set<string>();
  spec.taints?.forEach((taint, i) => {
    const at = SPEC.child('taints').index(i);
    checkText(qualifiedName, taint.key ?? '', at.child('key'), out);
    for (const problem of labelValue(taint.value ?? '')) out.push(invalidValue(at.child('value'), taint.value, problem));
    oneOf(taint.effect, ['NoSchedule', 'PreferNoSchedule', 'NoExecute'], at.child('effect'), out);
    const key = `${taint.effect}/${taint.key}`;
    if (seen.has(key))
      out.push({ ...duplicate(at, taint), message: `${duplicate(at, taint).message}: taints must be unique by key and effect pair` });
    seen.add(key);
  });
  spec.podCIDRs?.forEach((cidr, i) => {
    if (!isCidr(cidr))
      out.push(invalidValue(SPEC.child('podCIDRs').index(i), cidr, 'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)'));
  });
  return out;
}

export function validateNodeUpdate({ spec = {} }: Node, { spec: old = {} }: Node): Cause[] {
  const out: Cause[] = [];
  if (old.podCIDRs?.length && !deepEqual(spec.podCIDRs, old.podCIDRs)) {
    out.push(forbiddenField(SPEC.child('podCIDRs'), 'node updates may not change podCIDR except from "" to valid'));
  }
  if (old.providerID && spec.providerID !== old.providerID) {
    out.push(forbiddenField(SPEC.child('providerID'), 'node updates may not change providerID except from "" to valid'));
  }
  return out;
}
