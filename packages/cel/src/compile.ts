import { Estimator, type SizeAt } from './estimate/estimator.ts';
import { type Range, UNKNOWN } from './estimate/range.ts';
import { Compiler } from './language/compiler.ts';
import type { Dialect } from './language/environment.ts';
import { Budget, type Compiled, type Variables } from './language/frame.ts';
import { parse } from './language/parse.ts';
import { display, ExpressionProblem } from './language/problem.ts';
import type { Type } from './language/types.ts';
import { KUBERNETES_FUNCTIONS } from './library/kubernetes.ts';
import { BudgetExceeded, EvaluationError } from './values/errors.ts';
import type { Value } from './values/values.ts';

/** What one evaluation of an expression may cost. Source: kube-apiserver's PerCallLimit. */
export const PER_CALL_LIMIT = 1_000_000;

/** What an evaluation comes to, and what it cost. */
export type Outcome = { cost: number } & ({ value: Value } | { error: string; overBudget: boolean });

/** An expression that is ready to run. */
export interface Program {
  /** The type of what it gives. */
  type: Type;
  /** The variables that it reads. */
  reads: ReadonlySet<string>;
  /** Never throws. `limit` is what the evaluation may cost at most, beside the limit of each call. */
  evaluate(variables: Variables, limit?: number): Outcome;
}

const KUBERNETES: Dialect = { functions: KUBERNETES_FUNCTIONS };

/**
 * The program, or `compilation failed: ERROR: <input>:1:5: …` as Kubernetes words it. `variables` are the types of what the expression may name,
 * beside what everybody may in the dialect.
 */
export function compile(
  expression: string,
  variables: ReadonlyMap<string, Type>,
  dialect: Dialect = KUBERNETES,
): { program: Program } | { error: string } {
  const compiler = new Compiler({ variables, ...dialect });
  let compiled: Compiled | undefined;
  try {
    compiled = compiler.compile(parse(expression), undefined);
  } catch (error) {
    compiler.problems.push(asProblem(error));
  }
  if (!compiled || compiler.problems.length > 0) {
    const problems = compiler.problems.toSorted((a, b) => a.at - b.at).map((problem) => display(problem, expression));
    return { error: `compilation failed: ${problems.join('\n')}` };
  }
  return { program: new CompiledProgram(compiled, compiler.reads) };
}

/** What an expression that compiles may cost at least and at most, in Kubernetes' units. One that is nested deeper than the stack may cost anything. */
export function estimateCost(expression: string, variables: ReadonlyMap<string, Type>, sizeAt: SizeAt): Range {
  const compiler = new Compiler({ variables, ...KUBERNETES });
  try {
    const expr = parse(expression);
    compiler.compile(expr, undefined);
    return new Estimator(compiler.findings, sizeAt).cost(expr);
  } catch (error) {
    if (error instanceof RangeError) return UNKNOWN;
    throw error;
  }
}

function asProblem(error: unknown): ExpressionProblem {
  if (error instanceof ExpressionProblem) return error;
  // An expression that is nested deeper than the stack.
  if (error instanceof RangeError) return new ExpressionProblem('expression recursion limit exceeded: 250', 0);
  throw error;
}

class CompiledProgram implements Program {
  readonly type: Type;
  readonly reads: ReadonlySet<string>;
  readonly #run: Compiled['run'];

  constructor({ type, run }: Compiled, reads: ReadonlySet<string>) {
    this.type = type;
    this.reads = reads;
    this.#run = run;
  }

  evaluate(variables: Variables, limit = PER_CALL_LIMIT): Outcome {
    const allowed = Math.min(limit, PER_CALL_LIMIT);
    const budget = new Budget(allowed);
    try {
      const value = this.#run({ variables, locals: [], budget });
      return { value, cost: allowed - budget.left };
    } catch (error) {
      return { error: messageOf(error), overBudget: error instanceof BudgetExceeded, cost: allowed - budget.left };
    }
  }
}

function messageOf(error: unknown): string {
  if (error instanceof EvaluationError || error instanceof BudgetExceeded) return error.message;
  // Deeper, or longer, than the engine can hold.
  if (error instanceof RangeError) return `expression is too large: ${error.message}`;
  throw error;
}
