import { EvaluationError } from '../values/errors.ts';
import { Duration, ListValue, MapValue, NONE, Optional, Timestamp, Uint, type Value } from '../values/values.ts';
import { type Overload, overload } from './signature.ts';

function contentOf({ value }: Optional): Value {
  if (value === undefined) throw new EvaluationError('optional.none() dereference');
  return value;
}

function isZero(value: Value): boolean {
  if (value instanceof ListValue || value instanceof MapValue) return value.size === 0;
  if (value instanceof Uint8Array) return value.length === 0;
  if (value instanceof Uint) return value.value === 0n;
  if (value instanceof Timestamp || value instanceof Duration) return value.nanos === 0n;
  return value === null || value === false || value === '' || value === 0 || value === 0n;
}

/** Values that may not be there. Source: cel-go's OptionalTypes. */
export const optionals: readonly Overload[] = [
  overload('optional::of(A): optional<A>', (value: Value) => new Optional(value)),
  overload('optional::ofNonZeroValue(A): optional<A>', (value: Value) => (isZero(value) ? NONE : new Optional(value))),
  overload('optional::none(): optional<A>', () => NONE),
  overload('optional<A>.hasValue(): bool', ({ value }: Optional) => value !== undefined),
  overload('optional<A>.value(): A', contentOf),
  overload('optional<A>.or(optional<A>): optional<A>', (first: Optional, second: Optional) => (first.value === undefined ? second : first)),
  overload('optional<A>.orValue(A): A', ({ value }: Optional, instead: Value) => (value === undefined ? instead : value)),
];
