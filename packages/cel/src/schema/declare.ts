import {
  BOOL,
  BYTES,
  DOUBLE,
  DURATION,
  DYN,
  type Field,
  INT,
  type ListType,
  mapOf,
  objectOf,
  STRING,
  TIMESTAMP,
  type Type,
} from '../language/types.ts';
import { escapeName } from './escape.ts';
import type { JsonSchema } from './json-schema.ts';

/** What rules may see of the metadata of an object. */
const METADATA = objectOf('metadata', { name: STRING, generateName: STRING });
const ROOT_FIELDS: ReadonlyMap<string, Field> = new Map([
  ['apiVersion', { type: STRING, jsonName: 'apiVersion' }],
  ['kind', { type: STRING, jsonName: 'kind' }],
  ['metadata', { type: METADATA, jsonName: 'metadata' }],
]);

const TEXTS: Readonly<Record<string, Type>> = { byte: BYTES, duration: DURATION, date: TIMESTAMP, 'date-time': TIMESTAMP };

/**
 * The type that a structural schema stands for in expressions; `isRoot`: it is that of a whole object. Undefined: expressions cannot see such a value.
 * `name` tells object types apart. Source: Kubernetes' concept "Common Expression Language in Kubernetes", "Schemas to CEL types".
 */
export function declaredType(
  schema: JsonSchema,
  name: string,
  isRoot = schema['x-kubernetes-embedded-resource'] === true,
): Type | undefined {
  if (schema['x-kubernetes-int-or-string']) return DYN;
  switch (schema.type) {
    case 'array':
      return declaredList(schema, name);
    case 'object':
      return declaredObject(schema, name, isRoot);
    case 'string':
      return TEXTS[schema.format ?? ''] ?? STRING;
    case 'boolean':
      return BOOL;
    case 'integer':
      return INT;
    case 'number':
      return DOUBLE;
    default:
      return undefined;
  }
}

function declaredList(schema: JsonSchema, name: string): Type | undefined {
  const element = schema.items && declaredType(schema.items, `${name}.@idx`);
  const listType = schema['x-kubernetes-list-type'] as ListType | undefined;
  return element && { kind: 'list', element, listType, keys: schema['x-kubernetes-list-map-keys'] };
}

function declaredObject(schema: JsonSchema, name: string, isRoot: boolean): Type | undefined {
  if (typeof schema.additionalProperties === 'object') {
    const value = declaredType(schema.additionalProperties, `${name}.@elem`);
    return value && mapOf(STRING, value);
  }
  const fields = new Map<string, Field>(isRoot ? ROOT_FIELDS : []);
  for (const [jsonName, property] of Object.entries(schema.properties ?? {})) {
    const field = escapeName(jsonName);
    if (field === undefined || (isRoot && ROOT_FIELDS.has(field))) continue;
    const type = declaredType(property, `${name}.${field}`);
    if (type) fields.set(field, { type, jsonName });
  }
  return { kind: 'object', name, fields };
}
