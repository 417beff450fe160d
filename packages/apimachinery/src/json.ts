import { badRequest } from '@kubernats/errors';

/** A JSON object whose fields are not known. */
export type JsonObject = Record<string, unknown>;

/**
 * How deep objects and lists may nest. What is deeper could overflow the stack of a recursive walk (JSON.stringify's
 * included); Kubernetes' own types nest less than 30 levels.
 */
export const MAX_JSON_DEPTH = 500;

/** The refusal of a document that nests deeper than MAX_JSON_DEPTH. */
export function assertDepth(depth: number): void {
  if (depth > MAX_JSON_DEPTH) throw badRequest(`the document is nested too deeply: more than ${MAX_JSON_DEPTH} levels`);
}

/** The text that a field of JSON has; '' where it has none, or anything else. */
export const jsonText = (value: unknown): string => (typeof value === 'string' ? value : '');

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Sets an own property whatever its name: plain assignment to `__proto__` would change the prototype instead, and
 * JSON.parse does make an own property of that name.
 */
export function setOwn(target: JsonObject, key: string, value: unknown): void {
  if (key === '__proto__') {
    Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
  } else {
    target[key] = value;
  }
}

/** The own property of that name; undefined for what is only inherited (`constructor`, `toString`). */
export function getOwn(target: JsonObject, key: string): unknown {
  return Object.hasOwn(target, key) ? target[key] : undefined;
}

/** The value at a path of field names and list indexes; undefined where a step is missing. Only own properties count. */
export function getPath(value: unknown, path: readonly (string | number)[]): unknown {
  let at = value;
  for (const step of path) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, step)) return undefined;
    at = (at as Record<string | number, unknown>)[step];
  }
  return at;
}

/** A deep copy of JSON data, without the round trip through text. Throws BadRequest beyond MAX_JSON_DEPTH. */
export function copyJson<T>(value: T): T {
  return copyValue(value, 0) as T;
}

function copyValue(value: unknown, depth: number): unknown {
  if (typeof value !== 'object' || value === null) return value;
  assertDepth(depth);
  if (Array.isArray(value)) {
    const list = new Array<unknown>(value.length);
    for (let i = 0; i < value.length; i++) list[i] = copyValue(value[i], depth + 1);
    return list;
  }
  const source = value as JsonObject;
  const copy: JsonObject = {};
  for (const key of Object.keys(source)) setOwn(copy, key, copyValue(source[key], depth + 1));
  return copy;
}

/** Whether two JSON values are the same data. The order of an object's fields means nothing; an undefined field is an absent one. */
export function deepEqual(a: unknown, b: unknown): boolean {
  return equalValues(a, b, 0);
}

function equalValues(a: unknown, b: unknown, depth: number): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  assertDepth(depth);
  if (Array.isArray(a)) return Array.isArray(b) && equalLists(a, b, depth);
  if (Array.isArray(b)) return false;
  return equalObjects(a as JsonObject, b as JsonObject, depth);
}

function equalLists(a: readonly unknown[], b: readonly unknown[], depth: number): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (!equalValues(a[i], b[i], depth + 1)) return false;
  return true;
}

function equalObjects(a: JsonObject, b: JsonObject, depth: number): boolean {
  let defined = 0;
  for (const key of Object.keys(a)) {
    const value = a[key];
    if (value === undefined) continue;
    if (!Object.hasOwn(b, key) || !equalValues(value, b[key], depth + 1)) return false;
    defined++;
  }
  for (const key of Object.keys(b)) if (b[key] !== undefined) defined--;
  return defined === 0;
}

/** Freezes JSON data through and through, and returns it: what is shared between readers must not change. */
export function deepFreeze<T>(value: T): T {
  freezeValue(value, 0);
  return value;
}

function freezeValue(value: unknown, depth: number): void {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return;
  assertDepth(depth);
  Object.freeze(value);
  for (const part of Object.values(value)) freezeValue(part, depth + 1);
}
