import { deepEqual, dns1123Subdomain, type FieldPath, invalidValue, required } from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';
import type { CustomResourceDefinitionSpec, CustomResourceDefinitionVersion } from '../../../../generated/types.ts';
import type { StrategyContext } from '../../../kind.ts';
import { oneOf } from '../../../validation/basics.ts';
import { partsOf } from './parts.ts';
import { checkColumn } from './validate-columns.ts';
import { type ConversionLeniency, checkConversion } from './validate-conversion.ts';
import { checkDeprecation } from './validate-deprecation.ts';
import { checkLabel, checkNames, checkRequiredNames } from './validate-names.ts';
import { checkSchema } from './validate-schema.ts';
import { checkSelectableFields } from './validate-selectable-fields.ts';
import { checkSubresources } from './validate-subresources.ts';

const NO_UNKNOWN_FIELDS = 'cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead';

/** What a specification is judged by. */
interface Judgement {
  /** As they have been stored: what is not new was let pass once. */
  storedVersions: readonly CustomResourceDefinitionVersion[];
  leniency: ConversionLeniency;
  context: StrategyContext;
}

/** What is wrong with a specification, of which anything may be missing. */
export function checkSpec(spec: Partial<CustomResourceDefinitionSpec>, at: FieldPath, judgement: Judgement, out: Cause[]): void {
  const { group = '', scope, names = {}, versions = [], conversion, preserveUnknownFields } = spec;
  checkGroup(group, at.child('group'), out);
  oneOf(scope, ['Cluster', 'Namespaced'], at.child('scope'), out);
  checkVersions(versions, at.child('versions'), out);
  checkRequiredNames(names, at.child('names'), out);
  checkNames(names, at.child('names'), out);
  checkParts(versions, at, judgement, out);
  if (conversion) checkConversion(conversion, at.child('conversion'), judgement.leniency, out);
  if (preserveUnknownFields) out.push(invalidValue(at.child('preserveUnknownFields'), true, NO_UNKNOWN_FIELDS));
}

function checkGroup(group: string, at: FieldPath, out: Cause[]): void {
  const problems = dns1123Subdomain(group);
  if (group === '') out.push(required(at));
  else if (problems.length > 0) out.push(invalidValue(at, group, problems.join(',')));
  else if (!group.includes('.')) out.push(invalidValue(at, group, 'should be a domain with at least one dot'));
}

function checkVersions(versions: CustomResourceDefinitionVersion[], at: FieldPath, out: Cause[]): void {
  versions.forEach(({ name = '', schema, deprecated, deprecationWarning }, i) => {
    const here = at.index(i);
    if (!schema?.openAPIV3Schema) out.push(required(here.child('schema', 'openAPIV3Schema'), 'schemas are required'));
    checkLabel(name, here.child('name'), out, true);
    checkDeprecation(deprecated ?? false, deprecationWarning, here.child('deprecationWarning'), out);
  });
  const names = new Set(versions.map(({ name }) => name));
  if (names.size < versions.length) out.push(invalidValue(at, versions, 'must contain unique version names'));
  if (versions.filter(({ storage }) => storage).length !== 1) {
    out.push(invalidValue(at, versions, 'must have exactly one version marked as storage version'));
  }
}

function checkParts(
  versions: CustomResourceDefinitionVersion[],
  at: FieldPath,
  { storedVersions, context }: Judgement,
  out: Cause[],
): void {
  const { schemas, subresources, columns, selectableFields } = partsOf(versions, at);
  for (const { value, path, version, hasStatus } of schemas) {
    const isStored = storedVersions.some(({ name, schema }) => name === version && deepEqual(schema?.openAPIV3Schema, value));
    checkSchema(value, { above: path, hasStatus, isStored }, context, out);
  }
  for (const { value, path } of subresources) checkSubresources(value, path, out);
  for (const { value, path } of columns) value.forEach((column, i) => checkColumn(column, path.index(i), out));
  for (const { value, path, schema } of selectableFields) checkSelectableFields(value, schema, path, out);
}
