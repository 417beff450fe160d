import { compile, type Program } from '../compile.ts';
import type { Type } from '../language/types.ts';

/** What expressions may cost together: the conditions of one webhook or policy, or all expressions of one policy. Source: kube-apiserver's limits. */
export const MATCH_CONDITIONS_BUDGET = 2_500_000;
export const POLICY_BUDGET = 10_000_000;

export const OUT_OF_BUDGET = 'validation failed due to running out of cost budget, no further validation rules will be run';

/** Compiles an expression that has to give a value of one of the types; what it may be must be known before it runs. */
export function compileFor(
  expression: string,
  variables: ReadonlyMap<string, Type>,
  results: readonly Type['kind'][],
): { program: Program } | { error: string } {
  const compiled = compile(expression, variables);
  if ('error' in compiled) return compiled;
  const { kind } = compiled.program.type;
  if (results.includes('dyn') || results.includes(kind)) return compiled;
  const names = results.map((result) => (result === 'null' ? 'null_type' : result));
  return { error: names.length === 1 ? `must evaluate to ${names[0]}` : `must evaluate to one of [${names.join(' ')}]` };
}

/** How an evaluation's failure is told. */
export const failureText = (expression: string, error: string): string => `expression '${expression}' resulted in error: ${error}`;
