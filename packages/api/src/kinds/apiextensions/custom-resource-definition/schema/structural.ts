// A structural schema says the type of everything once, outside of logic; what logic adds restricts values only. Source: "Specifying a
// structural schema", and KEP-1111's "vanilla structural schemas".
import { deepEqual, type FieldPath, forbiddenField, invalidValue, required } from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';
import type { JSONSchemaProps } from '../../../../../generated/types.ts';
import { checkCompleteness } from './completeness.ts';
import { checkNested, checkPattern } from './nested.ts';
import { additionalOf, itemsOf, propertiesOf, propertyOf } from './sub-schemas.ts';

type Level = 'root' | 'item' | 'field';

const NO_TYPE: Readonly<Record<Level, string>> = {
  root: 'must not be empty at the root',
  item: 'must not be empty for specified array items',
  field: 'must not be empty for specified object fields',
};
const INT_OR_STRING = [{ type: 'integer' }, { type: 'string' }];
const EMBEDDED_NEEDS_OBJECT = 'must be object if x-kubernetes-embedded-resource is true';

/** Why a schema is not structural, in the order of the messages. */
export function structuralProblems(schema: JSONSchemaProps, at: FieldPath): Cause[] {
  const out: Cause[] = [];
  checkLevel(schema, 'root', at, out);
  checkCompleteness(schema, at, out);
  const text = ({ field, message }: Cause): string => `${field}: ${message}`;
  return out.sort((a, b) => (text(a) < text(b) ? -1 : 1));
}

function checkLevel(schema: JSONSchemaProps, level: Level, at: FieldPath, out: Cause[]): void {
  const items = itemsOf(schema);
  if (schema.type === 'array' && !items) out.push(required(at.child('items'), 'must be specified'));
  if (items) checkLevel(items, 'item', at.child('items'), out);
  for (const [name, property] of propertiesOf(schema)) checkLevel(property, 'field', at.child('properties').key(name), out);
  if (schema.additionalProperties !== undefined && level === 'root') {
    out.push(forbiddenField(at.child('additionalProperties'), 'must not be used at the root'));
  }
  const values = additionalOf(schema);
  if (values) checkLevel(values, 'field', at.child('additionalProperties'), out);
  checkIntOrString(schema, at, out);
  checkJunctors(schema, at, out);
  checkType(schema, level, at, out);
  checkMeta(schema, level, at, out);
}

function checkIntOrString(schema: JSONSchemaProps, at: FieldPath, out: Cause[]): void {
  if (!schema['x-kubernetes-int-or-string']) return;
  for (const field of ['x-kubernetes-preserve-unknown-fields', 'x-kubernetes-embedded-resource'] as const) {
    if (schema[field]) out.push(invalidValue(at.child(field), true, 'must be false if x-kubernetes-int-or-string is true'));
  }
}

/** A number or a text is said with `anyOf`, or with the first of `allOf`: there types are allowed. */
function checkJunctors(schema: JSONSchemaProps, at: FieldPath, out: Cause[]): void {
  const { anyOf = [], allOf = [], oneOf = [], not } = schema;
  if (!deepEqual(anyOf, INT_OR_STRING)) anyOf.forEach((each, i) => checkNested(each, at.child('anyOf').index(i), out));
  allOf.forEach((each, i) => {
    const typesAllowed = i === 0 && deepEqual(each.anyOf, INT_OR_STRING);
    checkNested(each, at.child('allOf').index(i), out, typesAllowed);
  });
  oneOf.forEach((each, i) => checkNested(each, at.child('oneOf').index(i), out));
  if (not) checkNested(not, at.child('not'), out);
  checkPattern(schema, at, out);
}

function checkType(schema: JSONSchemaProps, level: Level, at: FieldPath, out: Cause[]): void {
  const { type = '' } = schema;
  const embedded = schema['x-kubernetes-embedded-resource'];
  const path = at.child('type');
  if (embedded && type !== 'object') {
    out.push(type === '' ? required(path, EMBEDDED_NEEDS_OBJECT) : invalidValue(path, type, EMBEDDED_NEEDS_OBJECT));
  } else if (type === '' && !schema['x-kubernetes-int-or-string'] && !schema['x-kubernetes-preserve-unknown-fields']) {
    out.push(required(path, NO_TYPE[level]));
  }
  if (embedded && schema.additionalProperties !== undefined) {
    out.push(forbiddenField(at.child('additionalProperties'), 'must not be used if x-kubernetes-embedded-resource is set'));
  }
  if (level === 'root' && type !== '' && type !== 'object') out.push(invalidValue(path, type, 'must be object at the root'));
}

/** What a resource has anyway may be said, but hardly restricted. */
function checkMeta(schema: JSONSchemaProps, level: Level, at: FieldPath, out: Cause[]): void {
  const embedded = schema['x-kubernetes-embedded-resource'];
  const properties = at.child('properties');
  const isResource = level === 'root' || embedded;
  for (const name of isResource ? ['kind', 'apiVersion'] : []) {
    const { type = '' } = propertyOf(schema, name) ?? { type: 'string' };
    if (type !== 'string') out.push(invalidValue(properties.key(name).child('type'), type, 'must be string'));
  }
  const metadata = propertyOf(schema, 'metadata');
  if (metadata && isResource && metadata.type !== 'object') {
    out.push(invalidValue(properties.key('metadata').child('type'), metadata.type ?? '', 'must be object'));
  }
  if (metadata && level === 'root' && saysMoreThanNames(metadata)) {
    const why = 'must not specify anything other than name and generateName, but metadata is implicitly specified';
    out.push(forbiddenField(properties.key('metadata'), why));
  }
  if (embedded && !schema['x-kubernetes-preserve-unknown-fields'] && propertiesOf(schema).length === 0) {
    const why = 'must not be empty if x-kubernetes-embedded-resource is true without x-kubernetes-preserve-unknown-fields';
    out.push(required(properties, why));
  }
}

/** `default` is refused elsewhere; documentation counts for nothing. */
function saysMoreThanNames({ type: _t, default: _d, properties = {}, externalDocs: _e, example: _x, ...rest }: JSONSchemaProps): boolean {
  if (Object.values(rest).some((value) => value !== false && value !== '' && !deepEqual(value, []))) return true;
  return Object.keys(properties).some((name) => name !== 'name' && name !== 'generateName');
}
