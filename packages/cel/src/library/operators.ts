import { compare, equal } from '../values/equal.ts';
import { EvaluationError, noSuchKey, noSuchOverload } from '../values/errors.ts';
import { joined } from '../values/json.ts';
import { durationInRange, inRange } from '../values/time.ts';
import { type Duration, type ListValue, type MapValue, NONE, Optional, type Timestamp, Uint, type Value } from '../values/values.ts';
import { elements, elementsOfBoth, walkBoth, walkShorter } from './cost.ts';
import { type Overload, overload } from './signature.ts';

const INT_LIMIT = 2n ** 63n;
const UINT_LIMIT = 2n ** 64n;

/** An int of 64 bits. Throws an EvaluationError. */
export function int(value: bigint): bigint {
  if (value >= INT_LIMIT || value < -INT_LIMIT) throw new EvaluationError('integer overflow');
  return value;
}

/** An unsigned int of 64 bits. Throws an EvaluationError. */
export function uint(value: bigint): Uint {
  if (value >= UINT_LIMIT || value < 0n) throw new EvaluationError('unsigned integer overflow');
  return new Uint(value);
}

function divisor(value: bigint, what: 'division' | 'modulus'): bigint {
  if (value === 0n) throw new EvaluationError(`${what} by zero`);
  return value;
}

const bytes = (a: Uint8Array, b: Uint8Array): Uint8Array => new Uint8Array(Buffer.concat([a, b]));

const ARITHMETIC: readonly Overload[] = [
  overload('_+_(int, int): int', (a: bigint, b: bigint) => int(a + b)),
  overload('_+_(uint, uint): uint', (a: Uint, b: Uint) => uint(a.value + b.value)),
  overload('_+_(double, double): double', (a: number, b: number) => a + b),
  overload('_+_(string, string): string', (a: string, b: string) => a + b, walkBoth),
  overload('_+_(bytes, bytes): bytes', bytes, walkBoth),
  overload('_+_(list<A>, list<A>): list<A>', (a: ListValue, b: ListValue) => joined(a, b), elementsOfBoth),
  overload('_+_(timestamp, duration): timestamp', (a: Timestamp, b: Duration) => inRange(a.nanos + b.nanos)),
  overload('_+_(duration, timestamp): timestamp', (a: Duration, b: Timestamp) => inRange(a.nanos + b.nanos)),
  overload('_+_(duration, duration): duration', (a: Duration, b: Duration) => durationInRange(a.nanos + b.nanos)),
  overload('_-_(int, int): int', (a: bigint, b: bigint) => int(a - b)),
  overload('_-_(uint, uint): uint', (a: Uint, b: Uint) => uint(a.value - b.value)),
  overload('_-_(double, double): double', (a: number, b: number) => a - b),
  overload('_-_(timestamp, timestamp): duration', (a: Timestamp, b: Timestamp) => durationInRange(a.nanos - b.nanos)),
  overload('_-_(timestamp, duration): timestamp', (a: Timestamp, b: Duration) => inRange(a.nanos - b.nanos)),
  overload('_-_(duration, duration): duration', (a: Duration, b: Duration) => durationInRange(a.nanos - b.nanos)),
  overload('_*_(int, int): int', (a: bigint, b: bigint) => int(a * b)),
  overload('_*_(uint, uint): uint', (a: Uint, b: Uint) => uint(a.value * b.value)),
  overload('_*_(double, double): double', (a: number, b: number) => a * b),
  overload('_/_(int, int): int', (a: bigint, b: bigint) => int(a / divisor(b, 'division'))),
  overload('_/_(uint, uint): uint', (a: Uint, b: Uint) => uint(a.value / divisor(b.value, 'division'))),
  overload('_/_(double, double): double', (a: number, b: number) => a / b),
  overload('_%_(int, int): int', (a: bigint, b: bigint) => int(a % divisor(b, 'modulus'))),
  overload('_%_(uint, uint): uint', (a: Uint, b: Uint) => uint(a.value % divisor(b.value, 'modulus'))),
  overload('-_(int): int', (a: bigint) => int(-a)),
  overload('-_(double): double', (a: number) => -a),
  overload('!_(bool): bool', (a: boolean) => !a),
];

const EQUALITY: readonly Overload[] = [
  overload('_==_(A, A): bool', (a: Value, b: Value) => equal(a, b), walkShorter),
  overload('_!=_(A, A): bool', (a: Value, b: Value) => !equal(a, b), walkShorter),
];

/** What has an order: numbers of all types among each other, and the others among themselves. */
const ORDERED = ['bool', 'string', 'bytes', 'timestamp', 'duration'].map((type) => [type, type] as const);
const NUMBERS = ['int', 'uint', 'double'] as const;
const COMPARABLE = [...ORDERED, ...NUMBERS.flatMap((a) => NUMBERS.map((b) => [a, b] as const))];

const TESTS: Readonly<Record<string, (order: number) => boolean>> = {
  '_<_': (order) => order < 0,
  '_<=_': (order) => order <= 0,
  '_>_': (order) => order > 0,
  '_>=_': (order) => order >= 0,
};

const ORDER: readonly Overload[] = Object.entries(TESTS).flatMap(([name, test]) =>
  COMPARABLE.map(([a, b]) => overload(`${name}(${a}, ${b}): bool`, (left: Value, right: Value) => test(ordered(left, right)), walkShorter)),
);

/** -1, 0, 1 or NaN. Throws an EvaluationError for values that have no order. */
export function ordered(a: Value, b: Value): number {
  const order = compare(a, b);
  if (order === undefined) throw noSuchOverload();
  return order;
}

/** A whole number below the size of the list; undefined: it is out of bounds. */
function indexIn(list: ListValue, index: bigint): number | undefined {
  return index >= 0n && index < BigInt(list.size) ? Number(index) : undefined;
}

function element(list: ListValue, index: bigint): Value {
  const at = indexIn(list, index);
  if (at === undefined) throw new EvaluationError(`index out of bounds: ${index}`);
  return list.at(at);
}

function valueAt(map: MapValue, key: Value): Value {
  const value = map.get(key);
  if (value === undefined) throw noSuchKey(typeof key === 'object' ? '' : String(key));
  return value;
}

const optional = (value: Value | undefined): Optional => (value === undefined ? NONE : new Optional(value));

function maybeElement(list: ListValue, index: bigint): Optional {
  const at = indexIn(list, index);
  return at === undefined ? NONE : new Optional(list.at(at));
}

const within = (value: Optional, look: (value: Value) => Optional): Optional => (value.value === undefined ? NONE : look(value.value));

const ACCESS: readonly Overload[] = [
  overload('_[_](list<A>, int): A', element),
  overload('_[_](map<A, B>, A): B', valueAt),
  overload('_[_](optional<list<A>>, int): optional<A>', (list: Optional, index: bigint) =>
    within(list, (value) => maybeElement(value as ListValue, index)),
  ),
  overload('_[_](optional<map<A, B>>, A): optional<B>', (map: Optional, key: Value) =>
    within(map, (value) => optional((value as MapValue).get(key))),
  ),
  overload('_[?_](list<A>, int): optional<A>', maybeElement),
  overload('_[?_](map<A, B>, A): optional<B>', (map: MapValue, key: Value) => optional(map.get(key))),
  overload('_[?_](optional<list<A>>, int): optional<A>', (list: Optional, index: bigint) =>
    within(list, (value) => maybeElement(value as ListValue, index)),
  ),
  overload('_[?_](optional<map<A, B>>, A): optional<B>', (map: Optional, key: Value) =>
    within(map, (value) => optional((value as MapValue).get(key))),
  ),
  overload(
    '@in(A, list<A>): bool',
    (value: Value, list: ListValue) => Array.from(list).some((other) => equal(value, other)),
    (_, list) => elements(list),
  ),
  overload('@in(A, map<A, B>): bool', (key: Value, map: MapValue) => map.has(key)),
];

/** CEL's operators. Source: CEL's language definition, "List of Standard Definitions". */
export const operators: readonly Overload[] = [...ARITHMETIC, ...EQUALITY, ...ORDER, ...ACCESS];
