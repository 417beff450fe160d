import { badRequest } from '@kubernats/errors';
import { goPrint, goType } from '../go-print.ts';
import { assertDepth, copyJson, getOwn, isJsonObject, type JsonObject, setOwn } from '../json.ts';
import type { FieldSchema, ObjectSchema } from '../schema.ts';
import {
  DELETE_FROM_LIST,
  DIRECTIVE,
  fieldOfOrder,
  RETAIN_KEYS,
  SET_ELEMENT_ORDER,
  withoutDirectives,
  withoutNulls,
} from './directives.ts';
import { checkOrder, type ElementOrder, mergeKeyOf, ordered, placesBefore } from './element-order.ts';
import { deleteTexts, mergeElements } from './merge-lists.ts';
import { patchObject } from './patch-object.ts';

/**
 * Applies a strategic merge patch and returns a new document that shares nothing with the old one or with the patch.
 * Objects merge; lists merge by their merge key (or as sets of texts) where the schema says so, and are replaced where
 * it does not; `$patch`, `$retainKeys`, `$deleteFromPrimitiveList/x` and `$setElementOrder/x` direct. Fields the schema does
 * not know merge as plain JSON. Throws BadRequest in Kubernetes' words.
 * Source: the Kubernetes community's page "Strategic Merge Patch"; the results are those of `kubectl patch --local`.
 */
export function applyStrategicMergePatch(document: unknown, patch: unknown, schema: ObjectSchema): JsonObject {
  const original = isJsonObject(document) ? copyJson(document) : {};
  return mergeObject(original, patchObject(patch), { type: 'object', object: schema }, 0);
}

/** Merges `patch` into `target`, which is the caller's own, and returns what takes its place. */
function mergeObject(target: JsonObject, patch: JsonObject, schema: FieldSchema | undefined, depth: number): JsonObject {
  assertDepth(depth);
  if (Object.hasOwn(patch, DIRECTIVE)) return directed(patch);
  retainKeys(target, patch);
  const done = mergeOrderedLists(target, patch, schema, depth);
  for (const key of Object.keys(patch)) {
    if (key === RETAIN_KEYS || key.startsWith(SET_ELEMENT_ORDER) || done.has(key)) continue;
    if (key.startsWith(DELETE_FROM_LIST)) deleteFromList(target, key, patch[key]);
    else mergeField(target, key, patch[key], fieldOf(schema, key), depth);
  }
  return target;
}

/** What `$patch` makes of an object: `replace` takes the patch as it is, `delete` leaves an empty object. */
function directed(patch: JsonObject): JsonObject {
  const { [DIRECTIVE]: directive, ...rest } = patch;
  if (directive === 'replace') return copyJson(rest);
  if (directive === 'delete') return {};
  throw badRequest(`unknown patch type: ${goPrint(directive)} in map: ${goPrint(patch)}`);
}

function retainKeys(target: JsonObject, patch: JsonObject): void {
  if (!Object.hasOwn(patch, RETAIN_KEYS)) return;
  const list = patch[RETAIN_KEYS];
  if (!Array.isArray(list)) throw badRequest('invalid patch format of retainKeys');
  const kept = new Set<unknown>(list);
  for (const [key, value] of Object.entries(patch)) {
    const directs = key === RETAIN_KEYS || key.startsWith(DELETE_FROM_LIST) || key.startsWith(SET_ELEMENT_ORDER);
    if (value !== null && !directs && !kept.has(key)) throw badRequest('invalid patch format of retainKeys');
  }
  for (const key of Object.keys(target)) if (!kept.has(key)) delete target[key];
}

/** Merges the lists that have a `$setElementOrder`, and returns their names. */
function mergeOrderedLists(target: JsonObject, patch: JsonObject, schema: FieldSchema | undefined, depth: number): Set<string> {
  const done = new Set<string>();
  for (const key of Object.keys(patch)) {
    if (!key.startsWith(SET_ELEMENT_ORDER)) continue;
    const name = fieldOfOrder(key);
    const field = fieldOf(schema, name);
    const order: ElementOrder = { mergeKey: mergeKeyOf(field), elements: asList(patch[key]) };
    const current = Object.hasOwn(target, name) ? asList(target[name]) : undefined;
    const patched = Object.hasOwn(patch, name) ? asList(patch[name]) : undefined;
    checkOrder(patched ?? [], order);
    done.add(name);
    if (current === undefined && patched === undefined) continue;
    if ((current ?? []).length + (patched ?? []).length === 0) throw badRequest('no elements in any of the given slices');
    const merged = mergedForOrder(current, patched, field, depth);
    setOwn(target, name, ordered(merged, order, placesBefore(current ?? [], patched ?? [], order.mergeKey)));
  }
  return done;
}

function mergedForOrder(
  current: unknown[] | undefined,
  patched: unknown[] | undefined,
  field: FieldSchema | undefined,
  depth: number,
): unknown[] {
  if (current === undefined) return withoutDirectives(copyJson(patched)) as unknown[];
  return patched === undefined ? [...current] : mergeList([...current], patched, field, depth);
}

function asList(value: unknown): unknown[] {
  if (Array.isArray(value)) return value;
  throw badRequest(`expected a []interface {}, but received a ${goType(value)}`);
}

function deleteFromList(target: JsonObject, key: string, values: unknown): void {
  if (!key.startsWith(`${DELETE_FROM_LIST}/`)) throw badRequest('invalid patch format of primitive list');
  const name = key.slice(DELETE_FROM_LIST.length + 1);
  const current = getOwn(target, name);
  if (Array.isArray(current) && Array.isArray(values)) setOwn(target, name, deleteTexts(current, values));
}

function mergeField(target: JsonObject, key: string, value: unknown, field: FieldSchema | undefined, depth: number): void {
  if (value === null) {
    delete target[key];
    return;
  }
  const current = getOwn(target, key);
  const replaces = field?.patchStrategy?.includes('replace') ?? false;
  if (isJsonObject(value) && isJsonObject(current)) {
    setOwn(target, key, replaces ? copyJson(value) : mergeObject(current, value, field, depth + 1));
  } else if (Array.isArray(value) && Array.isArray(current)) {
    setOwn(target, key, mergeList(current, value, field, depth));
  } else {
    const taken = withoutDirectives(withoutNulls(copyJson(value)));
    if (taken !== undefined) setOwn(target, key, taken);
  }
}

function mergeList(current: unknown[], patch: unknown[], field: FieldSchema | undefined, depth: number): unknown[] {
  if (!(field?.patchStrategy?.includes('merge') ?? false)) return copyJson(patch);
  return mergeElements(
    current,
    patch,
    mergeKeyOf(field),
    field?.type === 'array' ? field.items?.object?.name : undefined,
    (element, change) => mergeObject(element, change, field?.items, depth + 1),
  );
}

/** The schema of a field of an object, or of a map's value. */
function fieldOf(schema: FieldSchema | undefined, key: string): FieldSchema | undefined {
  return schema?.type === 'map' ? schema.items : schema?.object?.fields.get(key);
}
