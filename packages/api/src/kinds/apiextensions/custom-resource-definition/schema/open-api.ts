// What a schema of a CustomResourceDefinition may use of OpenAPI, and how its lists and maps may merge.
import { type FieldPath, forbiddenField, invalidValue, notSupported } from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';
import type { JSONSchemaProps } from '../../../../../generated/types.ts';
import { checkListType, checkMapType } from './list-types.ts';
import { checkRules } from './rules.ts';
import { additionalOf, itemsOf, propertiesOf } from './sub-schemas.ts';

const TYPES = ['array', 'boolean', 'integer', 'number', 'object', 'string'];
const META_FIELDS: ReadonlySet<string> = new Set(['metadata', 'kind', 'apiVersion']);

/** Where a schema stands. */
interface Place {
  isRoot: boolean;
  /** Below what every resource has: metadata, kind, apiVersion. */
  inMeta: boolean;
  /** Why there may be no defaults. */
  noDefaults: string | undefined;
}

/** What is wrong with a schema and those inside it. */
export function openApiProblems(schema: JSONSchemaProps, at: FieldPath): Cause[] {
  const out: Cause[] = [];
  check(schema, at, { isRoot: true, inMeta: false, noDefaults: undefined }, out);
  return out;
}

function check(schema: JSONSchemaProps, at: FieldPath, place: Place, out: Cause[]): void {
  checkFields(schema, at, place, out);
  const inner: Place = { ...place, isRoot: false };
  checkAdditional(schema, at, inner, out);
  for (const [name, property] of propertiesOf(schema)) {
    check(property, at.child('properties').key(name), placeOfProperty(schema, name, place), out);
  }
  if (schema.not) check(schema.not, at.child('not'), inner, out);
  for (const junctor of ['allOf', 'oneOf', 'anyOf'] as const) {
    schema[junctor]?.forEach((each, i) => check(each, at.child(junctor).index(i), inner, out));
  }
  for (const [name, each] of Object.entries(schema.definitions ?? {})) check(each, at.child('definitions').key(name), inner, out);
  const items = itemsOf(schema);
  if (items) check(items, at.child('items'), inner, out);
  if (schema['x-kubernetes-preserve-unknown-fields'] === false) {
    out.push(invalidValue(at.child('x-kubernetes-preserve-unknown-fields'), false, 'must be true or undefined'));
  }
  checkMapType(schema, at, out);
  checkListType(schema, at, out);
  checkRules(schema, at, out);
}

function placeOfProperty(schema: JSONSchemaProps, name: string, { isRoot, inMeta, noDefaults }: Place): Place {
  const isMeta = META_FIELDS.has(name) && (isRoot || schema['x-kubernetes-embedded-resource'] === true);
  return { isRoot: false, inMeta: inMeta || isMeta, noDefaults: isMeta && isRoot ? `in top-level ${name}` : noDefaults };
}

function checkFields(schema: JSONSchemaProps, at: FieldPath, { inMeta, noDefaults }: Place, out: Cause[]): void {
  const { type = '' } = schema;
  const forbid = (field: string, why: string): void => {
    out.push(forbiddenField(at.child(field), why));
  };
  if (type !== '' && !TYPES.includes(type)) out.push(notSupported(at.child('type'), type, TYPES));
  if (schema.default !== undefined && noDefaults !== undefined) forbid('default', `must not be set ${noDefaults}`);
  if (schema.id) forbid('id', 'id is not supported');
  if (schema.additionalItems !== undefined) forbid('additionalItems', 'additionalItems is not supported');
  if (Object.keys(schema.patternProperties ?? {}).length > 0) forbid('patternProperties', 'patternProperties is not supported');
  if (Object.keys(schema.definitions ?? {}).length > 0) forbid('definitions', 'definitions is not supported');
  if (schema.dependencies !== undefined) forbid('dependencies', 'dependencies is not supported');
  if (schema.$ref !== undefined) forbid('$ref', '$ref is not supported');
  if (type === 'null') forbid('type', 'type cannot be set to null, use nullable as an alternative');
  if (Array.isArray(schema.items) && schema.items.length > 0) forbid('items', 'items must be a schema object and not an array');
  if (inMeta && schema['x-kubernetes-embedded-resource']) {
    forbid('x-kubernetes-embedded-resource', 'must not be used inside of resource meta');
  }
  if (schema.uniqueItems) forbid('uniqueItems', 'uniqueItems cannot be set to true since the runtime complexity becomes quadratic');
}

/** An object has fields that are known, or values of one kind under any name. */
function checkAdditional(schema: JSONSchemaProps, at: FieldPath, place: Place, out: Cause[]): void {
  const { additionalProperties } = schema;
  if (additionalProperties === undefined) return;
  const path = at.child('additionalProperties');
  if (propertiesOf(schema).length > 0 && additionalProperties !== true) {
    out.push(forbiddenField(path, 'additionalProperties and properties are mutual exclusive'));
  }
  const values = additionalOf(schema);
  const noDefaults = place.inMeta ? 'inside additionalProperties applying to object metadata' : place.noDefaults;
  if (values) check(values, path, { ...place, noDefaults }, out);
}
