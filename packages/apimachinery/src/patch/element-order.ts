import { badRequest } from '@kubernats/errors';
import { goPrint } from '../go-print.ts';
import { getOwn, isJsonObject } from '../json.ts';
import type { FieldSchema } from '../schema.ts';
import { DIRECTIVE, SET_ELEMENT_ORDER } from './directives.ts';

/** An order that a patch asks for. Without a merge key the elements are texts or numbers. */
export interface ElementOrder {
  mergeKey: string | undefined;
  elements: readonly unknown[];
}

/** The merge key of a list; undefined for lists of texts. */
export function mergeKeyOf(field: FieldSchema | undefined): string | undefined {
  return field?.patchMergeKey;
}

/** What tells an element from the others: the value of its merge key, or itself. Throws when an object has none. */
export function identityOf(element: unknown, mergeKey: string | undefined): unknown {
  if (mergeKey === undefined) return element;
  if (!isJsonObject(element) || !Object.hasOwn(element, mergeKey)) {
    throw badRequest(`map: ${goPrint(element)} does not contain declared merge key: ${mergeKey}`);
  }
  return getOwn(element, mergeKey);
}

/** Insists that the patch's elements (but those it deletes) are in `order`, in that order; an empty one is none. */
export function checkOrder(patch: readonly unknown[], { mergeKey, elements }: ElementOrder): void {
  const wanted = elements.map((element) => identityOf(element, mergeKey));
  let at = 0;
  if (wanted.length === 0) return;
  for (const element of patch) {
    if (isJsonObject(element) && element[DIRECTIVE] === 'delete') continue;
    at = wanted.indexOf(identityOf(element, mergeKey), at) + 1;
    if (at === 0) {
      throw badRequest(`The order in patch list:\n${goPrint(patch)}\n doesn't match ${SET_ELEMENT_ORDER} list:\n${goPrint(elements)}\n`);
    }
  }
}

/**
 * Sorts a merged list: the elements named by `order` in its order, the others where they stood in `before`, in so far
 * as both can hold: each goes before the first ordered element that it stood before.
 */
export function ordered(merged: readonly unknown[], { mergeKey, elements }: ElementOrder, before: readonly unknown[]): unknown[] {
  const rank = ranks(elements, mergeKey);
  const placeBefore = ranks(before, mergeKey);
  const rankOf = (element: unknown): number => rank.get(identityOf(element, mergeKey)) ?? -1;
  const placeOf = (element: unknown): number => placeBefore.get(identityOf(element, mergeKey)) ?? -1;

  const named = merged.filter((element) => rankOf(element) >= 0).sort((a, b) => rankOf(a) - rankOf(b));
  const others = sortedBy(
    placeOf,
    merged.filter((element) => rankOf(element) < 0),
  );
  const result: unknown[] = [];
  let next = 0;
  for (const element of named) {
    const place = placeOf(element);
    for (let other = placeOf(others[next] ?? element); other >= 0 && other < place; other = placeOf(others[next] ?? element)) {
      result.push(others[next++]);
    }
    result.push(element);
  }
  return [...result, ...others.slice(next)];
}

/** Up to here Go sorts by insertion, which shows where a comparison contradicts itself. */
const SORTED_BY_INSERTION = 20;

/**
 * Elements by their places. One without (below 0) is, as Kubernetes compares, before and behind all others: it goes to the front of a short list,
 * and to the end of a long one.
 */
function sortedBy(placeOf: (element: unknown) => number, elements: readonly unknown[]): unknown[] {
  const placed = elements.filter((element) => placeOf(element) >= 0);
  if (placed.length === elements.length || elements.length > SORTED_BY_INSERTION) {
    const others = elements.filter((element) => placeOf(element) < 0);
    return [...placed.sort((a, b) => placeOf(a) - placeOf(b)), ...others];
  }
  const sorted: unknown[] = [];
  for (const element of elements) {
    const place = placeOf(element);
    let at = sorted.length;
    while (at > 0 && goesBefore(place, placeOf(sorted[at - 1]))) at--;
    sorted.splice(at, 0, element);
  }
  return sorted;
}

const goesBefore = (a: number, b: number): boolean => a < 0 || b < 0 || a < b;

/**
 * The list that a `$setElementOrder` sees as the one before. Deletions have closed their gaps in it by then, and the places that came free at its
 * end are taken by what is new.
 */
export function placesBefore(current: readonly unknown[], patch: readonly unknown[], mergeKey: string | undefined): readonly unknown[] {
  if (mergeKey === undefined) return current;
  const deletes = (element: unknown): boolean => isJsonObject(element) && element[DIRECTIVE] === 'delete';
  const gone = ranks(patch.filter(deletes), mergeKey);
  if (gone.size === 0) return current;
  const kept = current.filter((element) => !gone.has(identityOf(element, mergeKey)));
  const known = ranks(kept, mergeKey);
  const added = patch.filter(
    (element) => isJsonObject(element) && !Object.hasOwn(element, DIRECTIVE) && !known.has(identityOf(element, mergeKey)),
  );
  return [...kept, ...added].slice(0, current.length);
}

/** The first place of each element. */
function ranks(elements: readonly unknown[], mergeKey: string | undefined): Map<unknown, number> {
  const places = new Map<unknown, number>();
  for (const [i, element] of elements.entries()) {
    const identity = identityOf(element, mergeKey);
    if (!places.has(identity)) places.set(identity, i);
  }
  return places;
}
