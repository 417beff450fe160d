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

/** Whether the owner of `rules` may do all that `wanted` allows: nobody gives away what they do not have. */
export function covers(rules: readonly PolicyRule[], wanted: PolicyRule): boolean {
  for (const verb of wanted.verbs ?? []) {
    for (const url of wanted.nonResourceURLs ?? []) {
      if (!rules.some((rule) => has(rule.verbs, verb) && (rule.nonResourceURLs ?? []).some((own) => pathMatches(own, url)))) return false;
    }
    for (const group of wanted.apiGroups ?? []) {
      for (const resource of wanted.resources ?? []) {
        for (const name of wanted.resourceNames?.length ? wanted.resourceNames : [undefined]) {
          if (!rules.some((rule) => coversOne(rule, verb, group, resource, name))) return false;
        }
      }
    }
  }
  return true;
}

function coversOne(rule: PolicyRule, verb: string, group: string, resource: string, name: string | undefined): boolean {
  if (!has(rule.verbs, verb) || !has(rule.apiGroups, group)) return false;
  const [plain = '', subresource = ''] = resource.split('/');
  if (!resourceMatches(rule.resources, plain, subresource)) return false;
  return !isByName(rule) || (name !== undefined && (rule.resourceNames ?? []).includes(name));
}
