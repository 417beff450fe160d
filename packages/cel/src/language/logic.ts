import { EvaluationError, noSuchOverload } from '../values/errors.ts';
import type { Value } from '../values/values.ts';
import type { Compiled, Frame } from './frame.ts';

/**
 * `||` where `decisive` is true, `&&` where it is false: one side that decides is enough, whatever becomes of the other. Source: CEL's language
 * definition, "Logical Operators".
 */
export function absorbing(decisive: boolean, left: Compiled['run'], right: Compiled['run']): Compiled['run'] {
  return (frame) => {
    const first = attempt(left, frame);
    if (first === decisive) return decisive;
    const second = attempt(right, frame);
    if (second === decisive) return decisive;
    if (typeof first === 'boolean' && typeof second === 'boolean') return !decisive;
    if (first instanceof EvaluationError) throw first;
    throw typeof first === 'boolean' && second instanceof EvaluationError ? second : noSuchOverload();
  };
}

/** What it costs to go on after a failure, which takes longer here than in Go. */
const FAILURE_COST = 10;

/** The value, or the error that stands for it. */
export function attempt(run: Compiled['run'], frame: Frame): Value | EvaluationError {
  try {
    return run(frame);
  } catch (error) {
    if (!(error instanceof EvaluationError)) throw error;
    frame.budget.spend(FAILURE_COST);
    return error;
  }
}
