import { duplicate, type FieldPath, fieldPath, invalidValue, notSupported, required } from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';
import type { ValidatingAdmissionPolicyBinding } from '../../../generated/types.ts';
import { ValidatingAdmissionPolicyBindings } from '../../refs.ts';
import { AGE, NAME } from '../../table/common-columns.ts';
import { defineKind } from '../define.ts';
import { checkMatchResources } from './match-resources.ts';
import { bindingColumns, checkBound, defaultBinding } from './policies.ts';

const ACTIONS = ['Audit', 'Deny', 'Warn'];

/** Source: kube-apiserver's validation of ValidatingAdmissionPolicyBindings, whose path to `matchResources` lacks a letter. */
function validate({ spec }: ValidatingAdmissionPolicyBinding): Cause[] {
  const at = fieldPath('spec');
  const out = checkBound(spec ?? {}, at);
  if (spec?.matchResources) out.push(...checkMatchResources(spec.matchResources, at.child('matchResouces')));
  return [...out, ...checkActions(spec?.validationActions ?? [], at.child('validationActions'))];
}

function checkActions(actions: readonly string[], at: FieldPath): Cause[] {
  const out: Cause[] = [];
  const seen = new Set<string>();
  for (const [index, action] of actions.entries()) {
    if (!ACTIONS.includes(action)) out.push(notSupported(at.index(index), action, ACTIONS));
    if (seen.has(action)) out.push(duplicate(at.index(index), action));
    seen.add(action);
  }
  if (seen.has('Deny') && seen.has('Warn')) {
    const why =
      'must not contain both Deny and Warn (repeating the same validation failure information in the API response and headers serves no purpose)';
    out.push(invalidValue(at, actions, why));
  }
  if (seen.size === 0) out.push(required(at, 'at least one validation action is required'));
  return out;
}

export const validatingAdmissionPolicyBindingRow = defineKind<ValidatingAdmissionPolicyBinding>(ValidatingAdmissionPolicyBindings, {
  categories: ['api-extensions'],
  columns: [NAME, ...bindingColumns<ValidatingAdmissionPolicyBinding>(), AGE],
  strategy: {
    default({ spec }) {
      if (spec) defaultBinding(spec);
    },
    validate,
    allowUnconditionalUpdate: false,
  },
});
