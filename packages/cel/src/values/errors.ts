/**
 * An expression that fails while it runs: `no such key: x`. `&&`, `||` and macros may do without its value, so that there can be very many: it is no
 * Error, which would look at the stack each time.
 */
export class EvaluationError {
  readonly message: string;
  constructor(message: string) {
    this.message = message;
  }
}

/** An expression that costs more than it may: nothing goes on after it. */
export class BudgetExceeded extends Error {
  constructor() {
    super('operation cancelled: actual cost limit exceeded');
  }
}

export const noSuchKey = (key: string): EvaluationError => new EvaluationError(`no such key: ${key}`);
export const noSuchOverload = (): EvaluationError => new EvaluationError('no such overload');
