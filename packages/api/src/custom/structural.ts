import { isJsonObject } from '@kubernats/apimachinery';
import type { JSONSchemaProps } from '../../generated/types.ts';
import { type Pattern, patternOf } from './pattern.ts';
import { knownFormat } from './validate/formats.ts';

/** The schema of a version that has none: everything is kept. */
export const ANYTHING: JSONSchemaProps = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };

/** What a schema of a CustomResourceDefinition says, read once. Source: "Extend the Kubernetes API with CustomResourceDefinitions", structural schemas. */
export interface Structural extends ValueRules {
  /** Empty: any. An int-or-string has two. */
  types: readonly string[];
  nullable: boolean;
  properties: ReadonlyMap<string, Structural>;
  /** Of the fields that are not among the properties. `true`: there may be some, of which nothing is known. */
  additional: Structural | boolean | undefined;
  items: Structural | undefined;
  /** Fields that it does not know are kept. */
  preserve: boolean;
  /** Its values are objects of the API, with apiVersion, kind and metadata. */
  embedded: boolean;
  listType: 'atomic' | 'set' | 'map' | undefined;
  listMapKeys: readonly string[];
  mapType: 'atomic' | 'granular' | undefined;
  /** undefined: none. Never null. */
  default: unknown;
  /** Those of the properties that have a default. */
  defaulted: readonly (readonly [name: string, property: Structural])[];
}

/** What a value must keep to beside its structure. */
export interface ValueRules {
  /** Empty: none, or one that Kubernetes does not know. */
  format: string;
  required: readonly string[];
  enum: readonly unknown[] | undefined;
  minimum: number | undefined;
  exclusiveMinimum: boolean;
  maximum: number | undefined;
  exclusiveMaximum: boolean;
  multipleOf: number | undefined;
  minLength: number | undefined;
  maxLength: number | undefined;
  pattern: Pattern | undefined;
  minItems: number | undefined;
  maxItems: number | undefined;
  uniqueItems: boolean;
  minProperties: number | undefined;
  maxProperties: number | undefined;
  allOf: readonly Structural[];
  anyOf: readonly Structural[];
  oneOf: readonly Structural[];
  not: Structural | undefined;
}

/** Reads a schema as it stands in a definition. What does not belong there is left out: the definition's own validation tells of it. */
export function structuralOf(schema: JSONSchemaProps): Structural {
  const properties = new Map<string, Structural>();
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    // No object has this field: see `prune`.
    if (name !== '__proto__') properties.set(name, structuralOf(property));
  }
  return {
    ...rulesOf(schema),
    types: typesOf(schema),
    nullable: schema.nullable === true,
    properties,
    additional: typeof schema.additionalProperties === 'boolean' ? schema.additionalProperties : optional(schema.additionalProperties),
    items: optional(schema.items),
    preserve: schema['x-kubernetes-preserve-unknown-fields'] === true,
    embedded: schema['x-kubernetes-embedded-resource'] === true,
    listType: oneOf(['atomic', 'set', 'map'], schema['x-kubernetes-list-type']),
    listMapKeys: schema['x-kubernetes-list-map-keys'] ?? [],
    mapType: oneOf(['atomic', 'granular'], schema['x-kubernetes-map-type']),
    default: schema.default ?? undefined,
    defaulted: [...properties].filter(([, property]) => property.default !== undefined),
  };
}

function typesOf({ type, 'x-kubernetes-int-or-string': isIntOrString }: JSONSchemaProps): string[] {
  if (isIntOrString) return ['integer', 'string'];
  return type ? [type] : [];
}

function rulesOf(schema: JSONSchemaProps): ValueRules {
  const { minimum, maximum, multipleOf, minLength, maxLength, minItems, maxItems, minProperties, maxProperties } = schema;
  return {
    ...{ minimum, maximum, multipleOf, minLength, maxLength, minItems, maxItems, minProperties, maxProperties },
    exclusiveMinimum: schema.exclusiveMinimum === true,
    exclusiveMaximum: schema.exclusiveMaximum === true,
    uniqueItems: schema.uniqueItems === true,
    format: knownFormat(typesOf(schema), schema.format ?? ''),
    required: schema.required ?? [],
    enum: schema.enum && schema.enum.length > 0 ? schema.enum : undefined,
    pattern: schema.pattern ? patternOf(schema.pattern) : undefined,
    allOf: (schema.allOf ?? []).map(structuralOf),
    anyOf: (schema.anyOf ?? []).map(structuralOf),
    oneOf: (schema.oneOf ?? []).map(structuralOf),
    not: optional(schema.not),
  };
}

/** Where the API takes a schema or something else, the generated type says nothing. */
const optional = (schema: unknown): Structural | undefined => (isJsonObject(schema) ? structuralOf(schema) : undefined);

function oneOf<T extends string>(known: readonly T[], text: string | undefined): T | undefined {
  return known.find((each) => each === text);
}
