import { fieldPath } from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';
import type { MutatingAdmissionPolicyBinding } from '../../../generated/types.ts';
import { MutatingAdmissionPolicyBindings } from '../../refs.ts';
import { AGE, NAME } from '../../table/common-columns.ts';
import { defineKind } from '../define.ts';
import { checkMatchResources } from './match-resources.ts';
import { bindingColumns, checkBound, defaultBinding } from './policies.ts';
import { checkMutableOperations } from './validate-mutating-policy.ts';

/** Source: kube-apiserver's validation of MutatingAdmissionPolicyBindings. */
function validate({ spec = {} }: MutatingAdmissionPolicyBinding): Cause[] {
  const at = fieldPath('spec');
  const out = checkBound(spec, at);
  if (!spec.matchResources) return out;
  const match = at.child('matchResources');
  return [...out, ...checkMatchResources(spec.matchResources, match), ...checkMutableOperations(spec.matchResources, match)];
}

export const mutatingAdmissionPolicyBindingRow = defineKind<MutatingAdmissionPolicyBinding>(MutatingAdmissionPolicyBindings, {
  categories: ['api-extensions'],
  columns: [NAME, ...bindingColumns<MutatingAdmissionPolicyBinding>(), AGE],
  strategy: {
    default({ spec }) {
      if (spec) defaultBinding(spec);
    },
    validate,
    allowUnconditionalUpdate: false,
  },
});
