import { deepEqual } from '@kubernats/apimachinery';
import type { ValidatingAdmissionPolicy } from '../../../generated/types.ts';
import type { StrategyContext } from '../../kind.ts';
import { ValidatingAdmissionPolicies } from '../../refs.ts';
import { AGE, integer, NAME } from '../../table/common-columns.ts';
import { defineKind } from '../define.ts';
import { defaultPolicy, paramKindColumn } from './policies.ts';
import { checkTypes } from './type-checking/check-types.ts';
import { validatePolicy } from './validate-policy.ts';

export const validatingAdmissionPolicyRow = defineKind<ValidatingAdmissionPolicy>(ValidatingAdmissionPolicies, {
  categories: ['api-extensions'],
  hasStatus: true,
  columns: [
    NAME,
    integer('Validations', 'How many validations the policy has.', ({ spec }) => spec?.validations?.length ?? 0),
    paramKindColumn<ValidatingAdmissionPolicy>(),
    AGE,
  ],
  strategy: {
    default({ spec }) {
      if (spec) defaultPolicy(spec);
    },
    prepareForCreate(policy, { kinds }) {
      policy.status = statusOf(policy, policy.metadata?.generation ?? 1, kinds);
    },
    prepareForUpdate(policy, old, { kinds }) {
      if (deepEqual(policy.spec, old.spec)) return;
      policy.status = { ...old.status, ...statusOf(policy, (old.metadata?.generation ?? 0) + 1, kinds) };
    },
    validateCreate: (policy) => validatePolicy(policy),
    validateUpdate: validatePolicy,
    allowUnconditionalUpdate: false,
  },
});

/** What Kubernetes' controller finds out a moment later: whether the expressions fit the kinds that they are about. */
function statusOf(
  { spec = {} }: ValidatingAdmissionPolicy,
  observedGeneration: number,
  kinds: StrategyContext['kinds'],
): ValidatingAdmissionPolicy['status'] {
  const expressionWarnings = checkTypes(spec, kinds);
  return { observedGeneration, typeChecking: expressionWarnings.length > 0 ? { expressionWarnings } : {} };
}
