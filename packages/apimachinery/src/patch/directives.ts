import { badRequest } from '@kubernats/errors';
import { isJsonObject } from '../json.ts';

/** The words by which a strategic merge patch directs beyond merging. */
export const DIRECTIVE = '$patch';
export const RETAIN_KEYS = '$retainKeys';
/** Followed by `/` and a field's name. */
export const DELETE_FROM_LIST = '$deleteFromPrimitiveList';
/** Followed by `/` and a field's name. */
export const SET_ELEMENT_ORDER = '$setElementOrder';

/** The field that a `$setElementOrder/x` is for. */
export function fieldOfOrder(key: string): string {
  if (!key.startsWith(`${SET_ELEMENT_ORDER}/`)) throw badRequest('invalid patch format of setElementOrder list');
  return key.slice(SET_ELEMENT_ORDER.length + 1);
}

/** Removes the null fields of a new value, which is the caller's own. Nulls among a list's elements stay. */
export function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) {
    for (const element of value) withoutNulls(element);
  } else if (isJsonObject(value)) {
    for (const key of Object.keys(value)) {
      if (value[key] === null) delete value[key];
      else withoutNulls(value[key]);
    }
  }
  return value;
}

/**
 * Removes every object that has a `$patch` from a new value, which is the caller's own: there is nothing yet to be
 * replaced or deleted. Undefined when the value itself is such an object.
 */
export function withoutDirectives(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutDirectives).filter((element) => element !== undefined);
  if (!isJsonObject(value)) return value;
  if (Object.hasOwn(value, DIRECTIVE)) return undefined;
  for (const key of Object.keys(value)) {
    const kept = withoutDirectives(value[key]);
    if (kept === undefined) delete value[key];
    else value[key] = kept;
  }
  return value;
}
