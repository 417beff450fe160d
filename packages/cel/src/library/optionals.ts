import { EvaluationError, noSuchOverload } from '../values/errors.ts';
import { ArrayList, Duration, ListValue, MapValue, NONE, Optional, Timestamp, Uint, type Value } from '../values/values.ts';
import { elements } from './cost.ts';
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

const maybe = (value: Value | undefined): Optional => (value === undefined ? NONE : new Optional(value));

/** Those that are there. */
function unwrapped(list: ListValue): ArrayList {
  return new ArrayList(
    Array.from(list).flatMap((element) => {
      if (!(element instanceof Optional)) throw noSuchOverload();
      return element.value === undefined ? [] : [element.value];
    }),
  );
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
  overload('list<A>.first(): optional<A>', (list: ListValue) => maybe(list.size > 0 ? list.at(0) : undefined)),
  overload('list<A>.last(): optional<A>', (list: ListValue) => maybe(list.size > 0 ? list.at(list.size - 1) : undefined)),
  overload('optional::unwrap(list<optional<A>>): list<A>', unwrapped, elements),
  overload('list<optional<A>>.unwrapOpt(): list<A>', unwrapped, elements),
];
