import type { KindRow, MatchResources, NamedRuleWithOperations } from '@kubernats/api';
import { type LabelSelector, type Labels, labelSelectorOf } from '@kubernats/apimachinery';
import { type Core, placeOfResource } from '../../core.ts';
import { type Attributes, isNamespace } from './attributes.ts';

/**
 * The row as which the request concerns whoever says so: its own, or that of another version of the same objects. Undefined: it does not concern
 * them. Source: the concept "Validating Admission Policy"; the API reference, MatchResources.
 */
export function matchedRow(core: Core, match: MatchResources, attributes: Attributes): KindRow | undefined {
  const { resourceRules = [], excludeResourceRules = [] } = match;
  if (!isSelected(core, match, attributes)) return undefined;
  const rows = match.matchPolicy === 'Exact' ? [attributes.row] : [attributes.row, ...core.kinds.equivalents(attributes.row)];
  if (matching(excludeResourceRules, rows, attributes)) return undefined;
  // A binding without rules is about all that its policy is about.
  return resourceRules.length === 0 ? attributes.row : matching(resourceRules, rows, attributes);
}

const matching = (rules: readonly NamedRuleWithOperations[], rows: readonly KindRow[], attributes: Attributes): KindRow | undefined =>
  rows.find((row) => rules.some((rule) => ruleMatches(rule, row, attributes)));

function ruleMatches(rule: NamedRuleWithOperations, row: KindRow, attributes: Attributes): boolean {
  const { operations = [], apiGroups = [], apiVersions = [], resources = [], resourceNames = [], scope = '*' } = rule;
  const { operation, subresource, name, namespace } = attributes;
  const names = (list: readonly string[], value: string): boolean => list.includes('*') || list.includes(value);
  const isNamespaced = namespace !== '' && !isNamespace(row);
  return (
    names(operations, operation) &&
    names(apiGroups, row.group) &&
    names(apiVersions, row.version) &&
    resources.some((resource) => isResource(resource, row.plural, subresource)) &&
    (scope === '*' || isNamespaced === (scope === 'Namespaced')) &&
    (resourceNames.length === 0 || resourceNames.includes(name))
  );
}

/** `pods`, `pods/status`, `pods/*`, `*` (all but subresources), and the like. */
function isResource(named: string, plural: string, subresource: string): boolean {
  const [resource, part = ''] = named.split('/', 2);
  return (resource === '*' || resource === plural) && (part === '*' || part === subresource);
}

function isSelected(core: Core, { namespaceSelector, objectSelector }: MatchResources, attributes: Attributes): boolean {
  const { object, old } = attributes;
  return (
    (isEmpty(namespaceSelector) || selectsNamespace(core, namespaceSelector, attributes)) &&
    (isEmpty(objectSelector) || [object, old].some((state) => state !== undefined && selects(objectSelector, state.metadata.labels)))
  );
}

const isEmpty = (selector: LabelSelector | undefined): selector is undefined =>
  Object.keys(selector?.matchLabels ?? {}).length === 0 && (selector?.matchExpressions ?? []).length === 0;

/** What is in no namespace is always selected; a Namespace is in itself. */
function selectsNamespace(core: Core, selector: LabelSelector | undefined, { row, namespace, object, old }: Attributes): boolean {
  if (isNamespace(row)) return selects(selector, (object ?? old)?.metadata.labels);
  if (!row.namespaced) return true;
  return selects(selector, placeOfResource(core, '', 'v1', 'namespaces').cache.get('', namespace)?.object.metadata.labels);
}

const selectors = new WeakMap<LabelSelector, ReturnType<typeof labelSelectorOf>>();

function selects(selector: LabelSelector | undefined, labels: Labels | undefined): boolean {
  if (!selector) return true;
  let known = selectors.get(selector);
  if (!known) selectors.set(selector, (known = labelSelectorOf(selector)));
  return known.matches(labels);
}
