import { compile, type Program } from '../compile.ts';
import type { Dialect } from '../language/environment.ts';
import { type Type, typeName } from '../language/types.ts';

/** What expressions may cost together: the conditions of one webhook or policy, or all expressions of one policy. Source: kube-apiserver's limits. */
export const MATCH_CONDITIONS_BUDGET = 2_500_000;
export const POLICY_BUDGET = 10_000_000;

export const OUT_OF_BUDGET = 'validation failed due to running out of cost budget, no further validation rules will be run';

/** How the types are called that an expression has to give. */
const RESULT_NAMES = { null: 'null_type', timestamp: 'google.protobuf.Timestamp', duration: 'google.protobuf.Duration' };

/** Compiles an expression that has to give a value of one of the types (none: of any); what it may be must be known before it runs. */
export function compileFor(
  expression: string,
  variables: ReadonlyMap<string, Type>,
  results: readonly Type[],
  dialect?: Dialect,
): { program: Program } | { error: string } {
  const compiled = compile(expression, variables, dialect);
  if ('error' in compiled) return compiled;
  const nameOf = (type: Type): string => typeName(type, RESULT_NAMES);
  const given = nameOf(compiled.program.type);
  const names = results.map(nameOf);
  if (names.length === 0 || names.includes(given)) return compiled;
  return { error: `must evaluate to ${names.length === 1 ? names[0] : `one of [${names.join(' ')}]`} but got ${given}` };
}

/** How an evaluation's failure is told. */
export const failureText = (expression: string, error: string): string => `expression '${expression}' resulted in error: ${error}`;
