import { type FieldPath, forbiddenField, invalidValue } from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';
import type { JSONSchemaProps } from '../../../../generated/types.ts';
import type { StrategyContext } from '../../../kind.ts';
import { defaultProblems } from './schema/defaults.ts';
import { openApiProblems } from './schema/open-api.ts';
import { structuralProblems } from './schema/structural.ts';
import { unsupported } from './schema/unsupported.ts';

/** What the root may say where the status is a part of its own: taking `properties.status` out of it loses nothing. By Kubernetes' own names. */
const ALLOWED_WITH_STATUS: Readonly<Record<string, string>> = {
  description: 'Description',
  type: 'Type',
  format: 'Format',
  title: 'Title',
  maximum: 'Maximum',
  exclusiveMaximum: 'ExclusiveMaximum',
  minimum: 'Minimum',
  exclusiveMinimum: 'ExclusiveMinimum',
  maxLength: 'MaxLength',
  minLength: 'MinLength',
  pattern: 'Pattern',
  maxItems: 'MaxItems',
  minItems: 'MinItems',
  uniqueItems: 'UniqueItems',
  multipleOf: 'MultipleOf',
  required: 'Required',
  items: 'Items',
  properties: 'Properties',
  externalDocs: 'ExternalDocs',
  example: 'Example',
  'x-kubernetes-preserve-unknown-fields': 'XPreserveUnknownFields',
  'x-kubernetes-validations': 'XValidations',
};

/** What is around a schema. */
export interface SchemaPlace {
  /** Where `openAPIV3Schema` is. */
  above: FieldPath;
  hasStatus: boolean;
  /** The version has been stored with this very schema. */
  isStored: boolean;
}

/** What is wrong with the schema of a version, and with the rules in it. */
export function checkSchema(
  schema: JSONSchemaProps,
  { above, hasStatus, isStored }: SchemaPlace,
  { ruleProblems }: StrategyContext,
  out: Cause[],
): void {
  const at = above.child('openAPIV3Schema');
  const problems: Cause[] = [];
  if (hasStatus) checkRootWithStatus(schema, above, problems);
  if (schema.nullable) problems.push(forbiddenField(above.child('openAPIV3Schema.nullable'), 'nullable cannot be true at the root'));
  const unreadable = unsupported(schema);
  if (unreadable === undefined) problems.push(...structuralProblems(schema, at));
  const isStructural = unreadable === undefined && problems.length === 0;
  if (isStructural) problems.push(...defaultProblems(schema, at));
  problems.push(...openApiProblems(schema, at));
  // Rules are of types, which must be known.
  if (problems.length === 0 && isStructural) problems.push(...(ruleProblems?.(schema, at, { isStored }) ?? []));
  // What cannot be read has mostly been refused with better words.
  if (problems.length === 0 && unreadable !== undefined) problems.push(invalidValue(at, '', unreadable));
  out.push(...problems);
}

function checkRootWithStatus(schema: JSONSchemaProps, above: FieldPath, out: Cause[]): void {
  if (schema.type && schema.type !== 'object') {
    const why = 'only "object" is allowed as the type at the root of the schema if the status subresource is enabled';
    out.push(invalidValue(above.child('openAPIV3Schema.type'), schema.type, why));
  }
  const more = Object.entries(schema).some(
    ([field, value]) => value !== false && value !== '' && !Object.hasOwn(ALLOWED_WITH_STATUS, field),
  );
  if (!more) return;
  const allowed = Object.values(ALLOWED_WITH_STATUS).join(' ');
  const why = `only [${allowed}] fields are allowed at the root of the schema if the status subresource is enabled`;
  out.push(invalidValue(above.child('openAPIV3Schema'), schema, why));
}
