import { type FieldPath, fieldPath, invalidValue, parseQuantity, required } from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';
import type { ResourceQuota, ResourceQuotaSpec, ScopedResourceSelectorRequirement } from '../../../generated/types.ts';
import { isCompute, isStandardQuotaResource, isWhole } from '../../quota/names.ts';
import { ResourceQuotas } from '../../refs.ts';
import { AGE, NAME, text } from '../../table/common-columns.ts';
import { immutable, NOT_NEGATIVE } from '../../validation/basics.ts';
import { checkResourceName } from '../../validation/resource-name.ts';
import { defineKind } from '../define.ts';

const SPEC = fieldPath('spec');
const SCOPES: ReadonlySet<string> = new Set([
  ...['Terminating', 'NotTerminating', 'BestEffort', 'NotBestEffort', 'PriorityClass', 'CrossNamespacePodAffinity'],
  'VolumeAttributesClass',
]);
/** Of these a selector can say no more than that they hold. */
const ONLY_EXISTS: ReadonlySet<string> = new Set([
  ...['Terminating', 'NotTerminating', 'BestEffort', 'NotBestEffort', 'CrossNamespacePodAffinity'],
]);
const EXCLUSIVE = [
  ['BestEffort', 'NotBestEffort'],
  ['Terminating', 'NotTerminating'],
] as const;

function validate({ spec, status }: ResourceQuota): Cause[] {
  const out: Cause[] = [];
  checkAmounts(spec?.hard, SPEC.child('hard'), out);
  checkScopes(spec ?? {}, out);
  for (const [index, requirement] of (spec?.scopeSelector?.matchExpressions ?? []).entries()) {
    checkRequirement(requirement, spec?.hard ?? {}, SPEC.child('scopeSelector').child('matchExpressions').index(index), out);
  }
  checkAmounts(status?.hard, fieldPath('status').child('hard'), out);
  checkAmounts(status?.used, fieldPath('status').child('used'), out);
  return out;
}

function checkAmounts(amounts: Readonly<Record<string, string>> | undefined, path: FieldPath, out: Cause[]): void {
  for (const [name, amount] of Object.entries(amounts ?? {})) {
    const at = path.key(name);
    checkResourceName(name, at, out);
    if (!name.includes('/') && !isStandardQuotaResource(name)) out.push(invalidValue(at, name, 'must be a standard resource for quota'));
    const quantity = parseQuantity(amount);
    if (quantity.nanos < 0n) out.push(invalidValue(at, amount, NOT_NEGATIVE));
    else if (isWhole(name) && quantity.milli() % 1000 !== 0) out.push(invalidValue(at, amount, 'must be an integer'));
  }
}

function checkScopes({ scopes = [], hard = {} }: ResourceQuotaSpec, out: Cause[]): void {
  const at = SPEC.child('scopes');
  for (const scope of scopes) {
    if (!SCOPES.has(scope)) out.push(invalidValue(at, scopes, 'unsupported scope'));
    for (const name of Object.keys(hard))
      if (!appliesTo(scope, name)) out.push(invalidValue(at, scopes, 'unsupported scope applied to resource'));
  }
  for (const pair of EXCLUSIVE) if (pair.every((scope) => scopes.includes(scope))) out.push(invalidValue(at, scopes, 'conflicting scopes'));
}

function checkRequirement(
  { scopeName, operator, values = [] }: ScopedResourceSelectorRequirement,
  hard: Readonly<Record<string, string>>,
  at: FieldPath,
  out: Cause[],
): void {
  if (!SCOPES.has(scopeName)) out.push(invalidValue(at.child('scopeName'), scopeName, 'unsupported scope'));
  for (const name of Object.keys(hard)) {
    if (!appliesTo(scopeName, name)) out.push(invalidValue(at, hard, 'unsupported scope applied to resource'));
  }
  if (ONLY_EXISTS.has(scopeName) && operator !== 'Exists') {
    const text =
      "must be 'Exist' when scope is any of ResourceQuotaScopeTerminating, ResourceQuotaScopeNotTerminating, ResourceQuotaScopeBestEffort, ResourceQuotaScopeNotBestEffort or ResourceQuotaScopeCrossNamespacePodAffinity";
    out.push(invalidValue(at.child('operator'), operator, text));
  }
  if (operator === 'In' || operator === 'NotIn') {
    if (values.length === 0)
      out.push(required(at.child('values'), "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector"));
  } else if (operator === 'Exists' || operator === 'DoesNotExist') {
    if (values.length > 0)
      out.push(
        invalidValue(at.child('values'), values, "must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector"),
      );
  } else out.push(invalidValue(at.child('operator'), operator, 'not a valid selector operator'));
}

/** Whether a scope can select among what is counted under the name. Names with a prefix of their own are nobody's. */
function appliesTo(scope: string, name: string): boolean {
  if (!isStandardQuotaResource(name) || !SCOPES.has(scope)) return true;
  if (scope === 'BestEffort') return name === 'pods';
  if (scope === 'VolumeAttributesClass') return name === 'persistentvolumeclaims' || name === 'requests.storage';
  return name === 'pods' || isCompute(name);
}

/** `pods: 1/10, requests.cpu: 100m/1`, of those that are limits, or of the others. */
const usageText =
  (limits: boolean) =>
  ({ status }: ResourceQuota): string =>
    Object.entries(status?.hard ?? {})
      .filter(([name]) => name.startsWith('limits.') === limits)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, hard]) => `${name}: ${status?.used?.[name] ?? '0'}/${hard}`)
      .join(', ');

export const resourceQuotaRow = defineKind<ResourceQuota>(ResourceQuotas, {
  shortNames: ['quota'],
  hasStatus: true,
  columns: [
    NAME,
    text('Request', 'What is used of what may be requested, and of objects.', usageText(false)),
    text('Limit', 'What is used of the limits that containers may have.', usageText(true)),
    AGE,
  ],
  strategy: {
    validate,
    validateUpdate(next, old) {
      const out: Cause[] = [];
      immutable(next.spec?.scopes ?? [], old.spec?.scopes ?? [], SPEC.child('scopes'), out);
      return out;
    },
    countsGeneration: false,
  },
});
