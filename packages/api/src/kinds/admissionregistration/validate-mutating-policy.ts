import { type FieldPath, fieldPath, invalidValue, notSupported, required } from '@kubernats/apimachinery';
import { compileMutatingPolicy, mutationExpression } from '@kubernats/cel';
import type { Cause } from '@kubernats/errors';
import type { MatchResources, MutatingAdmissionPolicy, Mutation } from '../../../generated/types.ts';
import { checkCommon } from './policies.ts';

/** What is deleted cannot be changed any more. */
const OPERATIONS = ['*', 'CONNECT', 'CREATE', 'UPDATE'];
const REINVOCATION_POLICIES = ['IfNeeded', 'Never'];
const PATCH_TYPES = ['ApplyConfiguration', 'JSONPatch'];

/** What is wrong with a policy, its expressions included; `old` is what is stored. Source: kube-apiserver's validation of MutatingAdmissionPolicies. */
export function validateMutatingPolicy({ spec = {} }: MutatingAdmissionPolicy, old?: MutatingAdmissionPolicy): Cause[] {
  const at = fieldPath('spec');
  const { mutations = [], matchConstraints = {}, reinvocationPolicy = '' } = spec;
  const policy = compileMutatingPolicy(spec);
  const out = [...checkCommon(spec, policy, old?.spec, at), ...checkMutableOperations(matchConstraints, at.child('matchConstraints'))];
  const path = at.child('mutations');
  if (mutations.length === 0) out.push(required(path, 'mutations must contain at least one item'));
  for (const [index, mutation] of mutations.entries())
    out.push(...checkMutation(mutation, policy.errors.mutations[index], path.index(index)));
  const reinvocation = at.child('reinvocationPolicy');
  if (reinvocationPolicy === '') out.push(required(reinvocation));
  else if (!REINVOCATION_POLICIES.includes(reinvocationPolicy)) {
    out.push(notSupported(reinvocation, reinvocationPolicy, REINVOCATION_POLICIES));
  }
  return out;
}

/** Which of the operations that rules name are none of a mutation. */
export function checkMutableOperations({ resourceRules = [] }: MatchResources, at: FieldPath): Cause[] {
  const path = at.child('resourceRules').child('operations');
  return resourceRules
    .flatMap(({ operations = [] }) => operations)
    .filter((operation) => !OPERATIONS.includes(operation))
    .map((operation) => notSupported(path, operation, OPERATIONS));
}

function checkMutation(mutation: Mutation, error: string | undefined, at: FieldPath): Cause[] {
  const { patchType = '', applyConfiguration, jsonPatch } = mutation;
  if (patchType === '') return [required(at.child('patchType'))];
  if (!PATCH_TYPES.includes(patchType)) return [notSupported(at.child('patchType'), patchType, PATCH_TYPES)];
  const [own, other, isThere, isOther] =
    patchType === 'JSONPatch'
      ? ['jsonPatch', 'applyConfiguration', jsonPatch, applyConfiguration]
      : ['applyConfiguration', 'jsonPatch', applyConfiguration, jsonPatch];
  const out: Cause[] = [];
  if (!isThere) out.push(required(at.child(own), `must be specified when patchType is ${patchType}`));
  else out.push(...checkExpression(mutationExpression(mutation).trim(), error, at.child(own).child('expression')));
  if (isOther) out.push(invalidValue(at.child(other), `{${other}}`, `must not be specified when patchType is ${patchType}`));
  return out;
}

function checkExpression(expression: string, error: string | undefined, at: FieldPath): Cause[] {
  if (expression === '') return [required(at)];
  return error ? [invalidValue(at, expression, error)] : [];
}
