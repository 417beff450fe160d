// What the OpenAPI documents say of custom resources: the schema of their definition, with what every resource has.
import { deepEqual, isJsonObject } from '@kubernats/apimachinery';
import type { JSONSchemaProps } from '../../generated/types.ts';
import type { KindRow } from '../kind.ts';
import type { Descriptions, Dialect, Json } from './definitions.ts';

const OBJECT_META = 'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta';
/** The fields of every resource are described as those of this one. */
const DESCRIBED = 'io.k8s.api.core.v1.ConfigMap';
const INT_OR_STRING: JSONSchemaProps[] = [{ type: 'integer' }, { type: 'string' }];

/** The definition of a custom resource. `gvk`: what it is of. Source: "Publish validation schema in OpenAPI". */
export function customDefinition({ custom, group, version, kind }: KindRow, texts: Descriptions, dialect: Dialect): Json {
  const gvk = [{ group, kind, version }];
  const schema = custom?.openApi;
  const said = schema && dialect.customSchema(schema);
  // Where fields may be unknown, naming some would make clients refuse the others.
  if (!schema || !said) return { type: 'object', 'x-kubernetes-group-version-kind': gvk };
  return { ...withResourceFields(said, schema, texts, dialect), 'x-kubernetes-group-version-kind': gvk };
}

/** OpenAPI v3: all of it. */
export function schemaV3({ externalDocs: _d, example: _e, ...schema }: JSONSchemaProps): Json {
  return withInner(unfolded(schema), schemaV3);
}

/** OpenAPI v2: what old clients understand. Undefined: nothing that could be said of the fields. */
export const rootSchemaV2 = (schema: JSONSchemaProps): Json | undefined =>
  schema['x-kubernetes-preserve-unknown-fields'] ? undefined : schemaV2(schema);

function schemaV2(schema: JSONSchemaProps): Json {
  const { externalDocs: _d, example: _e, allOf: _a, anyOf: _b, oneOf: _c, not: _n, default: _f, nullable, ...rest } = schema;
  const out: JSONSchemaProps = rest;
  if (nullable || schema['x-kubernetes-preserve-unknown-fields']) {
    delete out.items;
    delete out.properties;
  }
  if (nullable || (out.type === 'array' && out.items === undefined)) delete out.type;
  const required = out.required?.filter((name) => !out.properties?.[name]?.nullable) ?? [];
  if (required.length > 0 && !isNullable(out.additionalProperties)) out.required = required;
  else delete out.required;
  return withInner(out, schemaV2);
}

const isNullable = (schema: unknown): boolean => isJsonObject(schema) && schema.nullable === true;

/** A number or a text is said in full where it was only named. */
function unfolded(schema: JSONSchemaProps): JSONSchemaProps {
  const { anyOf, allOf = [] } = schema;
  if (!schema['x-kubernetes-int-or-string']) return schema;
  if (deepEqual(anyOf, INT_OR_STRING) || deepEqual(allOf[0]?.anyOf, INT_OR_STRING)) return schema;
  return anyOf ? { ...schema, allOf: [{ anyOf: INT_OR_STRING }, ...allOf] } : { ...schema, anyOf: INT_OR_STRING };
}

function withInner(schema: JSONSchemaProps, each: (schema: JSONSchemaProps) => Json): Json {
  const out: Json = { ...schema };
  const one = (value: unknown): unknown => (isJsonObject(value) ? each(value as JSONSchemaProps) : value);
  for (const field of ['items', 'additionalProperties', 'not']) if (out[field] !== undefined) out[field] = one(out[field]);
  for (const field of ['allOf', 'anyOf', 'oneOf'] as const) if (schema[field]) out[field] = schema[field].map(each);
  if (schema.properties) {
    out.properties = Object.fromEntries(Object.entries(schema.properties).map(([name, property]) => [name, each(property)]));
  }
  return out;
}

/** The root is a resource, and so may be what is inside of it. */
function withResourceFields(said: Json, schema: JSONSchemaProps, texts: Descriptions, dialect: Dialect): Json {
  return resource(withEmbedded(said, schema, texts, dialect), texts, dialect);
}

function withEmbedded(said: Json, schema: JSONSchemaProps, texts: Descriptions, dialect: Dialect): Json {
  const out: Json = { ...said };
  const inside = (value: unknown, of: unknown): unknown =>
    isJsonObject(value) && isJsonObject(of) ? embedded(value, of as JSONSchemaProps, texts, dialect) : value;
  if (isJsonObject(said.properties)) {
    const { properties = {} } = schema;
    out.properties = Object.fromEntries(
      Object.entries(said.properties).map(([name, value]) => [
        name,
        inside(value, Object.hasOwn(properties, name) ? properties[name] : {}),
      ]),
    );
  }
  for (const field of ['items', 'additionalProperties'] as const) if (said[field]) out[field] = inside(said[field], schema[field]);
  return out;
}

function embedded(said: Json, schema: JSONSchemaProps, texts: Descriptions, dialect: Dialect): Json {
  const inner = withEmbedded(said, schema, texts, dialect);
  if (!schema['x-kubernetes-embedded-resource'] || (schema['x-kubernetes-preserve-unknown-fields'] && !dialect.saysUnknownFields))
    return inner;
  const required = [...new Set([...(schema.required ?? []), 'kind', 'apiVersion'])];
  return { ...resource(inner, texts, dialect), required };
}

function resource(said: Json, texts: Descriptions, dialect: Dialect): Json {
  const text = texts[DESCRIBED]?.fields ?? {};
  const properties: Json = {
    ...(isJsonObject(said.properties) ? said.properties : {}),
    apiVersion: { type: 'string', description: text.apiVersion },
    kind: { type: 'string', description: text.kind },
    metadata: dialect.describedRef(OBJECT_META, { description: text.metadata }),
  };
  return { ...said, properties };
}
