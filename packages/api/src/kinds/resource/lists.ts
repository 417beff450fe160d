import { duplicate, type FieldPath, tooMany } from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';

/** A list of at most `max` items, each of which is checked. More of them are not looked at. */
export function checkItems<T>(
  items: readonly T[] = [],
  max: number,
  at: FieldPath,
  check: (item: T, at: FieldPath) => void,
  out: Cause[],
): void {
  if (items.length > max) out.push(tooMany(at, items.length, max));
  else for (const [i, item] of items.entries()) check(item, at.index(i));
}

/** As `checkItems`, of items that differ by their keys. */
export function checkSet<T>(
  items: readonly T[] = [],
  max: number,
  keyOf: (item: T) => string,
  at: FieldPath,
  check: (item: T, at: FieldPath) => void,
  out: Cause[],
): void {
  checkItems(items, max, at, check, out);
  if (items.length > max) return;
  const seen = new Set<string>();
  for (const [i, item] of items.entries()) {
    const key = keyOf(item);
    if (seen.has(key)) out.push(duplicate(at.index(i), key));
    seen.add(key);
  }
}
