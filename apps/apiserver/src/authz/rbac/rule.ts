import type { PolicyRule } from '@kubernats/api';
import { type Attributes, isPath, type ResourceAttributes } from '../attributes.ts';

const ALL = '*';

/** Whether one rule permits what is asked. Source: "Using RBAC Authorization". */
export function permits(rule: PolicyRule, attributes: Attributes): boolean {
  if (!has(rule.verbs, attributes.verb)) return false;
  if (isPath(attributes)) return (rule.nonResourceURLs ?? []).some((pattern) => coversPath(pattern, attributes.path));
  return (
    has(rule.apiGroups, attributes.group) &&
    coversResource(rule.resources ?? [], attributes) &&
    coversName(rule.resourceNames ?? [], attributes.name)
  );
}

const has = (list: readonly string[] | undefined, wanted: string): boolean =>
  list !== undefined && (list.includes(ALL) || list.includes(wanted));

function coversResource(resources: readonly string[], { resource, subresource }: ResourceAttributes): boolean {
  if (resources.includes(ALL)) return true;
  return subresource
    ? resources.includes(`${resource}/${subresource}`) || resources.includes(`*/${subresource}`)
    : resources.includes(resource);
}

/** A rule for certain names says nothing of a request that names none. */
const coversName = (names: readonly string[], name: string | undefined): boolean =>
  names.length === 0 || (name !== undefined && names.includes(name));

const coversPath = (pattern: string, path: string): boolean =>
  pattern === ALL || pattern === path || (pattern.endsWith(ALL) && path.startsWith(pattern.slice(0, -1)));
