import { copyJson, type FieldPath, invalidValue } from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';
import type { JSONSchemaProps } from '../../../../../generated/types.ts';
import { prune } from '../../../../custom/prune.ts';
import { type Structural, structuralOf } from '../../../../custom/structural.ts';
import { validateEmbedded } from '../../../../custom/validate/embedded.ts';
import { validateSchema } from '../../../../custom/validate/schema.ts';
import { itemsOf, propertiesOf } from './sub-schemas.ts';

/** Why defaults of a structural schema could not stand where they are put: each must keep to its own schema, and name no unknown field. */
export function defaultProblems(schema: JSONSchemaProps, at: FieldPath): Cause[] {
  const out: Cause[] = [];
  check(schema, structuralOf(schema), at, out);
  return out;
}

/** Values of maps have no defaults that could be put anywhere: what is inside is not looked at. */
function check(schema: JSONSchemaProps, structural: Structural, at: FieldPath, out: Cause[]): void {
  if (schema.default !== undefined) checkDefault(schema.default, structural, at.child('default'), out);
  const items = itemsOf(schema);
  if (items && structural.items) check(items, structural.items, at.child('items'), out);
  for (const [name, property] of propertiesOf(schema)) {
    const inner = structural.properties.get(name);
    if (inner) check(property, inner, at.child('properties').key(name), out);
  }
}

function checkDefault(value: unknown, schema: Structural, at: FieldPath, out: Cause[]): void {
  // The walks are over objects: the value is looked at as the field of one.
  const around: Structural = { ...structuralOf({ type: 'object' }), properties: new Map([['default', schema]]) };
  const { unknownFields } = prune(copyJson({ default: value }), around);
  if (unknownFields.length > 0) out.push(invalidValue(at, value, 'must not have unknown fields'));
  const object = copyJson({ default: value });
  const wrong = validateEmbedded(object, around);
  for (const cause of wrong.length > 0 ? wrong : validateSchema(object, around)) {
    const message = (cause.message ?? '').replace(/(: )default(?:\.| (?=in body))/, '$1');
    out.push({ ...cause, field: `${at}${(cause.field ?? '').slice('default'.length)}`, message });
  }
}
