import { type FieldPath, required } from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';
import type { JSONSchemaProps } from '../../../../../generated/types.ts';
import { itemsOf, propertiesOf, propertyOf } from './sub-schemas.ts';

/** Every field or list that logic restricts must also be specified outside of it. */
export function checkCompleteness(schema: JSONSchemaProps, at: FieldPath, out: Cause[]): void {
  checkLogic(schema, schema, at, at, out);
}

/** `rules` is (part of) a schema whose logic restricts what `structure` specifies. */
function checkLogic(rules: JSONSchemaProps, structure: JSONSchemaProps | undefined, at: FieldPath, rulesAt: FieldPath, out: Cause[]): void {
  if (rules.not) checkRestriction(rules.not, structure, at, rulesAt.child('not'), out);
  for (const junctor of ['allOf', 'anyOf', 'oneOf'] as const) {
    rules[junctor]?.forEach((each, i) => checkRestriction(each, structure, at, rulesAt.child(junctor).index(i), out));
  }
}

function checkRestriction(
  rules: JSONSchemaProps,
  structure: JSONSchemaProps | undefined,
  at: FieldPath,
  rulesAt: FieldPath,
  out: Cause[],
): void {
  if (!structure) {
    out.push(required(at, `because it is defined in ${rulesAt}`));
    return;
  }
  checkLogic(rules, structure, at, rulesAt, out);
  const items = itemsOf(rules);
  if (items) checkRestriction(items, itemsOf(structure), at.child('items'), rulesAt.child('items'), out);
  for (const [name, property] of propertiesOf(rules)) {
    const below = rulesAt.child('properties').key(name);
    checkRestriction(property, propertyOf(structure, name), at.child('properties').key(name), below, out);
  }
}
