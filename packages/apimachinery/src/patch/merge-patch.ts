import { assertDepth, copyJson, getOwn, isJsonObject, type JsonObject, setOwn } from '../json.ts';
import { patchObject } from './patch-object.ts';

/**
 * Applies a JSON merge patch (RFC 7386) and returns a new document that shares nothing with the old one. As Kubernetes
 * does, fields that are null are left out also inside the lists of a patch. Throws BadRequest when the patch is no object.
 */
export function applyMergePatch(document: unknown, patch: unknown): JsonObject {
  const original = isJsonObject(document) ? copyJson(document) : {};
  return mergeInto(original, patchObject(patch), 0);
}

function mergeInto(target: JsonObject, patch: JsonObject, depth: number): JsonObject {
  assertDepth(depth);
  for (const key of Object.keys(patch)) {
    const value = patch[key];
    const current = getOwn(target, key);
    if (value === null) delete target[key];
    else if (isJsonObject(value)) setOwn(target, key, mergeInto(isJsonObject(current) ? current : {}, value, depth + 1));
    else setOwn(target, key, withoutNulls(value, depth + 1));
  }
  return target;
}

/** A copy without the fields that are null. */
function withoutNulls(value: unknown, depth: number): unknown {
  if (Array.isArray(value)) {
    assertDepth(depth);
    return value.map((element) => withoutNulls(element, depth + 1));
  }
  return isJsonObject(value) ? mergeInto({}, value, depth) : value;
}
