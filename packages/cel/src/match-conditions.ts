import { duplicate, type FieldPath, fieldPath, invalidValue, qualifiedName, required, tooMany } from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';
import { compileFor, failureText, MATCH_CONDITIONS_BUDGET, OUT_OF_BUDGET } from './admission/expression.ts';
import { admissionTypes } from './admission/types.ts';
import { type AdmissionInput, admissionVariables } from './admission/variables.ts';
import type { Program } from './compile.ts';
import { BOOL } from './language/types.ts';

/** `admissionregistration.k8s.io/v1`, MatchCondition. */
export interface MatchCondition {
  name: string;
  expression: string;
}

/** Whether a request is one for the webhook or policy; `error`: nobody can tell, and the failure policy decides. */
export type Match = { matches: boolean } | { error: string };

/** The match conditions of a webhook or of a policy, compiled once. */
export interface MatchConditions {
  /** What is wrong with them; `at` is where they stand in their object. */
  check(at?: FieldPath): Cause[];
  /** Never throws. One condition that is false is enough, whatever becomes of the others. */
  evaluate(input: AdmissionInput): Match;
}

const MAX_CONDITIONS = 64;

/** Compiles match conditions; `params`: they may read the parameters of their policy. Source: Kubernetes' concept "Dynamic Admission Control", "matchConditions". */
export function compileMatchConditions(conditions: readonly MatchCondition[], { params = false } = {}): MatchConditions {
  const types = admissionTypes({ params, authorizer: true });
  const compiled = conditions.map(({ expression = '' }) => compileFor(expression.trim(), types, [BOOL]));
  return {
    check: (at = fieldPath('matchConditions')) => [
      ...(conditions.length > MAX_CONDITIONS ? [tooMany(at, conditions.length, MAX_CONDITIONS)] : []),
      ...conditions.flatMap((condition, index) => checkCondition(conditions, index, condition, compiled[index], at.index(index))),
    ],
    evaluate: (input) => (conditions.length === 0 ? { matches: true } : evaluate(conditions, compiled, input)),
  };
}

type Compiled = { program: Program } | { error: string };

function checkCondition(
  all: readonly MatchCondition[],
  index: number,
  condition: MatchCondition,
  compiled: Compiled | undefined,
  at: FieldPath,
): Cause[] {
  const { name = '', expression = '' } = condition;
  const out: Cause[] = [];
  if (expression.trim() === '') out.push(required(at.child('expression')));
  else if (compiled && 'error' in compiled) out.push(invalidValue(at.child('expression'), expression.trim(), compiled.error));
  if (name === '') out.push(required(at.child('name')));
  else out.push(...qualifiedName(name).map((problem) => invalidValue(at.child('name'), name, problem)));
  if (name !== '' && all.slice(0, index).some((other) => other.name === name)) out.push(duplicate(at.child('name'), name));
  return out;
}

function evaluate(conditions: readonly MatchCondition[], compiled: readonly Compiled[], input: AdmissionInput): Match {
  const variables = admissionVariables(input);
  const errors = new Set<string>();
  let left = MATCH_CONDITIONS_BUDGET;
  for (const [index, { expression }] of conditions.entries()) {
    const condition = compiled[index];
    if (!condition || 'error' in condition) {
      errors.add(`compilation error: ${condition?.error}`);
      continue;
    }
    const outcome = condition.program.evaluate(variables, left);
    left -= outcome.cost;
    if ('value' in outcome) {
      if (outcome.value === false) return { matches: false };
    } else if (outcome.overBudget && left <= 0) return { error: OUT_OF_BUDGET };
    else errors.add(failureText(expression, outcome.error));
  }
  if (errors.size === 0) return { matches: true };
  const texts = [...errors];
  return { error: texts.length === 1 ? (texts[0] ?? '') : `[${texts.join(', ')}]` };
}
