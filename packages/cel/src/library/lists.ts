import { equal } from '../values/equal.ts';
import { EvaluationError, noSuchOverload } from '../values/errors.ts';
import { durationInRange } from '../values/time.ts';
import { Duration, type ListValue, Uint, type Value } from '../values/values.ts';
import { elements } from './cost.ts';
import { int, ordered, uint } from './operators.ts';
import { type Overload, overload } from './signature.ts';

const COMPARABLE = ['int', 'uint', 'double', 'bool', 'duration', 'timestamp', 'string', 'bytes'];

function isSorted(list: ListValue): boolean {
  let last: Value | undefined;
  for (const element of list) {
    if (last !== undefined && !(ordered(last, element) <= 0)) return false;
    last = element;
  }
  return true;
}

/** The element that every other one comes after (`sign` 1) or before (-1). */
function extreme(name: 'min' | 'max', sign: 1 | -1): (list: ListValue) => Value {
  return (list) => {
    let found: Value | undefined;
    for (const element of list) if (found === undefined || ordered(found, element) * sign > 0) found = element;
    if (found === undefined) throw new EvaluationError(`${name} called on empty list`);
    return found;
  };
}

/** The sum of a list whose elements are of one type; `zero` is that of an empty list. */
function sumFrom(zero: Value): (list: ListValue) => Value {
  return (list) => {
    let sum: Value | undefined;
    for (const element of list) sum = sum === undefined ? element : added(sum, element);
    return sum ?? zero;
  };
}

function added(a: Value, b: Value): Value {
  if (typeof a === 'bigint' && typeof b === 'bigint') return int(a + b);
  if (typeof a === 'number' && typeof b === 'number') return a + b;
  if (a instanceof Uint && b instanceof Uint) return uint(a.value + b.value);
  if (a instanceof Duration && b instanceof Duration) return durationInRange(a.nanos + b.nanos);
  throw noSuchOverload();
}

function indexOf(list: ListValue, sought: Value): bigint {
  for (let index = 0; index < list.size; index++) if (equal(list.at(index), sought)) return BigInt(index);
  return -1n;
}

function lastIndexOf(list: ListValue, sought: Value): bigint {
  for (let index = list.size - 1; index >= 0; index--) if (equal(list.at(index), sought)) return BigInt(index);
  return -1n;
}

const ZEROS: Readonly<Record<string, Value>> = { int: 0n, uint: new Uint(0n), double: 0, duration: new Duration(0n) };

/** Kubernetes' list library. */
export const lists: readonly Overload[] = [
  ...COMPARABLE.flatMap((type) => [
    overload(`list<${type}>.isSorted(): bool`, isSorted, elements),
    overload(`list<${type}>.min(): ${type}`, extreme('min', 1), elements),
    overload(`list<${type}>.max(): ${type}`, extreme('max', -1), elements),
  ]),
  ...Object.entries(ZEROS).map(([type, zero]) => overload(`list<${type}>.sum(): ${type}`, sumFrom(zero), elements)),
  overload('list<A>.indexOf(A): int', indexOf, elements),
  overload('list<A>.lastIndexOf(A): int', lastIndexOf, elements),
];
