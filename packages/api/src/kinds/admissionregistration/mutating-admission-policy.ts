import type { MutatingAdmissionPolicy } from '../../../generated/types.ts';
import { MutatingAdmissionPolicies } from '../../refs.ts';
import { AGE, integer, NAME } from '../../table/common-columns.ts';
import { defineKind } from '../define.ts';
import { defaultPolicy, paramKindColumn } from './policies.ts';
import { validateMutatingPolicy } from './validate-mutating-policy.ts';

export const mutatingAdmissionPolicyRow = defineKind<MutatingAdmissionPolicy>(MutatingAdmissionPolicies, {
  categories: ['api-extensions'],
  columns: [
    NAME,
    integer('Mutations', 'How many mutations the policy has.', ({ spec }) => spec?.mutations?.length ?? 0),
    paramKindColumn<MutatingAdmissionPolicy>(),
    AGE,
  ],
  strategy: {
    default({ spec }) {
      if (spec) defaultPolicy(spec);
    },
    validateCreate: (policy) => validateMutatingPolicy(policy),
    validateUpdate: validateMutatingPolicy,
    allowUnconditionalUpdate: false,
  },
});
