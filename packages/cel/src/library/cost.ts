import { ListValue, MapValue, Optional, type Value, weightOf } from '../values/values.ts';
import type { Overload } from './signature.ts';

type Cost = Overload['cost'];

/** How large a value is: characters, bytes, elements; anything else is 1. */
export function sizeOf(value: Value | undefined): number {
  if (typeof value === 'string' || value instanceof Uint8Array) return value.length;
  return value instanceof ListValue || value instanceof MapValue ? value.size : 1;
}

/** Looking at a tenth of a character costs one unit. */
const STRING_FACTOR = 0.1;
/** A step of a pattern, of four characters, takes twice as long here as in Go. */
const PATTERN_FACTOR = 0.25;
const STEP_COST = 2;
const READING_COST = 5;

/** What walking over a text costs, `times` times. */
export const traversal = (value: Value | undefined, times = 1): number => Math.ceil(sizeOf(value) * STRING_FACTOR * times);

/** Walking over the first argument. Source for all of these: cel-go's costs, and Kubernetes' of its own libraries. */
export const walk: Cost = (first) => traversal(first);
/** Reading a text as something else, which takes longer here than in Go. */
export const reading: Cost = (first) => READING_COST + traversal(first);
export const walkTwice: Cost = (first) => traversal(first, 2);
/** Walking over both. */
export const walkBoth: Cost = (first, second) => traversal(first) + traversal(second);
/** Comparing two values as far as the shorter one goes; of lists and maps that are equally long, all that they hold. */
export const walkShorter: Cost = (first, second) => {
  if (typeof first !== 'string' && (typeof first !== 'object' || typeof second !== 'object')) return 1;
  const [size, other] = [sizeOf(first), sizeOf(second)];
  const isWalked = size === other && (first instanceof ListValue || first instanceof MapValue || first instanceof Optional);
  return isWalked ? Math.min(weightOf(first), weightOf(second)) : Math.max(1, Math.ceil(Math.min(size, other) * STRING_FACTOR));
};
/** Each element of the first argument, with all that it holds. */
export const elements: Cost = (first) => weightOf(first) - 1;
/** Each element of both lists, with all that it holds. */
export const elementsOfBoth: Cost = (first, second) => Math.max(1, weightOf(first) + weightOf(second) - 2);
/** Matching the text that comes first with the pattern that comes second. */
export const pattern: Cost = (text, regex) =>
  Math.ceil((1 + sizeOf(text)) * STRING_FACTOR) * Math.max(1, Math.ceil(sizeOf(regex) * PATTERN_FACTOR) * STEP_COST);
