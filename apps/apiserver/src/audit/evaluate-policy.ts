import type { Attributes } from '../authz/attributes.ts';
import type { AuditLevel, AuditPolicy, AuditRule, AuditStage } from './policy.ts';

/** What is to be written of a request. */
export interface AuditConfig {
  level: AuditLevel;
  omitStages: ReadonlySet<AuditStage>;
  omitManagedFields: boolean;
}

/** Who asks for what. Without a user: nobody knows yet, or it could not be found out. */
export type AuditAttributes = Omit<Attributes, 'user'> & { user: Attributes['user'] | undefined };

/** Of a policy's rules the first that matches decides; where none does, nothing is written. Source: "Auditing", audit policy. */
export function policyEvaluator(policy: AuditPolicy): (attributes: AuditAttributes) => AuditConfig | undefined {
  const rules = policy.rules.map((rule) => ({
    rule,
    config: {
      level: rule.level,
      omitStages: new Set([...(policy.omitStages ?? []), ...(rule.omitStages ?? [])]) as Set<AuditStage>,
      omitManagedFields: rule.omitManagedFields ?? policy.omitManagedFields,
    },
  }));
  return (attributes) => {
    const config = rules.find(({ rule }) => matches(rule, attributes))?.config;
    return config?.level === 'None' ? undefined : config;
  };
}

type List = readonly string[] | null | undefined;

const isGiven = (list: List): list is readonly string[] => list !== undefined && list !== null && list.length > 0;

function matches(rule: AuditRule, { user, verb, resource, path }: AuditAttributes): boolean {
  const { users, userGroups, verbs, namespaces, resources, nonResourceURLs } = rule;
  if (isGiven(users) && !users.includes(user?.name ?? '')) return false;
  if (isGiven(userGroups) && !user?.groups.some((group) => userGroups.includes(group))) return false;
  if (isGiven(verbs) && !verbs.includes(verb)) return false;
  if (isGiven(namespaces) || (resources?.length ?? 0) > 0) {
    return (
      resource !== undefined && (!isGiven(namespaces) || namespaces.includes(resource.namespace)) && matchesResource(resources, resource)
    );
  }
  if (isGiven(nonResourceURLs)) return resource === undefined && nonResourceURLs.some((url) => pathMatches(url, path ?? ''));
  return true;
}

function matchesResource(
  rules: AuditRule['resources'],
  { group, resource, subresource, name }: NonNullable<AuditAttributes['resource']>,
): boolean {
  if (!rules?.length) return true;
  const combined = subresource === '' ? resource : `${resource}/${subresource}`;
  return rules.some((rule) => {
    if (rule.group !== group) return false;
    if (!isGiven(rule.resources)) return true;
    if (isGiven(rule.resourceNames) && !rule.resourceNames.includes(name)) return false;
    return rule.resources.some(
      (wanted) =>
        wanted === combined || wanted === '*' || wanted === `${resource}/*` || (subresource !== '' && wanted === `*/${subresource}`),
    );
  });
}

function pathMatches(url: string, path: string): boolean {
  return url === '*' || url === path || (url.endsWith('*') && path.startsWith(url.replace(/\*+$/, '')));
}
