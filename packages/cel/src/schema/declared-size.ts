import type { SizeAt } from '../estimate/estimator.ts';
import { escapeName } from './escape.ts';
import type { JsonSchema } from './json-schema.ts';

/** The largest request that is read. Source: kube-apiserver's limits of CEL. */
export const MAX_REQUEST_BYTES = 3 * 1024 * 1024;

/** How large values that a schema allows may be. */
export interface DeclaredSize {
  /** Characters (of four bytes each at most), elements, or entries; 0 for what has no size. */
  maxElements: number;
  /** How few bytes of JSON a value takes. */
  minBytes: number;
  isMap?: boolean;
  /** Of a map; absent: 0. */
  keyLength?: number;
  /** Of a list or a map. */
  element?: DeclaredSize;
  /** By their names in expressions. */
  fields?: ReadonlyMap<string, DeclaredSize>;
}

const TEXT: JsonSchema = { type: 'string' };
const ROOT_PROPERTIES = { apiVersion: TEXT, kind: TEXT, metadata: { type: 'object', properties: { name: TEXT, generateName: TEXT } } };
/** In bytes: how short, in JSON, and how long values of a format are. */
const FORMATS: Readonly<Record<string, { min: number; max: number }>> = {
  duration: { min: 3, max: 32 },
  date: { min: 12, max: 12 },
  'date-time': { min: 21, max: 32 },
};
const MIN_BYTES: Readonly<Record<string, number>> = { boolean: 4, number: 1, integer: 1 };
const BRACKETS = 2;

/**
 * The sizes of what a structural schema allows; without limits of its own, what fits into one request. `isRoot`: it is that of a whole object. Undefined:
 * expressions cannot see such a value. Source: kube-apiserver's declarations of structural schemas.
 */
export function declaredSize(schema: JsonSchema, isRoot = schema['x-kubernetes-embedded-resource'] === true): DeclaredSize | undefined {
  if (schema['x-kubernetes-int-or-string']) return { maxElements: textLength(schema), minBytes: 1 };
  switch (schema.type) {
    case 'array':
      return sizeOfList(schema);
    case 'object':
      return sizeOfObject(isRoot ? withMetadata(schema) : schema);
    case 'string':
      return sizeOfText(schema);
    default: {
      const minBytes = MIN_BYTES[schema.type ?? ''];
      return minBytes === undefined ? undefined : { maxElements: 0, minBytes };
    }
  }
}

/** The size of a property's values, which expressions may not be able to name. */
export function sizeOfProperty(size: DeclaredSize | undefined, name: string, schema: JsonSchema): DeclaredSize | undefined {
  const field = escapeName(name);
  return (field === undefined ? undefined : size?.fields?.get(field)) ?? declaredSize(schema);
}

/** The size of what stands at a path; whatever the variable is, it holds a value of the schema. */
export function sizeAtIn(root: DeclaredSize): SizeAt {
  return ([, ...steps]) => {
    let at: DeclaredSize | undefined = root;
    for (const step of steps) at = at && stepInto(at, step);
    return at && { min: 0, max: at.maxElements };
  };
}

/** The size of what a step leads to; undefined: nobody knows it. */
export function stepInto({ element, isMap, keyLength = 0, fields }: DeclaredSize, step: string): DeclaredSize | undefined {
  if (step === '@items' || step === '@values') return element;
  if (step === '@keys') return isMap ? { maxElements: keyLength, minBytes: BRACKETS } : undefined;
  return fields?.get(step);
}

function sizeOfText(schema: JsonSchema): DeclaredSize {
  const format = Object.hasOwn(FORMATS, schema.format ?? '') ? FORMATS[schema.format ?? ''] : undefined;
  if (format) return { maxElements: format.max, minBytes: format.min };
  if (schema.format === 'byte') return { maxElements: limit(schema.maxLength) ?? MAX_REQUEST_BYTES - BRACKETS, minBytes: BRACKETS };
  return { maxElements: textLength(schema), minBytes: BRACKETS };
}

/** In bytes. */
function textLength({ maxLength, enum: values = [], type }: JsonSchema): number {
  const characters = limit(maxLength);
  if (characters !== undefined) return characters * 4;
  if (values.length === 0 || type !== 'string') return MAX_REQUEST_BYTES - BRACKETS;
  return Math.max(...values.map((value) => (typeof value === 'string' ? Buffer.byteLength(value) : 0)));
}

const limit = (value: number | undefined): number | undefined => (value === undefined ? undefined : Math.max(0, value));

function sizeOfList({ items, maxItems }: JsonSchema): DeclaredSize | undefined {
  const element = items && declaredSize(items);
  if (!element) return undefined;
  const fitting = Math.floor((MAX_REQUEST_BYTES - BRACKETS) / (element.minBytes + 1));
  return { maxElements: limit(maxItems) ?? fitting, minBytes: BRACKETS, element };
}

function sizeOfObject({ additionalProperties, maxProperties, properties = {}, required = [] }: JsonSchema): DeclaredSize | undefined {
  if (typeof additionalProperties === 'object') {
    const element = declaredSize(additionalProperties);
    if (!element) return undefined;
    // Beside the value: quotes, a colon, a comma, and a key of two characters.
    const fitting = Math.floor((MAX_REQUEST_BYTES - BRACKETS) / (element.minBytes + 6));
    return { maxElements: limit(maxProperties) ?? fitting, minBytes: BRACKETS, isMap: true, element };
  }
  const fields = new Map<string, DeclaredSize>();
  let minBytes = BRACKETS;
  for (const [name, property] of Object.entries(properties)) {
    const size = declaredSize(property);
    if (!size) continue;
    const field = escapeName(name);
    if (field !== undefined) fields.set(field, size);
    // What has a default need not be sent. Beside name and value: quotes, a colon and a comma.
    if (required.includes(name) && property.default === undefined) minBytes += Buffer.byteLength(name) + size.minBytes + 4;
  }
  return { maxElements: 0, minBytes, fields };
}

/** What every object has, whatever its schema says; limits of its name stay. */
function withMetadata(schema: JsonSchema): JsonSchema {
  const { apiVersion, kind, metadata } = schema.properties ?? {};
  const names = [apiVersion, kind, metadata?.properties?.name, metadata?.properties?.generateName];
  const isThere = metadata?.type === 'object' && names.every((property) => property?.type === 'string');
  return isThere ? schema : { ...schema, properties: { ...schema.properties, ...ROOT_PROPERTIES } };
}
