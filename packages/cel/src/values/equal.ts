import { JsonList } from './json.ts';
import { Duration, ListValue, MapValue, MessageValue, OpaqueValue, Optional, Timestamp, TypeValue, Uint, type Value } from './values.ts';

/** Whether two values are equal; values of different types are not, numbers apart. Source: CEL's language definition, "Equality". */
export function equal(a: Value, b: Value): boolean {
  if (a === b) return true;
  if (isNumber(a)) return isNumber(b) && compareNumbers(a, b) === 0;
  if (a === null || b === null || typeof a !== 'object' || typeof b !== 'object') return false;
  if (a instanceof ListValue) return b instanceof ListValue && equalLists(a, b);
  if (a instanceof MapValue) return b instanceof MapValue && equalMaps(a, b);
  if (a instanceof Timestamp) return b instanceof Timestamp && a.nanos === b.nanos;
  if (a instanceof Duration) return b instanceof Duration && a.nanos === b.nanos;
  if (a instanceof TypeValue) return b instanceof TypeValue && a.name === b.name;
  if (a instanceof Optional) return b instanceof Optional && equalOptionals(a, b);
  if (a instanceof OpaqueValue) return b instanceof OpaqueValue && a.equals(b);
  return a instanceof Uint8Array && b instanceof Uint8Array && Buffer.compare(a, b) === 0;
}

const equalOptionals = (a: Optional, b: Optional): boolean =>
  a.value === undefined || b.value === undefined ? a.value === b.value : equal(a.value, b.value);

function equalLists(a: ListValue, b: ListValue): boolean {
  if (a.size !== b.size) return false;
  const identity = (a instanceof JsonList && a.identity) || (b instanceof JsonList && b.identity);
  if (identity) return sameElements(a, b, identity);
  for (let index = 0; index < a.size; index++) if (!equal(a.at(index), b.at(index))) return false;
  return true;
}

/** Of a set or a list with keys the order does not matter. */
function sameElements(a: ListValue, b: ListValue, identity: (element: Value) => string | undefined): boolean {
  const others = new Map<string | undefined, Value>();
  for (const element of b) others.set(identity(element), element);
  for (const element of a) {
    const other = others.get(identity(element));
    if (other === undefined || !equal(element, other)) return false;
  }
  return true;
}

function equalMaps(a: MapValue, b: MapValue): boolean {
  if (a.size !== b.size || messageName(a) !== messageName(b)) return false;
  for (const key of a.keys()) {
    const [left, right] = [a.get(key), b.get(key)];
    if (left === undefined || right === undefined || !equal(left, right)) return false;
  }
  return true;
}

/** Messages of two types are not equal, whatever they say. */
const messageName = (value: MapValue): string | undefined => (value instanceof MessageValue ? value.type.name : undefined);

const isNumber = (value: Value): value is number | bigint | Uint =>
  typeof value === 'number' || typeof value === 'bigint' || value instanceof Uint;

/** -1, 0 or 1; NaN where one is not a number. An int is as precise as a double where it is compared with one. */
export function compareNumbers(a: number | bigint | Uint, b: number | bigint | Uint): number {
  const [left, right] = [a instanceof Uint ? a.value : a, b instanceof Uint ? b.value : b];
  if (typeof left !== typeof right) return compareNumbers(Number(left), Number(right));
  if (left < right) return -1;
  return left > right ? 1 : left === right ? 0 : Number.NaN;
}

/** -1, 0 or 1 of two values of one type that have an order, NaN where they have none; undefined: they cannot be compared. */
export function compare(a: Value, b: Value): number | undefined {
  if (isNumber(a)) return isNumber(b) ? compareNumbers(a, b) : undefined;
  if (typeof a === 'string') return typeof b === 'string' ? compareText(a, b) : undefined;
  if (typeof a === 'boolean') return typeof b === 'boolean' ? Number(a) - Number(b) : undefined;
  if (a instanceof Timestamp) return b instanceof Timestamp ? compareNumbers(a.nanos, b.nanos) : undefined;
  if (a instanceof Duration) return b instanceof Duration ? compareNumbers(a.nanos, b.nanos) : undefined;
  return a instanceof Uint8Array && b instanceof Uint8Array ? Buffer.compare(a, b) : undefined;
}

/** By code points, which UTF-16 does not keep. */
function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
