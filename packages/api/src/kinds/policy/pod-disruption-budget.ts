import { type FieldPath, fieldPath, invalidValue, percent, validateLabelSelector } from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';
import type { PodDisruptionBudget } from '../../../generated/types.ts';
import { PodDisruptionBudgets } from '../../refs.ts';
import { AGE, integer, NAME, text } from '../../table/common-columns.ts';
import { NOT_NEGATIVE, oneOf } from '../../validation/basics.ts';
import { defineKind } from '../define.ts';

const SPEC = fieldPath('spec');

function validate({ spec = {} }: PodDisruptionBudget): Cause[] {
  const out: Cause[] = [];
  if (spec.minAvailable !== undefined && spec.maxUnavailable !== undefined) {
    out.push(invalidValue(SPEC, spec, 'minAvailable and maxUnavailable cannot be both set'));
  }
  checkAmount(spec.minAvailable, SPEC.child('minAvailable'), out);
  checkAmount(spec.maxUnavailable, SPEC.child('maxUnavailable'), out);
  if (spec.selector) out.push(...validateLabelSelector(spec.selector, SPEC.child('selector')));
  oneOf(spec.unhealthyPodEvictionPolicy, ['AlwaysAllow', 'IfHealthyBudget'], SPEC.child('unhealthyPodEvictionPolicy'), out, {
    optional: true,
  });
  return out;
}

function checkAmount(value: number | string | undefined, at: FieldPath, out: Cause[]): void {
  if (value === undefined) return;
  if (typeof value === 'number') {
    if (value < 0) out.push(invalidValue(at, value, NOT_NEGATIVE));
    return;
  }
  const problems = percent(value);
  for (const problem of problems) out.push(invalidValue(at, value, problem));
  if (problems.length === 0 && Number.parseInt(value, 10) > 100) out.push(invalidValue(at, value, 'must not be greater than 100%'));
}

export const podDisruptionBudgetRow = defineKind<PodDisruptionBudget>(PodDisruptionBudgets, {
  shortNames: ['pdb'],
  hasStatus: true,
  columns: [
    NAME,
    text('Min Available', 'How many Pods must stay.', ({ spec }) => String(spec?.minAvailable ?? 'N/A')),
    text('Max Unavailable', 'How many Pods may be away.', ({ spec }) => String(spec?.maxUnavailable ?? 'N/A')),
    integer('Allowed Disruptions', 'How many Pods may be evicted now.', ({ status }) => status?.disruptionsAllowed ?? 0),
    AGE,
  ],
  strategy: {
    prepareForCreate(budget) {
      budget.status = { disruptionsAllowed: 0, currentHealthy: 0, desiredHealthy: 0, expectedPods: 0 };
    },
    validate,
    allowUnconditionalUpdate: false,
  },
});
