import { compile, type Program } from '../compile.ts';
import { optionalOf, type Type } from '../language/types.ts';
import type { JsonSchema, ValidationRule } from './json-schema.ts';
import { rulePath } from './rule-path.ts';

/** A rule of a schema that is ready to run. */
export interface CompiledRule {
  rule: ValidationRule;
  /** Undefined: `error` says why. */
  program: Program | undefined;
  error: string | undefined;
  message: Program | undefined;
  messageError: string | undefined;
  usesOldSelf: boolean;
  /** What to append to the path of what the rule is about. */
  path: string | undefined;
}

/** What a rule about values of a type may name. */
export const variablesOf = ({ optionalOldSelf }: ValidationRule, type: Type): ReadonlyMap<string, Type> =>
  new Map([
    ['self', type],
    ['oldSelf', optionalOldSelf ? optionalOf(type) : type],
  ]);

/** Compiles a rule about values of a type; `self` is such a value, `oldSelf` the one before. */
export function compileRule(rule: ValidationRule, type: Type, schema: JsonSchema): CompiledRule {
  const variables = variablesOf(rule, type);
  const of = (expression: string | undefined, kind: Type['kind'], refusal: string) => {
    if ((expression ?? '').trim() === '') return {};
    const compiled = compile(expression ?? '', variables);
    if ('error' in compiled) return compiled;
    return compiled.program.type.kind === kind ? compiled : { error: refusal };
  };
  const main: { program?: Program; error?: string } = of(rule.rule, 'bool', 'cel expression must evaluate to a bool');
  const message: { program?: Program; error?: string } = of(
    rule.messageExpression,
    'string',
    'messageExpression must evaluate to a string',
  );
  return {
    rule,
    program: main.program,
    error: main.error,
    message: message.program,
    messageError: message.error && `messageExpression compilation failed: ${message.error}`,
    usesOldSelf: main.program?.reads.has('oldSelf') === true || message.program?.reads.has('oldSelf') === true,
    path: rule.fieldPath ? rulePath(schema, rule.fieldPath.trim()) : undefined,
  };
}
