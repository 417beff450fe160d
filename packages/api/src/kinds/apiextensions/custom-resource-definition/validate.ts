import { fieldPath, invalidValue } from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';
import type { CustomResourceDefinition, CustomResourceDefinitionSpec } from '../../../../generated/types.ts';
import { hasCondition } from '../../../custom/definition.ts';
import type { StrategyContext } from '../../../kind.ts';
import { immutable } from '../../../validation/basics.ts';
import { checkApproval } from './api-approval.ts';
import { isValidCaBundle, namesKnownReview } from './validate-conversion.ts';
import { checkNames } from './validate-names.ts';
import { checkSpec } from './validate-spec.ts';

const NAME = fieldPath('metadata', 'name');
const SPEC = fieldPath('spec');
const STATUS = fieldPath('status');
const STORED_VERSIONS = STATUS.child('storedVersions');
/** A body may lack everything. */
type GivenSpec = Partial<CustomResourceDefinitionSpec>;

/** What is wrong with a new definition. */
export function validateNew(definition: CustomResourceDefinition, context: StrategyContext): Cause[] {
  const { plural = '', group = '' } = { ...definition.spec?.names, group: definition.spec?.group };
  const out: Cause[] = [];
  const name = definition.metadata?.name ?? '';
  if (name !== `${plural}.${group}`) out.push(invalidValue(NAME, name, 'must be spec.names.plural+"."+spec.group'));
  checkSpec(definition.spec ?? {}, SPEC, { storedVersions: [], leniency: { anyReviewVersion: false, anyCaBundle: true }, context }, out);
  out.push(...validateStatusChange(definition));
  checkStoredVersions(definition, out);
  out.push(...checkApproval(definition, undefined));
  return out;
}

/** What is wrong with the new state of one. */
export function validateChange(definition: CustomResourceDefinition, old: CustomResourceDefinition, context: StrategyContext): Cause[] {
  const out: Cause[] = [];
  const spec: GivenSpec = definition.spec ?? {};
  const { conversion, versions = [] } = old.spec;
  const established = hasCondition(old, 'Established');
  const leniency = {
    anyReviewVersion: conversion?.webhook !== undefined && !namesKnownReview(conversion.webhook),
    anyCaBundle: !established || !isValidCaBundle(conversion?.webhook?.clientConfig?.caBundle ?? ''),
  };
  checkSpec(spec, SPEC, { storedVersions: versions, leniency, context }, out);
  if (established) {
    immutable(spec.scope, old.spec.scope, SPEC.child('scope'), out);
    immutable(spec.names?.kind, old.spec.names?.kind, SPEC.child('names', 'kind'), out);
  }
  immutable(spec.group, old.spec.group, SPEC.child('group'), out);
  immutable(spec.names?.plural, old.spec.names?.plural, SPEC.child('names', 'plural'), out);
  out.push(...validateStatusChange(definition));
  checkStoredVersions(definition, out);
  out.push(...checkApproval(definition, old));
  return out;
}

export function validateStatusChange({ status }: CustomResourceDefinition): Cause[] {
  const out: Cause[] = [];
  if (status?.acceptedNames) checkNames(status.acceptedNames, STATUS.child('acceptedNames'), out);
  return out;
}

/** What is kept in a version can only be read while there is the version. */
function checkStoredVersions({ spec, status }: CustomResourceDefinition, out: Cause[]): void {
  const stored = status?.storedVersions ?? [];
  const versions = spec?.versions ?? [];
  if (stored.length === 0) {
    out.push(invalidValue(STORED_VERSIONS, stored, 'must have at least one stored version'));
    return;
  }
  for (const { name, storage } of versions) {
    if (storage && !stored.includes(name)) out.push(invalidValue(STORED_VERSIONS, stored, `must have the storage version ${name}`));
  }
  stored.forEach((name, i) => {
    if (versions.some((version) => version.name === name)) return;
    const why =
      `missing from spec.versions; ${name} was previously a storage version, and must remain in spec.versions until a storage migration ` +
      `ensures no data remains persisted in ${name} and removes ${name} from status.storedVersions`;
    out.push(invalidValue(STORED_VERSIONS.index(i), name, why));
  });
}
