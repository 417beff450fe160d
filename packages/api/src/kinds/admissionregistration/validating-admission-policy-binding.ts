import { dns1123Subdomain, duplicate, type FieldPath, fieldPath, invalidValue, notSupported, required } from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';
import type { LabelSelector, ValidatingAdmissionPolicyBinding } from '../../../generated/types.ts';
import { ValidatingAdmissionPolicyBindings } from '../../refs.ts';
import { AGE, NAME, text } from '../../table/common-columns.ts';
import { requiredText } from '../../validation/basics.ts';
import { defineKind } from '../define.ts';
import { checkMatchResources, defaultMatchResources } from './match-resources.ts';
import { checkParamRef } from './params.ts';

const ACTIONS = ['Audit', 'Deny', 'Warn'];

/** Source: kube-apiserver's validation of ValidatingAdmissionPolicyBindings, whose path to `matchResources` lacks a letter. */
function validate({ spec }: ValidatingAdmissionPolicyBinding): Cause[] {
  const at = fieldPath('spec');
  const out: Cause[] = [];
  requiredText(dns1123Subdomain, spec?.policyName, at.child('policyName'), out);
  if (spec?.paramRef) out.push(...checkParamRef(spec.paramRef, at.child('paramRef')));
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

function paramRefText({ spec }: ValidatingAdmissionPolicyBinding): string {
  const { name, namespace, selector } = spec?.paramRef ?? {};
  if (name) return namespace ? `${namespace}/${name}` : name;
  return selector ? selectorText(selector) : '<unset>';
}

/** As Go prints a selector. */
function selectorText({ matchLabels = {}, matchExpressions = [] }: LabelSelector): string {
  const labels = Object.entries(matchLabels)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${key}: ${value},`);
  const expressions = matchExpressions.map(
    ({ key, operator, values = [] }) => `LabelSelectorRequirement{Key:${key},Operator:${operator},Values:[${values.join(' ')}],},`,
  );
  return `&LabelSelector{MatchLabels:map[string]string{${labels.join('')}},MatchExpressions:[]LabelSelectorRequirement{${expressions.join('')}},}`;
}

export const validatingAdmissionPolicyBindingRow = defineKind<ValidatingAdmissionPolicyBinding>(ValidatingAdmissionPolicyBindings, {
  categories: ['api-extensions'],
  columns: [
    NAME,
    text('PolicyName', 'The policy that is bound.', ({ spec }) => spec?.policyName ?? ''),
    text('ParamRef', 'Where its parameters are.', paramRefText),
    AGE,
  ],
  strategy: {
    default({ spec }) {
      if (spec?.paramRef) spec.paramRef.parameterNotFoundAction ??= 'Deny';
      if (spec?.matchResources) defaultMatchResources(spec.matchResources);
    },
    validate,
    allowUnconditionalUpdate: false,
  },
});
