// What validating and mutating policies share, and their bindings.
import { deepEqual, dns1123Subdomain, type FieldPath, invalidValue, notSupported, required } from '@kubernats/apimachinery';
import type { MatchConditions } from '@kubernats/cel';
import type { Cause } from '@kubernats/errors';
import type {
  LabelSelector,
  MatchResources,
  MutatingAdmissionPolicySpec,
  ParamRef,
  ValidatingAdmissionPolicySpec,
  Variable,
} from '../../../generated/types.ts';
import type { KubeObject } from '../../object.ts';
import { text } from '../../table/common-columns.ts';
import { requiredText } from '../../validation/basics.ts';
import { checkMatchConstraints, defaultMatchResources } from './match-resources.ts';
import { checkParamKind, checkParamRef } from './params.ts';

export type PolicySpec = Pick<
  ValidatingAdmissionPolicySpec & MutatingAdmissionPolicySpec,
  'failurePolicy' | 'paramKind' | 'matchConstraints' | 'matchConditions' | 'variables'
>;

const FAILURE_POLICIES = ['Fail', 'Ignore'];
const IDENTIFIER = /^[_a-zA-Z][_a-zA-Z0-9]*$/;
const RESERVED: ReadonlySet<string> = new Set(
  'true false null in as break const continue else for function if import let loop package namespace return var void while'.split(' '),
);

/** Source: the defaults of admissionregistration.k8s.io/v1. */
export function defaultPolicy(spec: PolicySpec): void {
  spec.failurePolicy ??= 'Fail';
  if (spec.matchConstraints) defaultMatchResources(spec.matchConstraints);
}

/**
 * What is wrong with what both kinds of policies have, whose expressions have been compiled. Match conditions that are `stored`, about the same kind of
 * parameters, are not judged again.
 */
export function checkCommon(
  { failurePolicy = '', paramKind, matchConstraints, matchConditions = [], variables = [] }: PolicySpec,
  compiled: { matchConditions: MatchConditions; errors: { variables: readonly (string | undefined)[] } },
  stored: PolicySpec | undefined,
  at: FieldPath,
): Cause[] {
  const out: Cause[] = [];
  if (!FAILURE_POLICIES.includes(failurePolicy)) out.push(notSupported(at.child('failurePolicy'), failurePolicy, FAILURE_POLICIES));
  if (paramKind) out.push(...checkParamKind(paramKind, at.child('paramKind')));
  out.push(...checkMatchConstraints(matchConstraints, at.child('matchConstraints')));
  const conditionsAreStored = deepEqual([paramKind, matchConditions], [stored?.paramKind, stored?.matchConditions ?? []]);
  if (!conditionsAreStored) out.push(...compiled.matchConditions.check(at.child('matchConditions')));
  out.push(...variables.flatMap((variable, i) => checkVariable(variable, compiled.errors.variables[i], at.child('variables').index(i))));
  return out;
}

function checkVariable({ name = '', expression = '' }: Variable, error: string | undefined, at: FieldPath): Cause[] {
  const out: Cause[] = [];
  if (name.trim() === '') out.push(required(at.child('name'), 'name is not specified'));
  else if (!IDENTIFIER.test(name) || RESERVED.has(name))
    out.push(invalidValue(at.child('name'), name, 'name is not a valid CEL identifier'));
  if (expression.trim() === '') out.push(required(at.child('expression'), 'expression is not specified'));
  else if (error) out.push(invalidValue(at.child('expression'), expression, error));
  return out;
}

/** Source: the defaults of admissionregistration.k8s.io/v1. */
export function defaultBinding({ paramRef, matchResources }: { paramRef?: ParamRef; matchResources?: MatchResources }): void {
  if (paramRef) paramRef.parameterNotFoundAction ??= 'Deny';
  if (matchResources) defaultMatchResources(matchResources);
}

/** What is wrong with whom a binding binds, and to which parameters. */
export function checkBound(spec: { policyName?: string; paramRef?: ParamRef }, at: FieldPath): Cause[] {
  const out: Cause[] = [];
  requiredText(dns1123Subdomain, spec.policyName, at.child('policyName'), out);
  if (spec.paramRef) out.push(...checkParamRef(spec.paramRef, at.child('paramRef')));
  return out;
}

export const paramKindColumn = <T extends KubeObject & { spec?: PolicySpec }>() =>
  text<T>('ParamKind', 'The kind of its parameters.', ({ spec }) =>
    spec?.paramKind ? `${spec.paramKind.apiVersion}/${spec.paramKind.kind}` : '<unset>',
  );

export const bindingColumns = <T extends KubeObject & { spec?: { policyName?: string; paramRef?: ParamRef } }>() => [
  text<T>('PolicyName', 'The policy that is bound.', ({ spec }) => spec?.policyName ?? ''),
  text<T>('ParamRef', 'Where its parameters are.', ({ spec }) => paramRefText(spec?.paramRef ?? {})),
];

/** Whether parameters are in a namespace cannot be told from here. */
function paramRefText({ name, namespace, selector }: Partial<ParamRef>): string {
  if (name) return `${namespace || '*'}/${name}`;
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
