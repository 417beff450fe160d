import { duplicate, type FieldPath, invalidValue, notSupported, qualifiedName, required, tooMany } from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';
import type { JobSpec, PodFailurePolicyOnExitCodesRequirement, PodFailurePolicyRule } from '../../../../generated/types.ts';
import { checkText } from '../../../validation/basics.ts';

const RULES_MAX = 20;
const PATTERNS_MAX = 20;
const EXIT_CODES_MAX = 255;
const ACTIONS = ['Count', 'FailIndex', 'FailJob', 'Ignore'];
const OPERATORS = ['In', 'NotIn'];
const STATUSES = ['False', 'True', 'Unknown'];

/** The rules for Pods that failed. Source: "Pod failure policy" of the concept "Jobs". */
export function checkPodFailurePolicy(spec: JobSpec, at: FieldPath, out: Cause[]): void {
  const rules = spec.podFailurePolicy?.rules ?? [];
  const rulesAt = at.child('rules');
  if (rules.length > RULES_MAX) out.push(tooMany(rulesAt, rules.length, RULES_MAX));
  const { initContainers = [], containers = [] } = spec.template?.spec ?? {};
  const names = new Set([...initContainers, ...containers].map(({ name }) => name));
  rules.forEach((rule, i) => {
    checkRule(rule, spec, names, rulesAt.index(i), out);
  });
}

function checkRule(rule: PodFailurePolicyRule, spec: JobSpec, names: ReadonlySet<string>, at: FieldPath, out: Cause[]): void {
  const { action, onExitCodes, onPodConditions = [] } = rule;
  if (action === 'FailIndex') {
    if (spec.backoffLimitPerIndex === undefined) {
      out.push(invalidValue(at.child('action'), action, 'requires the backoffLimitPerIndex to be set'));
    }
  } else oneOfListed(action, ACTIONS, at.child('action'), out);
  if (onExitCodes) checkExitCodes(onExitCodes, names, at.child('onExitCodes'), out);
  if (onPodConditions.length > 0) checkPatterns(onPodConditions, at.child('onPodConditions'), out);
  if (onExitCodes && onPodConditions.length > 0) {
    out.push(invalidValueOmitted(at, 'specifying both OnExitCodes and OnPodConditions is not supported'));
  }
  if (!onExitCodes && onPodConditions.length === 0) {
    out.push(invalidValueOmitted(at, 'specifying one of OnExitCodes and OnPodConditions is required'));
  }
}

function checkExitCodes(
  { containerName, operator, values = [] }: PodFailurePolicyOnExitCodesRequirement,
  names: ReadonlySet<string>,
  at: FieldPath,
  out: Cause[],
): void {
  oneOfListed(operator, OPERATORS, at.child('operator'), out);
  if (containerName !== undefined && !names.has(containerName)) {
    const detail = 'must be one of the container or initContainer names in the pod template';
    out.push(invalidValue(at.child('containerName'), containerName, detail));
  }
  const valuesAt = at.child('values');
  if (values.length === 0) out.push(invalidValue(valuesAt, values, 'at least one value is required'));
  else if (values.length > EXIT_CODES_MAX) out.push(tooMany(valuesAt, values.length, EXIT_CODES_MAX));
  const seen = new Set<number>();
  values.forEach((value, i) => {
    if (operator === 'In' && value === 0) out.push(invalidValue(valuesAt.index(i), value, 'must not be 0 for the In operator'));
    if (seen.has(value)) out.push(duplicate(valuesAt.index(i), value));
    seen.add(value);
  });
  if (values.some((value, i) => i > 0 && (values[i - 1] ?? value) > value)) out.push(invalidValue(valuesAt, values, 'must be ordered'));
}

function checkPatterns(patterns: readonly { type?: string; status?: string }[], at: FieldPath, out: Cause[]): void {
  if (patterns.length > PATTERNS_MAX) out.push(tooMany(at, patterns.length, PATTERNS_MAX));
  patterns.forEach(({ type = '', status }, i) => {
    checkText(qualifiedName, type, at.index(i).child('type'), out);
    oneOfListed(status, STATUSES, at.index(i).child('status'), out);
  });
}

/** As `oneOf`, but what is missing is told with the values that are valid. */
function oneOfListed(value: string | undefined, supported: readonly string[], at: FieldPath, out: Cause[]): void {
  if (!value) out.push(required(at, `valid values: [${supported.map((text) => `"${text}"`).join(' ')}]`));
  else if (!supported.includes(value)) out.push(notSupported(at, value, supported));
}

/** A refusal of a whole rule, which does not repeat the rule. */
function invalidValueOmitted(at: FieldPath, detail: string): Cause {
  return { reason: 'FieldValueInvalid', field: at.toString(), message: `Invalid value: ${detail}` };
}
