import { copyJson, isJsonObject, type JsonObject, setOwn } from '@kubernats/apimachinery';
import type { Structural } from './structural.ts';

/**
 * Fills in what a schema has defaults for. A null that may not be one counts as left out: it gets the default, or goes. The object is the caller's
 * own and is changed. Idempotent. Source: "Extend the Kubernetes API with CustomResourceDefinitions", defaulting and nullable.
 */
export function applyDefaults(value: unknown, schema: Structural | undefined): void {
  if (schema === undefined || typeof value !== 'object' || value === null) return;
  if (Array.isArray(value)) {
    for (const [i, item] of value.entries()) {
      if (isUnwanted(item, schema.items) && schema.items?.default !== undefined) value[i] = copyJson(schema.items.default);
      applyDefaults(value[i], schema.items);
    }
  } else if (isJsonObject(value)) ofFields(value, schema);
}

function ofFields(object: JsonObject, schema: Structural): void {
  for (const [name, property] of schema.defaulted) {
    if (!Object.hasOwn(object, name) || isUnwanted(object[name], property)) object[name] = copyJson(property.default);
  }
  for (const name of Object.keys(object)) {
    const part = schema.properties.get(name) ?? (typeof schema.additional === 'object' ? schema.additional : undefined);
    if (isUnwanted(object[name], part)) {
      if (part?.default === undefined) Reflect.deleteProperty(object, name);
      else setOwn(object, name, copyJson(part.default));
    }
    applyDefaults(object[name], part);
  }
}

const isUnwanted = (value: unknown, schema: Structural | undefined): boolean => value === null && schema !== undefined && !schema.nullable;
