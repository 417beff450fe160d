import type { KindRow } from '@kubernats/api';
import type { Attributes } from './attributes.ts';
import type { Rule } from './hook.ts';

/** Whether a rule is about a request, if that were for `row`. Source: "Matching requests: rules" of Dynamic Admission Control. */
export function ruleMatches(rule: Rule, row: KindRow, { operation, subresource, namespace }: Attributes): boolean {
  return (
    inScope(rule.scope, row, namespace) &&
    names(rule.operations, operation) &&
    names(rule.apiGroups, row.group) &&
    names(rule.apiVersions, row.version) &&
    rule.resources.some((each) => isOf(each.resource, row.plural) && isOf(each.subresource, subresource))
  );
}

/** Whether a rule is about any request for the resource, whatever is done to it. */
export function ruleConcerns(rule: Rule, { group, version, plural }: KindRow): boolean {
  return names(rule.apiGroups, group) && names(rule.apiVersions, version) && rule.resources.some(({ resource }) => isOf(resource, plural));
}

const isOf = (named: string, value: string): boolean => named === '*' || named === value;

const names = (list: readonly string[], value: string): boolean => list.some((named) => isOf(named, value));

/** A Namespace is in itself, and yet of the cluster. */
function inScope(scope: string, { group, plural }: KindRow, namespace: string): boolean {
  if (scope === '*') return true;
  const isNamespaced = namespace !== '' && !(group === '' && plural === 'namespaces');
  return isNamespaced === (scope === 'Namespaced');
}
