import {
  duplicate,
  type FieldPath,
  invalidValue,
  notSupported,
  pathSegmentName,
  required,
  validateLabelSelector,
} from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';
import type { MatchResources, NamedRuleWithOperations } from '../../../generated/types.ts';
import { checkRule } from './validate-rules.ts';

const MATCH_POLICIES = ['Equivalent', 'Exact'];

/** Source: the defaults of admissionregistration.k8s.io/v1. */
export function defaultMatchResources(match: MatchResources): void {
  match.matchPolicy ??= 'Equivalent';
  match.namespaceSelector ??= {};
  match.objectSelector ??= {};
  for (const rule of [...(match.resourceRules ?? []), ...(match.excludeResourceRules ?? [])]) rule.scope ??= '*';
}

/** What is wrong with what a policy or a binding says of the requests that concern it. */
export function checkMatchResources(match: MatchResources, at: FieldPath): Cause[] {
  const { matchPolicy = '', namespaceSelector, objectSelector, resourceRules = [], excludeResourceRules = [] } = match;
  const out: Cause[] = [];
  if (!MATCH_POLICIES.includes(matchPolicy)) out.push(notSupported(at.child('matchPolicy'), matchPolicy, MATCH_POLICIES));
  if (namespaceSelector) out.push(...validateLabelSelector(namespaceSelector, at.child('namespaceSelector')));
  if (objectSelector) out.push(...validateLabelSelector(objectSelector, at.child('objectSelector')));
  for (const [index, rule] of resourceRules.entries()) checkNamedRule(rule, at.child('resourceRules').index(index), out);
  for (const [index, rule] of excludeResourceRules.entries()) checkNamedRule(rule, at.child('excludeResourceRules').index(index), out);
  return out;
}

function checkNamedRule(rule: NamedRuleWithOperations, at: FieldPath, out: Cause[]): void {
  const seen = new Set<string>();
  for (const [index, name] of (rule.resourceNames ?? []).entries()) {
    const path = at.child('resourceNames').index(index);
    out.push(...pathSegmentName(name).map((problem) => invalidValue(path, name, problem)));
    if (seen.has(name)) out.push(duplicate(path, name));
    seen.add(name);
  }
  checkRule(rule, at, out);
}

/** A policy has to say to which resources it belongs. */
export function checkMatchConstraints(match: MatchResources | undefined, at: FieldPath): Cause[] {
  if (!match) return [required(at)];
  const rules = match.resourceRules?.length ? [] : [required(at.child('resourceRules'))];
  return [...checkMatchResources(match, at), ...rules];
}
