import type { KindRow, KindTable } from '@kubernats/api';
import { notFound, type StatusError } from '@kubernats/errors';
import type { Held } from '../cache/stored.ts';
import type { Attributes } from './attributes.ts';
import type { Hook } from './hook.ts';
import { ruleMatches } from './rule-matches.ts';

/** That a webhook is to be asked, and as what. */
export interface Invocation {
  hook: Hook;
  /** The resource that its rules name: the one of the request, or one that holds the same objects. */
  row: KindRow;
}

/** The Namespace of that name, as it is. */
export type FindNamespace = (name: string) => Held | undefined;

/** What decides whether a webhook is to be asked, beside the request. */
export interface InvocationDeps {
  kinds: KindTable;
  findNamespace: FindNamespace;
}

/**
 * Whether a webhook is to be asked about a request; undefined: it is not. Throws NotFound when that depends on a Namespace that is not there.
 */
export function invocationOf(hook: Hook, attributes: Attributes, { kinds, findNamespace }: InvocationDeps): Invocation | undefined {
  const inNamespace = matchesNamespace(hook, attributes, findNamespace);
  if (inNamespace === false || !matchesObject(hook, attributes)) return undefined;
  const row = rowOf(hook, attributes, kinds);
  if (!row) return undefined;
  if (inNamespace !== true) throw inNamespace;
  return { hook, row };
}

function rowOf({ rules, isEquivalent }: Hook, attributes: Attributes, kinds: KindTable): KindRow | undefined {
  const { row } = attributes;
  if (rules.some((rule) => ruleMatches(rule, row, attributes))) return row;
  if (!isEquivalent) return undefined;
  const others = kinds.equivalents(row);
  for (const rule of rules) {
    const found = others.find((other) => ruleMatches(rule, other, attributes));
    if (found) return found;
  }
  return undefined;
}

/** An error matters only if everything else matches. */
function matchesNamespace({ namespaceSelector }: Hook, attributes: Attributes, findNamespace: FindNamespace): boolean | StatusError {
  const { namespace, row, object, operation, subresource } = attributes;
  const isNamespace = row.plural === 'namespaces' && row.group === '';
  if (namespaceSelector.empty || (namespace === '' && !isNamespace)) return true;
  // What is written of a Namespace counts, not what it was.
  if (isNamespace && subresource === '' && operation !== 'DELETE') return namespaceSelector.matches(object?.metadata?.labels);
  const found = findNamespace(namespace);
  return found ? namespaceSelector.matches(found.metadata.labels) : notFound({ group: '', resource: 'namespaces' }, namespace);
}

/** The new state or the old one; what has no labels, as the options of a connection, is selected by what selects everything. */
function matchesObject({ objectSelector }: Hook, { object, old, operation }: Attributes): boolean {
  if (objectSelector.empty) return true;
  if (operation === 'CONNECT') return false;
  return [object, old].some((each) => each && objectSelector.matches(each.metadata?.labels));
}
