import { BudgetExceeded } from '../values/errors.ts';
import type { Value } from '../values/values.ts';
import type { Type } from './types.ts';

/** Where an expression finds its variables: by name, computed when they are first asked for, if that is dear. */
export type Variables = (name: string) => Value;

/** What an expression may still cost, in Kubernetes' units. Shared by expressions that are paid for together. */
export class Budget {
  #left: number;

  constructor(limit: number) {
    this.#left = limit;
  }

  get left(): number {
    return this.#left;
  }

  /** Throws BudgetExceeded. */
  spend(cost: number): void {
    this.#left -= cost;
    if (this.#left < 0) throw new BudgetExceeded();
  }
}

/** One evaluation: its variables, the names that macros bind (by their slot), and its budget. */
export interface Frame {
  variables: Variables;
  locals: Value[];
  budget: Budget;
}

/** A checked expression: its type, and how to run it. Running throws EvaluationError and BudgetExceeded only. */
export interface Compiled {
  type: Type;
  run: (frame: Frame) => Value;
}

/** The expression, for which each evaluation is charged first. */
export const charged = (cost: number, run: Compiled['run']): Compiled['run'] => {
  return (frame) => {
    frame.budget.spend(cost);
    return run(frame);
  };
};
