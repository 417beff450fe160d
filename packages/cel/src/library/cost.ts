import { ListValue, MapValue, type Value } from '../values/values.ts';
import type { Overload } from './signature.ts';

type Cost = Overload['cost'];

/** How large a value is: characters, bytes, elements; anything else is 1. */
export function sizeOf(value: Value | undefined): number {
  if (typeof value === 'string' || value instanceof Uint8Array) return value.length;
  return value instanceof ListValue || value instanceof MapValue ? value.size : 1;
}

/** Looking at a tenth of a character costs one unit. */
const STRING_FACTOR = 0.1;
const PATTERN_FACTOR = 0.25;

/** What walking over a text costs, `times` times. */
export const traversal = (value: Value | undefined, times = 1): number => Math.ceil(sizeOf(value) * STRING_FACTOR * times);

/** Walking over the first argument. Source for all of these: cel-go's costs, and Kubernetes' of its own libraries. */
export const walk: Cost = ([first]) => traversal(first);
export const walkTwice: Cost = ([first]) => traversal(first, 2);
/** Walking over both. */
export const walkBoth: Cost = ([first, second]) => traversal(first) + traversal(second);
/** Comparing two values as far as the shorter one goes. */
export const walkShorter: Cost = ([first, second]) => Math.max(1, Math.ceil(Math.min(sizeOf(first), sizeOf(second)) * STRING_FACTOR));
/** Each element of the first argument. */
export const elements: Cost = ([first]) => sizeOf(first);
/** Matching the text that comes first with the pattern that comes second. */
export const pattern: Cost = ([text, regex]) =>
  Math.ceil((1 + sizeOf(text)) * STRING_FACTOR) * Math.max(1, Math.ceil(sizeOf(regex) * PATTERN_FACTOR));
