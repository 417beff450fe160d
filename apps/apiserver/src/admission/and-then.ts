/** Goes on with what is there, at once; or with what comes. A plug-in that need not wait costs a write no turn. */
export const andThen = <T, R>(value: T | Promise<T>, next: (value: T) => R): R | Promise<R> =>
  value instanceof Promise ? value.then(next) : next(value);
