import { deepEqual, labelSelectorOf } from '@kubernats/apimachinery';
import type { ClusterRole, PolicyRule } from '../../../generated/types.ts';

/**
 * The rules that an aggregated role has: those of all other roles that its selectors name, by name, each once. A role that is aggregated itself
 * counts with the rules that it has now. Source: "Using RBAC Authorization", aggregated ClusterRoles.
 */
export function aggregatedRules({ metadata, aggregationRule }: ClusterRole, roles: readonly ClusterRole[]): PolicyRule[] {
  const selectors = (aggregationRule?.clusterRoleSelectors ?? []).map(labelSelectorOf);
  const parts = roles
    .filter((role) => role.metadata?.name !== metadata?.name && selectors.some((selector) => selector.matches(role.metadata?.labels)))
    .sort((a, b) => ((a.metadata?.name ?? '') < (b.metadata?.name ?? '') ? -1 : 1));
  const all: PolicyRule[] = [];
  for (const rule of parts.flatMap(({ rules }) => rules ?? [])) if (!all.some((known) => deepEqual(known, rule))) all.push(rule);
  return all;
}
