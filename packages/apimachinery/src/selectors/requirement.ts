import type { Cause } from '@kubernats/errors';
import { invalidValue, notSupported } from '../causes.ts';
import { type FieldPath, fieldPath } from '../field-path.ts';
import { labelValue, qualifiedName } from '../names.ts';

export type LabelOperator = '=' | '==' | '!=' | 'in' | 'notin' | 'exists' | '!' | 'gt' | 'lt';

/** One condition of a label selector. `values` has no duplicates and is sorted. */
export interface Requirement {
  key: string;
  operator: LabelOperator;
  values: readonly string[];
}

export type Labels = Readonly<Record<string, string>>;

const OPERATORS: readonly LabelOperator[] = ['in', 'notin', '=', '==', '!=', 'gt', 'lt', 'exists', '!'];
const INT64 = /^[+-]?[0-9]+$/;
const INT64_MAX = 2n ** 63n - 1n;

/** A whole number of 64 bits, as labels compared by `>` and `<` must be. */
function parseInt64(text: string): bigint | undefined {
  if (text.length > 64 || !INT64.test(text)) return undefined;
  const value = BigInt(text.startsWith('+') ? text.slice(1) : text);
  return value > INT64_MAX || value < -INT64_MAX - 1n ? undefined : value;
}

/** A label key's problem, as one cause. */
export function labelKeyCause(key: string, path: FieldPath | string): Cause | undefined {
  const problems = qualifiedName(key);
  return problems.length === 0 ? undefined : invalidValue(path, key, problems.join('; '));
}

/** What is wrong with a requirement. */
export function requirementCauses({ key, operator, values }: Requirement): Cause[] {
  const causes: Cause[] = [];
  const keyCause = labelKeyCause(key, 'key');
  if (keyCause) causes.push(keyCause);
  const path = fieldPath('values');
  const wrong = (detail: string): unknown => causes.push(invalidValue(path, values, detail));
  switch (operator) {
    case 'in':
    case 'notin':
      if (values.length === 0) wrong("for 'in', 'notin' operators, values set can't be empty");
      break;
    case '=':
    case '==':
    case '!=':
      if (values.length !== 1) wrong('exact-match compatibility requires one single value');
      break;
    case 'exists':
    case '!':
      if (values.length !== 0) wrong('values set must be empty for exists and does not exist');
      break;
    case 'gt':
    case 'lt':
      if (values.length !== 1) wrong("for 'Gt', 'Lt' operators, exactly one value is required");
      for (const [i, value] of values.entries()) {
        if (parseInt64(value) !== undefined) continue;
        causes.push(invalidValue(path.index(i), value, "for 'Gt', 'Lt' operators, the value must be an integer"));
      }
      break;
    default:
      causes.push(notSupported('operator', operator, OPERATORS));
  }
  for (const [i, value] of values.entries()) {
    const problems = labelValue(value);
    if (problems.length > 0) causes.push(invalidValue(path.index(i).key(key), value, problems.join('; ')));
  }
  return causes;
}

/** A function that tells whether labels fulfil the requirement. Made once, called for every object. */
export function matcherOf({ key, operator, values }: Requirement): (labels: Labels) => boolean {
  const labelOf = (labels: Labels): string | undefined => (Object.hasOwn(labels, key) ? labels[key] : undefined);
  const [only] = values;
  const set = new Set(values);
  switch (operator) {
    case '=':
    case '==':
      return (labels) => only !== undefined && labelOf(labels) === only;
    case '!=':
      return (labels) => labelOf(labels) !== only;
    case 'in':
      return (labels) => set.has(labelOf(labels) ?? '') && Object.hasOwn(labels, key);
    case 'notin':
      return (labels) => !set.has(labelOf(labels) ?? '') || !Object.hasOwn(labels, key);
    case 'exists':
      return (labels) => labelOf(labels) !== undefined;
    case '!':
      return (labels) => labelOf(labels) === undefined;
    case 'gt':
    case 'lt': {
      const bound = parseInt64(only ?? '');
      return (labels) => {
        const value = parseInt64(labelOf(labels) ?? '');
        return value !== undefined && bound !== undefined && (operator === 'gt' ? value > bound : value < bound);
      };
    }
  }
}

/** The requirement in the selector grammar. */
export function requirementText({ key, operator, values }: Requirement): string {
  switch (operator) {
    case 'exists':
      return key;
    case '!':
      return `!${key}`;
    case 'in':
    case 'notin':
      return `${key} ${operator} (${values.join(',')})`;
    case 'gt':
      return `${key}>${values.join(',')}`;
    case 'lt':
      return `${key}<${values.join(',')}`;
    default:
      return `${key}${operator}${values.join(',')}`;
  }
}
