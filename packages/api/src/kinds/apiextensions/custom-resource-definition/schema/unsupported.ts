import type { JSONSchemaProps } from '../../../../../generated/types.ts';
import { additionalOf, itemsOf, propertiesOf } from './sub-schemas.ts';

/** Fields that no structural schema has, as messages name them. */
const FIELDS: readonly [field: keyof JSONSchemaProps, name: string][] = [
  ['id', 'id'],
  ['$schema', 'schema'],
  ['$ref', '$ref'],
  ['patternProperties', 'patternProperties'],
  ['dependencies', 'dependencies'],
  ['additionalItems', 'additionalItems'],
  ['definitions', 'definitions'],
];

/** Why a schema cannot be read as a structural one; undefined: it can. */
export function unsupported(schema: JSONSchemaProps): string | undefined {
  for (const [field, name] of FIELDS) if (isSet(schema[field])) return `OpenAPIV3Schema '${name}' is not supported`;
  if (Array.isArray(schema.items) && schema.items.length > 0) return "OpenAPIV3Schema 'items' must be a schema, but is an array";
  for (const inner of inside(schema)) {
    const why = unsupported(inner);
    if (why !== undefined) return why;
  }
  return undefined;
}

const isSet = (value: unknown): boolean =>
  typeof value === 'object' && value !== null ? Object.keys(value).length > 0 : value !== undefined && value !== '';

function* inside(schema: JSONSchemaProps): Iterable<JSONSchemaProps> {
  for (const [, property] of propertiesOf(schema)) yield property;
  for (const inner of [itemsOf(schema), additionalOf(schema), schema.not]) if (inner) yield inner;
  yield* [...(schema.allOf ?? []), ...(schema.anyOf ?? []), ...(schema.oneOf ?? [])];
}
