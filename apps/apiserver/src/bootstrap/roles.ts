import type { ClusterRole, PolicyRule } from '@kubernats/api';

export const READ = ['get', 'list', 'watch'];
export const CHANGE = ['create', 'delete', 'deletecollection', 'patch', 'update'];

const BOOTSTRAP_LABELS = { 'kubernetes.io/bootstrapping': 'rbac-defaults' };

/** A role that every cluster has. */
export function clusterRole(
  name: string,
  rules: PolicyRule[],
  more: Pick<ClusterRole, 'aggregationRule'> & { labels?: Record<string, string> } = {},
): ClusterRole {
  const { labels, aggregationRule } = more;
  return {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRole',
    metadata: { name, labels: { ...BOOTSTRAP_LABELS, ...labels }, annotations: { 'rbac.authorization.kubernetes.io/autoupdate': 'true' } },
    rules,
    ...(aggregationRule ? { aggregationRule } : {}),
  };
}

export const allow = (verbs: string[], apiGroups: string[], resources: string[], resourceNames?: string[]): PolicyRule => ({
  verbs,
  apiGroups,
  resources,
  ...(resourceNames ? { resourceNames } : {}),
});

export const allowPaths = (...nonResourceURLs: string[]): PolicyRule => ({ verbs: ['get'], nonResourceURLs });

/** To tell of what happens. */
export const EVENTS = allow(['create', 'patch', 'update'], ['', 'events.k8s.io'], ['events']);
