import { parseQuantity } from './quantity.ts';

/**
 * Quantities as plain numbers, for sums over thousands of Pods. The texts of a cluster are few and repeat, so each is
 * parsed once; the caches are emptied when they grow large, which bounds what a stream of odd texts can hold.
 */
const MAX_CACHED = 4096;

type QuantityText = string | number | undefined;

function cached(read: (text: string) => number): (quantity: QuantityText) => number {
  const known = new Map<string, number>();
  return (quantity) => {
    if (quantity === undefined) return 0;
    const text = typeof quantity === 'string' ? quantity : String(quantity);
    const hit = known.get(text);
    if (hit !== undefined) return hit;
    const value = read(text);
    if (known.size >= MAX_CACHED) known.clear();
    known.set(text, value);
    return value;
  };
}

/** Whole units (bytes, pieces), rounded up; absent is 0. Throws BadRequest on bad text. */
export const quantityValue: (quantity: QuantityText) => number = cached((text) => parseQuantity(text).value());

/** Thousandths (of a core), rounded up; absent is 0. Throws BadRequest on bad text. */
export const quantityMilli: (quantity: QuantityText) => number = cached((text) => parseQuantity(text).milli());
