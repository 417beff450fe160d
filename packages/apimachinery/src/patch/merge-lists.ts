import { badRequest } from '@kubernats/errors';
import { goPrint } from '../go-print.ts';
import { copyJson, isJsonObject, type JsonObject } from '../json.ts';
import { DIRECTIVE } from './directives.ts';
import { identityOf, ordered } from './element-order.ts';

type MergeElement = (element: JsonObject, change: JsonObject) => JsonObject;

/**
 * Merges two lists: objects by their merge key, texts and numbers as sets. New elements come where the patch has them
 * among its own. `current` is the caller's own; `patch` is not changed.
 */
export function mergeElements(
  current: unknown[],
  patch: readonly unknown[],
  mergeKey: string | undefined,
  typeName: string | undefined,
  merge: MergeElement,
): unknown[] {
  if (current.length === 0 && patch.length === 0) return current;
  if (!areObjects(current, patch)) {
    return ordered([...new Set([...current, ...patch])], { mergeKey: undefined, elements: patch }, current);
  }
  if (mergeKey === undefined) throw badRequest(`cannot merge lists without merge key for ${shortName(typeName)}`);
  const { kept, changes, replaces } = directed(current, patch, mergeKey);
  if (replaces) return ordered(copyJson(changes), { mergeKey, elements: [] }, changes);
  return ordered(mergeByKey(kept, changes, mergeKey, merge), { mergeKey, elements: changes }, kept);
}

/** The list without the given texts or numbers. */
export function deleteTexts(current: readonly unknown[], gone: readonly unknown[]): unknown[] {
  const texts = new Set(gone);
  return current.filter((element) => !texts.has(element));
}

/** Whether the elements of both lists are objects; throws when they are a mixture, or lists. */
function areObjects(current: readonly unknown[], patch: readonly unknown[]): boolean {
  const all = [...current, ...patch];
  if (Array.isArray(all[0])) throw badRequest('lists of lists are not supported');
  const objects = isJsonObject(all[0]);
  const alike = objects ? isJsonObject : (element: unknown): boolean => typeof element === typeof all[0] && element !== null;
  if (!all.every(alike)) throw badRequest(`list element types are not identical: ${goPrint([current, patch])}`);
  return objects;
}

/** Carries out the `$patch` elements of a list. */
function directed(
  current: readonly unknown[],
  patch: readonly unknown[],
  mergeKey: string,
): { kept: readonly unknown[]; changes: JsonObject[]; replaces: boolean } {
  let kept = current;
  let replaces = false;
  const changes: JsonObject[] = [];
  for (const change of patch.filter(isJsonObject)) {
    if (!Object.hasOwn(change, DIRECTIVE)) {
      changes.push(change);
      continue;
    }
    const directive = change[DIRECTIVE];
    if (directive === 'delete') {
      const gone = identityOf(change, mergeKey);
      kept = kept.filter((element) => identityOf(element, mergeKey) !== gone);
    } else if (directive === 'replace') {
      replaces = true;
    } else if (directive === 'merge') {
      throw badRequest('merging lists cannot yet be specified in the patch');
    } else {
      throw badRequest(`unknown patch type: ${goPrint(directive)} in map: ${goPrint(change)}`);
    }
  }
  return { kept, changes, replaces };
}

function mergeByKey(kept: readonly unknown[], changes: readonly JsonObject[], mergeKey: string, merge: MergeElement): unknown[] {
  const merged = [...kept];
  const places = new Map<unknown, number>();
  for (const [i, element] of merged.entries()) {
    const identity = identityOf(element, mergeKey);
    if (!places.has(identity)) places.set(identity, i);
  }
  for (const change of changes) {
    const identity = identityOf(change, mergeKey);
    const place = places.get(identity);
    const element = place === undefined ? undefined : merged[place];
    if (place !== undefined && isJsonObject(element)) merged[place] = merge(element, change);
    else places.set(identity, merged.push(copyJson(change)) - 1);
  }
  return merged;
}

const shortName = (typeName: string | undefined): string => typeName?.slice(typeName.lastIndexOf('.') + 1) ?? '';
