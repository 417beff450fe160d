import type { Program } from '../compile.ts';
import type { Variables } from '../language/frame.ts';
import { DYN, type Field, type Type } from '../language/types.ts';
import { BudgetExceeded, EvaluationError } from '../values/errors.ts';
import { MapValue, type Value } from '../values/values.ts';
import { compileFor, failureText } from './expression.ts';

/** The variable by which expressions read the variables of their policy. */
export const VARIABLES = 'variables';

export interface CompiledVariable {
  name: string;
  compiled: { program: Program } | { error: string };
}

/** Compiles the variables of a policy, each of which may read those before it; gives the types that the other expressions see. */
export function withVariables(
  types: ReadonlyMap<string, Type>,
  variables: readonly { name: string; expression: string }[],
): { types: Map<string, Type>; variables: CompiledVariable[] } {
  const all = new Map(types);
  if (variables.length === 0) return { types: all, variables: [] };
  const fields = new Map<string, Field>();
  all.set(VARIABLES, { kind: 'object', name: 'kubernetes.variables', fields });
  const compiled = variables.map(({ name = '', expression = '' }) => {
    const result = compileFor(expression, all, []);
    fields.set(name, { type: 'program' in result ? result.program.type : DYN, jsonName: name });
    return { name, compiled: result };
  });
  return { types: all, variables: compiled };
}

export type Result = { value: Value } | { error: string };

/** The expressions of a policy over one request: its variables are evaluated when they are first read, and paid for by who reads them. */
export class Composition {
  /** What all expressions together may still cost; below 0: one could not be paid for. */
  left = 0;
  readonly #variables: Variables;
  readonly #composed: ComposedVariables;

  constructor(composed: readonly CompiledVariable[], variables: Variables) {
    this.#composed = new ComposedVariables(new Map(composed.map((variable) => [variable.name, variable])), this);
    this.#variables = (name) => (name === VARIABLES ? this.#composed : variables(name));
  }

  evaluate(compiled: CompiledVariable['compiled'], expression: string): Result {
    if (this.left < 0) return { error: failureText(expression, new BudgetExceeded().message) };
    if ('error' in compiled) return { error: `compilation error: ${compiled.error}` };
    const outcome = compiled.program.evaluate(this.#variables, this.left);
    // What a variable has cost meanwhile is gone already.
    this.left -= outcome.cost;
    if (!('error' in outcome)) return { value: outcome.value };
    if (outcome.overBudget && this.left <= 0) this.left = -1;
    return { error: failureText(expression, outcome.error) };
  }

  /** A variable's value, or why there is none. */
  compute({ compiled }: CompiledVariable): Result {
    if ('error' in compiled) return compiled;
    const outcome = compiled.program.evaluate(this.#variables, this.left);
    this.left -= outcome.cost;
    return 'error' in outcome ? { error: outcome.error } : { value: outcome.value };
  }
}

class ComposedVariables extends MapValue {
  readonly #byName: ReadonlyMap<string, CompiledVariable>;
  readonly #composition: Composition;
  readonly #known = new Map<string, Result>();

  constructor(byName: ReadonlyMap<string, CompiledVariable>, composition: Composition) {
    super();
    this.#byName = byName;
    this.#composition = composition;
  }

  get size(): number {
    return this.#byName.size;
  }

  get(key: Value): Value | undefined {
    const variable = typeof key === 'string' ? this.#byName.get(key) : undefined;
    if (!variable) return undefined;
    let result = this.#known.get(variable.name);
    if (!result) this.#known.set(variable.name, (result = this.#composition.compute(variable)));
    if ('error' in result) throw new EvaluationError(`composited variable "${variable.name}" fails to evaluate: ${result.error}`);
    return result.value;
  }

  override has(key: Value): boolean {
    return typeof key === 'string' && this.#byName.has(key);
  }

  keys(): Iterable<string> {
    return this.#byName.keys();
  }
}
