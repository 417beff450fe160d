import { type FieldPath, forbiddenField, invalidValue } from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';
import { RE2JS } from 're2js';
import type { JSONSchemaProps } from '../../../../../generated/types.ts';
import { itemsOf, propertiesOf, propertyOf } from './sub-schemas.ts';

/** What may not be said inside of logic, by how the message ends. */
const FORBIDDEN: readonly [field: keyof JSONSchemaProps, must: 'empty' | 'undefined' | 'false'][] = [
  ['additionalProperties', 'undefined'],
  ['default', 'undefined'],
  ['title', 'empty'],
  ['description', 'empty'],
  ['nullable', 'false'],
  ['x-kubernetes-preserve-unknown-fields', 'false'],
  ['x-kubernetes-embedded-resource', 'false'],
  ['x-kubernetes-int-or-string', 'false'],
  ['x-kubernetes-list-map-keys', 'empty'],
  ['x-kubernetes-list-type', 'undefined'],
  ['x-kubernetes-map-type', 'undefined'],
  ['x-kubernetes-validations', 'empty'],
];

const IS_SAID: Readonly<Record<'empty' | 'undefined' | 'false', (value: unknown) => boolean>> = {
  empty: (value) => value !== undefined && value !== '' && !(Array.isArray(value) && value.length === 0),
  undefined: (value) => value !== undefined,
  false: (value) => value === true,
};

/** What is wrong with a schema inside of `allOf`, `anyOf`, `oneOf` or `not`. `typesAllowed`: those in its `anyOf`. */
export function checkNested(schema: JSONSchemaProps, at: FieldPath, out: Cause[], typesAllowed = false): void {
  const { anyOf = [], allOf = [], oneOf = [], not, type = '' } = schema;
  if (!typesAllowed) anyOf.forEach((each, i) => checkNested(each, at.child('anyOf').index(i), out));
  allOf.forEach((each, i) => checkNested(each, at.child('allOf').index(i), out));
  oneOf.forEach((each, i) => checkNested(each, at.child('oneOf').index(i), out));
  if (not) checkNested(not, at.child('not'), out);
  checkPattern(schema, at, out);
  const items = itemsOf(schema);
  if (items) checkNested(items, at.child('items'), out);
  for (const [name, property] of propertiesOf(schema)) checkNested(property, at.child('properties').key(name), out);
  if (type !== '') out.push(forbiddenField(at.child('type'), 'must be empty to be structural'));
  for (const [field, must] of FORBIDDEN) {
    if (IS_SAID[must](schema[field])) out.push(forbiddenField(at.child(field), `must be ${must} to be structural`));
  }
  if (propertyOf(schema, 'metadata')) {
    out.push(forbiddenField(at.child('properties').key('metadata'), 'must not be specified in a nested context'));
  }
}

/** Regular expressions are Go's: RE2. */
export function checkPattern({ pattern = '' }: JSONSchemaProps, at: FieldPath, out: Cause[]): void {
  if (pattern === '') return;
  try {
    RE2JS.compile(pattern);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    out.push(invalidValue(at.child('pattern'), pattern, `must be a valid regular expression, but isn't: ${why}`));
  }
}
