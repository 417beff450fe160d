import type { KindRow, KindTable } from '@kubernats/api';
import type { CheckAccess } from '@kubernats/cel';
import { forbidden, notFound, type StatusError } from '@kubernats/errors';
import type { Held } from '../cache/stored.ts';
import type { UserInfo } from '../call.ts';
import { named } from '../core.ts';
import type { Attributes } from './attributes.ts';
import { equivalentRows } from './equivalents.ts';
import type { Hook } from './hook.ts';
import { admissionRequest } from './review-request.ts';
import { ruleMatches } from './rule-matches.ts';

/** That a webhook is to be asked, and as what. */
export interface Invocation {
  hook: Hook;
  /** The resource that its rules name: the one of the request, or one that holds the same objects. */
  row: KindRow;
}

/** What is known beside the request. */
export interface Surroundings {
  kinds: KindTable;
  /** The Namespace of that name, as it is. */
  findNamespace(name: string): Held | undefined;
  /** What a user may do. */
  accessOf(user: UserInfo): CheckAccess;
}

/**
 * Whether a webhook is to be asked about a request; undefined: it is not. Throws NotFound when that depends on a Namespace that is not there, and
 * Forbidden when its conditions cannot be told and its failures matter.
 */
export function invocationOf(hook: Hook, attributes: Attributes, around: Surroundings): Invocation | undefined {
  const inNamespace = matchesNamespace(hook, attributes, around);
  if (inNamespace === false || !matchesObject(hook, attributes)) return undefined;
  const row = rowOf(hook, attributes, around);
  if (!row) return undefined;
  if (inNamespace !== true) throw inNamespace;
  return meetsConditions(hook, attributes, row, around) ? { hook, row } : undefined;
}

function meetsConditions({ conditions, ignoresFailure }: Hook, attributes: Attributes, row: KindRow, { accessOf }: Surroundings): boolean {
  if (!conditions) return true;
  const { call, name } = attributes;
  const { object, oldObject, ...request } = admissionRequest(attributes, { row });
  const match = conditions.evaluate({ object, oldObject, request, authorizer: accessOf(call.user) });
  if ('matches' in match) return match.matches;
  if (ignoresFailure) return false;
  throw forbidden(named(attributes.row), name, match.error);
}

function rowOf({ rules, isEquivalent }: Hook, attributes: Attributes, { kinds }: Surroundings): KindRow | undefined {
  const { row } = attributes;
  if (rules.some((rule) => ruleMatches(rule, row, attributes))) return row;
  if (!isEquivalent) return undefined;
  const others = equivalentRows(kinds, row);
  for (const rule of rules) {
    const found = others.find((other) => ruleMatches(rule, other, attributes));
    if (found) return found;
  }
  return undefined;
}

/** An error matters only if everything else matches. */
export function matchesNamespace(
  { namespaceSelector }: Pick<Hook, 'namespaceSelector'>,
  attributes: Attributes,
  { findNamespace }: Pick<Surroundings, 'findNamespace'>,
): boolean | StatusError {
  const { namespace, row, object, operation, subresource } = attributes;
  const isNamespace = row.plural === 'namespaces' && row.group === '';
  if (namespaceSelector.empty || (namespace === '' && !isNamespace)) return true;
  // What is written of a Namespace counts, not what it was.
  if (isNamespace && subresource === '' && operation !== 'DELETE') return namespaceSelector.matches(object?.metadata?.labels);
  const found = findNamespace(namespace);
  return found ? namespaceSelector.matches(found.metadata.labels) : notFound({ group: '', resource: 'namespaces' }, namespace);
}

/** The new state or the old one; what has no labels, as the options of a connection, is selected by what selects everything. */
export function matchesObject({ objectSelector }: Pick<Hook, 'objectSelector'>, { object, old, operation }: Attributes): boolean {
  if (objectSelector.empty) return true;
  if (operation === 'CONNECT') return false;
  return [object, old].some((each) => each && objectSelector.matches(each.metadata?.labels));
}
