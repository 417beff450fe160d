import { equal } from '../values/equal.ts';
import type { ListValue } from '../values/values.ts';
import { elements, sizeOf } from './cost.ts';
import { type Overload, overload } from './signature.ts';

const contains = (list: ListValue, sought: ListValue): boolean => {
  const there = [...list];
  return Array.from(sought).every((element) => there.some((other) => equal(other, element)));
};

const intersects = (a: ListValue, b: ListValue): boolean => {
  const there = [...a];
  return Array.from(b).some((element) => there.some((other) => equal(other, element)));
};

/** Each with each. */
const product: Overload['cost'] = (a, b) => Math.max(1, elements(a) * sizeOf(b));
const productTwice: Overload['cost'] = (a, b) => 2 * product(a, b);

/** Lists as sets. Source: cel-go's extension "Sets". */
export const sets: readonly Overload[] = [
  overload('sets::contains(list<A>, list<A>): bool', contains, product),
  overload('sets::intersects(list<A>, list<A>): bool', intersects, product),
  overload('sets::equivalent(list<A>, list<A>): bool', (a: ListValue, b: ListValue) => contains(a, b) && contains(b, a), productTwice),
];
