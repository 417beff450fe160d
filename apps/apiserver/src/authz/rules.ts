import type { PolicyRule } from '@kubernats/api';
import type { Attributes } from './attributes.ts';

/** Whether a rule allows it. Source: "Using RBAC Authorization", `rbac/v1` helpers name the same matches. */
export function ruleAllows(rule: PolicyRule, { verb, resource, path }: Attributes): boolean {
  if (!has(rule.verbs, verb)) return false;
  if (!resource) return (rule.nonResourceURLs ?? []).some((url) => pathMatches(url, path ?? ''));
  return (
    has(rule.apiGroups, resource.group) &&
    resourceMatches(rule.resources, resource.resource, resource.subresource) &&
    (!rule.resourceNames?.length || rule.resourceNames.includes(resource.name))
  );
}

/** Whether the rule speaks of single names: then the answer depends on the name. */
export const isByName = (rule: PolicyRule): boolean => (rule.resourceNames?.length ?? 0) > 0;

const has = (list: readonly string[] | undefined, wanted: string): boolean =>
  list !== undefined && (list.includes('*') || list.includes(wanted));

function resourceMatches(list: readonly string[] | undefined, resource: string, subresource: string): boolean {
  if (!list) return false;
  if (list.includes('*')) return true;
  if (subresource === '') return list.includes(resource);
  return list.includes(`${resource}/${subresource}`) || list.includes(`*/${subresource}`);
}

function pathMatches(rule: string, path: string): boolean {
  if (rule === '*' || rule === path) return true;
  return rule.endsWith('*') && path.startsWith(rule.replace(/\*+$/, ''));
}

/** What `wanted` allows beyond `rules`, in single steps: nobody gives away what they do not have. */
export function missingRights(rules: readonly PolicyRule[], wanted: readonly PolicyRule[]): PolicyRule[] {
  return wanted.flatMap((rule) => [...steps(rule)]).filter((step) => !rules.some((rule) => coversStep(rule, step)));
}

/** A rule as rules of one verb on one thing. */
function* steps({ verbs, apiGroups = [], resources = [], resourceNames = [], nonResourceURLs = [] }: PolicyRule): Iterable<PolicyRule> {
  for (const group of apiGroups) {
    for (const resource of resources) {
      for (const verb of verbs) {
        const step = { apiGroups: [group], resources: [resource], verbs: [verb] };
        if (resourceNames.length === 0) yield step;
        for (const name of resourceNames) yield { ...step, resourceNames: [name] };
      }
    }
  }
  for (const url of nonResourceURLs) for (const verb of verbs) yield { nonResourceURLs: [url], verbs: [verb] };
}

function coversStep(rule: PolicyRule, step: PolicyRule): boolean {
  const [verb = ''] = step.verbs;
  const [url] = step.nonResourceURLs ?? [];
  if (url !== undefined) return has(rule.verbs, verb) && (rule.nonResourceURLs ?? []).some((own) => pathMatches(own, url));
  return coversOne(rule, verb, step.apiGroups?.[0] ?? '', step.resources?.[0] ?? '', step.resourceNames?.[0]);
}

function coversOne(rule: PolicyRule, verb: string, group: string, resource: string, name: string | undefined): boolean {
  if (!has(rule.verbs, verb) || !has(rule.apiGroups, group)) return false;
  const [plain = '', subresource = ''] = resource.split('/');
  if (!resourceMatches(rule.resources, plain, subresource)) return false;
  return !isByName(rule) || (name !== undefined && (rule.resourceNames ?? []).includes(name));
}
