import type { KindRow, KindTable, MatchResources, NamedRuleWithOperations } from '@kubernats/api';
import { labelSelectorOf, type Selector } from '@kubernats/apimachinery';
import { type Core, placeOfResource } from '../../core.ts';
import type { Attributes } from '../../webhooks/attributes.ts';
import { type Rule, ruleOf } from '../../webhooks/hook.ts';
import { matchesNamespace, matchesObject } from '../../webhooks/invocation.ts';
import { ruleConcerns, ruleMatches } from '../../webhooks/rule-matches.ts';
import { ConfigurationError } from './configuration-error.ts';

/** A rule that may be about some objects alone, by their names. */
interface NamedRule extends Rule {
  /** None: about all. */
  names: readonly string[];
}

/** What a policy or a binding says of the requests that concern it, ready to be compared with them. */
export interface Matcher {
  rules: readonly NamedRule[];
  excluded: readonly NamedRule[];
  /** Whether its rules mean the same objects in other groups and versions, too. */
  isEquivalent: boolean;
  namespaceSelector: Selector;
  objectSelector: Selector;
}

const namedRule = (rule: NamedRuleWithOperations): NamedRule => ({ ...ruleOf({ ...rule }), names: rule.resourceNames ?? [] });

export function matcherOf(match: MatchResources): Matcher {
  return {
    rules: (match.resourceRules ?? []).map(namedRule),
    excluded: (match.excludeResourceRules ?? []).map(namedRule),
    isEquivalent: match.matchPolicy !== 'Exact',
    namespaceSelector: labelSelectorOf(match.namespaceSelector ?? {}),
    objectSelector: labelSelectorOf(match.objectSelector ?? {}),
  };
}

/** Whether any request for the resource may concern the matcher. */
export function mayConcern({ rules, isEquivalent }: Matcher, row: KindRow, kinds: KindTable): boolean {
  const rows = isEquivalent ? [row, ...kinds.equivalents(row)] : [row];
  return rows.some((each) => rules.some((rule) => ruleConcerns(rule, each)));
}

/**
 * The row as which the request concerns the matcher: its own, or that of another version of the same objects. Undefined: it does not concern it.
 * Throws a ConfigurationError where that depends on a Namespace that is not there. Source: the API reference, MatchResources.
 */
export function matchedRow(core: Core, matcher: Matcher, attributes: Attributes): KindRow | undefined {
  const { rules, excluded, isEquivalent } = matcher;
  const inNamespace = matchesNamespace(matcher, attributes, {
    findNamespace: (name) => placeOfResource(core, '', 'v1', 'namespaces').cache.get('', name)?.object,
  });
  if (inNamespace === false || !matchesObject(matcher, attributes)) return undefined;
  const rows = isEquivalent ? [attributes.row, ...core.kinds.equivalents(attributes.row)] : [attributes.row];
  if (matching(excluded, rows, attributes)) return undefined;
  // A binding without rules is about all that its policy is about.
  const row = rules.length === 0 ? attributes.row : matching(rules, rows, attributes);
  if (row && inNamespace !== true) throw new ConfigurationError(inNamespace.message);
  return row;
}

const matching = (rules: readonly NamedRule[], rows: readonly KindRow[], attributes: Attributes): KindRow | undefined =>
  rows.find((row) =>
    rules.some((rule) => ruleMatches(rule, row, attributes) && (rule.names.length === 0 || rule.names.includes(attributes.name))),
  );
