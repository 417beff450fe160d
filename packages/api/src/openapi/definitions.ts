// The definitions of the OpenAPI documents: the generated table, told in JSON Schema with Kubernetes' extensions. Both versions of
// OpenAPI are made from this; they differ in how a reference with a description is written, and in what a number-or-text is.
import type { JSONSchemaProps } from '../../generated/types.ts';
import type { KindRow } from '../kind.ts';
import { listKindOf } from '../lookup.ts';
import { DEFINITIONS, type GeneratedField } from '../schema/definitions.ts';
import { ATOMIC_DEFINITIONS, MERGE_RULES } from '../schema/merge-keys.ts';
import { shortDefinition } from '../schema/object-schema.ts';
import { customDefinition } from './custom-schema.ts';

export type Json = Record<string, unknown>;
export type Descriptions = Record<string, { description: string; fields: Record<string, string> }>;

/** How one version of OpenAPI writes what the other writes differently. */
export interface Dialect {
  /** A reference to a definition. */
  ref(name: string): Json;
  /** A reference that carries a description or extensions of its own. */
  describedRef(name: string, more: Json): Json;
  scalars: Readonly<Record<string, Json>>;
  /** As much of a custom resource's schema as there are words for; undefined: nothing can be said of its fields. */
  customSchema(schema: JSONSchemaProps): Json | undefined;
  /** Whether it can be said that fields may be unknown. */
  saysUnknownFields: boolean;
}

const META = 'io.k8s.apimachinery.pkg.apis.meta.v1';
export const TIME = `${META}.Time`;
export const MICRO_TIME = `${META}.MicroTime`;
export const FIELDS_V1 = `${META}.FieldsV1`;
export const PATCH = `${META}.Patch`;
export const DELETE_OPTIONS_DEFINITION = `${META}.DeleteOptions`;
export const QUANTITY = 'io.k8s.apimachinery.pkg.api.resource.Quantity';
export const INT_OR_STRING = 'io.k8s.apimachinery.pkg.util.intstr.IntOrString';

/** What may be anything, by its name; kubectl explains it under that. The fields that refer to it say what it is. */
export const ANY_VALUES: Readonly<Record<string, Json>> = Object.fromEntries(
  ['JSON', 'JSONSchemaPropsOrArray', 'JSONSchemaPropsOrBool', 'JSONSchemaPropsOrStringArray'].map((name) => [
    `io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.${name}`,
    {},
  ]),
);

export const listDefinition = (row: KindRow): string => row.definition.slice(0, -row.kind.length) + listKindOf(row);

/** Everything reachable from `roots`, as definitions by name. Lists of `rows` are added. */
export function definitionsOf(
  rows: readonly KindRow[],
  roots: readonly string[],
  allRows: readonly KindRow[],
  texts: Descriptions,
  dialect: Dialect,
): Json {
  const out: Json = {};
  const groups = new Map(allRows.map(({ group }) => [group === '' ? 'core' : (group.split('.')[0] ?? group), group]));
  // Every list has it.
  const listMeta = rows.some(({ ephemeral }) => !ephemeral) ? [`${META}.ListMeta`] : [];
  const customs = rows.filter(({ custom }) => custom);
  const objectMeta = customs.length > 0 ? [`${META}.ObjectMeta`] : [];
  const builtIn = rows.filter(({ custom }) => !custom);
  const pending = [...roots, ...listMeta, ...objectMeta, ...builtIn.map(({ definition }) => definition)];
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    if (name in out) continue;
    const generated = Object.hasOwn(DEFINITIONS, name) ? DEFINITIONS[name] : undefined;
    if (!generated) {
      const scalar = dialect.scalars[name];
      if (scalar) out[name] = scalar;
      continue;
    }
    for (const field of Object.values(generated.fields)) pending.push(...refsOf(field));
    out[name] = definitionOf(name, texts, dialect, gvksOf(name, groups, allRows));
  }
  for (const row of builtIn) {
    if (row.ephemeral) continue;
    out[listDefinition(row)] = listOf(row, dialect);
  }
  for (const row of customs) Object.assign(out, definitionsOfCustom(row, texts, dialect));
  return Object.fromEntries(Object.entries(out).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** The definitions of a custom resource and of its list. Those that they refer to every document has anyway. */
export const definitionsOfCustom = (row: KindRow, texts: Descriptions, dialect: Dialect): Json => ({
  [row.definition]: customDefinition(row, texts, dialect),
  [listDefinition(row)]: listOf(row, dialect),
});

function definitionOf(name: string, texts: Descriptions, dialect: Dialect, gvks: Json[]): Json {
  const short = shortDefinition(name);
  const { fields } = DEFINITIONS[name] ?? { fields: {} };
  const described = texts[name];
  const properties: Json = {};
  for (const [key, field] of Object.entries(fields)) {
    properties[key] = propertyOf(field, { ...description(described?.fields[key]), ...extensionsOf(`${short}.${key}`, field) }, dialect);
  }
  const required = Object.keys(fields).filter((key) => fields[key]?.required);
  return {
    ...description(described?.description),
    type: 'object',
    ...(Object.keys(properties).length > 0 ? { properties } : {}),
    ...(required.length > 0 ? { required } : {}),
    ...(ATOMIC_DEFINITIONS.has(short) ? { 'x-kubernetes-map-type': 'atomic' } : {}),
    ...(gvks.length > 0 ? { 'x-kubernetes-group-version-kind': gvks } : {}),
  };
}

const description = (text: string | undefined): Json => (text === undefined || text === '' ? {} : { description: text });

function extensionsOf(path: string, field: GeneratedField): Json {
  const { listType, listMapKeys, mapType, patchStrategy, patchMergeKey } = MERGE_RULES[path] ?? {};
  const list = listType ?? (field.type === 'array' ? 'atomic' : undefined);
  return {
    ...(listMapKeys ? { 'x-kubernetes-list-map-keys': listMapKeys } : {}),
    ...(list ? { 'x-kubernetes-list-type': list } : {}),
    ...(mapType ? { 'x-kubernetes-map-type': mapType } : {}),
    ...(patchMergeKey ? { 'x-kubernetes-patch-merge-key': patchMergeKey } : {}),
    ...(patchStrategy ? { 'x-kubernetes-patch-strategy': patchStrategy.join(',') } : {}),
  };
}

function propertyOf(field: GeneratedField, more: Json, dialect: Dialect): Json {
  const [ref] = field.type === 'array' || field.type === 'map' ? [] : refsOf(field);
  if (ref !== undefined) return Object.keys(more).length > 0 ? dialect.describedRef(ref, more) : dialect.ref(ref);
  switch (field.type) {
    case 'array':
      return { ...more, type: 'array', items: propertyOf(field.items ?? { type: 'string' }, {}, dialect) };
    case 'map':
      return { ...more, type: 'object', additionalProperties: propertyOf(field.items ?? { type: 'string' }, {}, dialect) };
    case 'any':
      return { ...more, type: 'object' };
    default:
      return { ...more, type: field.type, ...(field.format ? { format: field.format } : {}) };
  }
}

/** The definitions that a field refers to. */
function refsOf(field: GeneratedField): string[] {
  const named = field.ref ?? field.any;
  if (named !== undefined) return [named];
  if (field.items) return refsOf(field.items);
  if (field.type === 'quantity') return [QUANTITY];
  if (field.type === 'intOrString') return [INT_OR_STRING];
  if (field.type === 'any') return [FIELDS_V1];
  if (field.format === 'date-time') return [field.micro ? MICRO_TIME : TIME];
  return [];
}

/** The kinds whose objects a definition describes. */
function gvksOf(name: string, groups: ReadonlyMap<string, string>, rows: readonly KindRow[]): Json[] {
  if (name === DELETE_OPTIONS_DEFINITION) {
    const versions = new Set(rows.filter(({ custom }) => !custom).map(({ group, version }) => `${group}/${version}`));
    return [...versions].map((key) => ({ group: key.split('/')[0], kind: 'DeleteOptions', version: key.split('/')[1] }));
  }
  if (name === `${META}.Status`) return [{ group: '', kind: 'Status', version: 'v1' }];
  const [, short = '', version = '', kind = ''] = /^io\.k8s\.(?:api|[\w-]+\.pkg\.apis)\.([^.]+)\.([^.]+)\.([^.]+)$/.exec(name) ?? [];
  const fields = DEFINITIONS[name]?.fields;
  if (!fields?.apiVersion || !fields.kind || !fields.metadata) return [];
  return [{ group: groups.get(short) ?? short, kind, version }];
}

function listOf(row: KindRow, dialect: Dialect): Json {
  return {
    description: `${listKindOf(row)} is a list of ${row.custom ? row.kind : row.plural}.`,
    type: 'object',
    properties: {
      apiVersion: { description: 'The version of the API that the list is of.', type: 'string' },
      items: { description: `The ${row.plural}.`, type: 'array', items: dialect.ref(row.definition) },
      kind: { description: 'The kind of the list.', type: 'string' },
      metadata: dialect.describedRef(`${META}.ListMeta`, { description: 'Standard list metadata.' }),
    },
    required: ['items'],
    'x-kubernetes-group-version-kind': [{ group: row.group, kind: listKindOf(row), version: row.version }],
  };
}
