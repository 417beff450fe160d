import { badRequest, type Cause } from '@kubernats/errors';
import { forbiddenField, invalidValue, required } from '../causes.ts';
import type { FieldPath } from '../field-path.ts';
import { goQuote } from '../go-quote.ts';
import { labelValue, qualifiedName } from '../names.ts';
import { type LabelOperator, type Labels, type Requirement, requirementCauses } from './requirement.ts';
import { everything, nothing, type Selector, selectorOf } from './selector.ts';

/** `metav1.LabelSelector`. */
export interface LabelSelector {
  matchLabels?: Record<string, string>;
  matchExpressions?: LabelSelectorRequirement[];
}

/** `metav1.LabelSelectorRequirement`. */
export interface LabelSelectorRequirement {
  key: string;
  operator: string;
  values?: string[];
}

const OPERATORS: Readonly<Record<string, LabelOperator>> = { In: 'in', NotIn: 'notin', Exists: 'exists', DoesNotExist: '!' };

function operatorOf(text: string): LabelOperator | undefined {
  return Object.hasOwn(OPERATORS, text) ? OPERATORS[text] : undefined;
}

function requirementOf({ key = '', operator = '', values = [] }: LabelSelectorRequirement): Requirement {
  const known = operatorOf(operator);
  if (known === undefined) throw badRequest(`${goQuote(operator)} is not a valid label selector operator`);
  return { key, operator: known, values: [...new Set(values)].sort() };
}

/**
 * The selector that a label selector object stands for: absent selects nothing, empty selects everything.
 * Throws BadRequest when a requirement is not valid.
 */
export function labelSelectorOf(object: LabelSelector | undefined | null): Selector {
  if (object === undefined || object === null) return nothing;
  const labels = Object.entries(object.matchLabels ?? {});
  const requirements: Requirement[] = labels.map(([key, value]) => ({ key, operator: '=', values: [value] }));
  for (const expression of object.matchExpressions ?? []) requirements.push(requirementOf(expression));
  if (requirements.length === 0) return everything;
  const causes = requirements.flatMap(requirementCauses);
  if (causes.length > 0) throw badRequest(causes.map(({ field, message }) => `${field}: ${message}`).join(', '));
  return selectorOf(requirements);
}

/** What is wrong with the labels of an object, or of a selector's `matchLabels`. */
export function validateLabels(labels: Labels | undefined, path: FieldPath): Cause[] {
  const causes: Cause[] = [];
  for (const [key, value] of Object.entries(labels ?? {})) {
    for (const problem of qualifiedName(key)) causes.push(invalidValue(path, key, problem));
    for (const problem of labelValue(value)) causes.push(invalidValue(path, value, problem));
  }
  return causes;
}

/** What is wrong with a label selector object. */
export function validateLabelSelector(selector: LabelSelector | undefined | null, path: FieldPath): Cause[] {
  const causes = validateLabels(selector?.matchLabels, path.child('matchLabels'));
  for (const [i, expression] of (selector?.matchExpressions ?? []).entries()) {
    causes.push(...validateLabelSelectorRequirement(expression, path.child('matchExpressions').index(i)));
  }
  return causes;
}

/** What is wrong with one requirement; an operator that nobody knows is none of it where `unknownOperators` says so. */
export function validateLabelSelectorRequirement(
  { key = '', operator = '', values = [] }: LabelSelectorRequirement,
  path: FieldPath,
  unknownOperators: 'refused' | 'allowed' = 'refused',
): Cause[] {
  const causes: Cause[] = [];
  const known = operatorOf(operator);
  if (known === undefined) {
    if (unknownOperators === 'refused') causes.push(invalidValue(path.child('operator'), operator, 'not a valid selector operator'));
  } else if (known === 'in' || known === 'notin') {
    if (values.length === 0) causes.push(required(path.child('values'), "must be specified when `operator` is 'In' or 'NotIn'"));
  } else if (values.length > 0) {
    causes.push(forbiddenField(path.child('values'), "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"));
  }
  for (const problem of qualifiedName(key)) causes.push(invalidValue(path.child('key'), key, problem));
  for (const [i, value] of values.entries()) {
    for (const problem of labelValue(value)) causes.push(invalidValue(path.child('values').index(i), value, problem));
  }
  return causes;
}
