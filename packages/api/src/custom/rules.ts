import { isJsonObject } from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';
import type { JSONSchemaProps } from '../../generated/types.ts';

/** The rules in Common Expression Language that a schema has (`x-kubernetes-validations`). */
export interface SchemaRules {
  validate(value: object, old: object | undefined): Cause[];
}

/** Whether a schema has rules, at whatever depth. */
export function hasRules(schema: JSONSchemaProps): boolean {
  if ((schema['x-kubernetes-validations'] ?? []).length > 0) return true;
  const parts: unknown[] = [schema.items, schema.additionalProperties, ...Object.values(schema.properties ?? {})];
  return parts.some((part) => isJsonObject(part) && hasRules(part));
}
