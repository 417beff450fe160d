import { aggregatedRules, type ClusterRole, type PolicyRule } from '@kubernats/api';
import { allow, CHANGE, clusterRole, READ } from './roles.ts';

const AGGREGATE = 'rbac.authorization.k8s.io/aggregate-to-';

const CORE_READ = [
  'bindings',
  'configmaps',
  'endpoints',
  'events',
  'limitranges',
  'namespaces',
  'namespaces/status',
  'persistentvolumeclaims',
  'persistentvolumeclaims/status',
  'pods',
  'pods/explain',
  'pods/log',
  'pods/status',
  'replicationcontrollers',
  'replicationcontrollers/scale',
  'replicationcontrollers/status',
  'resourcequotas',
  'resourcequotas/status',
  'serviceaccounts',
  'services',
  'services/status',
  'services/trace',
];
const APPS_READ = [
  'controllerrevisions',
  'daemonsets',
  'daemonsets/status',
  'deployments',
  'deployments/scale',
  'deployments/status',
  'replicasets',
  'replicasets/scale',
  'replicasets/status',
  'statefulsets',
  'statefulsets/scale',
  'statefulsets/status',
];
const CORE_WRITE = [
  'configmaps',
  'events',
  'persistentvolumeclaims',
  'pods',
  'replicationcontrollers',
  'replicationcontrollers/scale',
  'secrets',
  'serviceaccounts',
  'services',
  'services/proxy',
];
const APPS_WRITE = [
  'daemonsets',
  'deployments',
  'deployments/rollback',
  'deployments/scale',
  'replicasets',
  'replicasets/scale',
  'statefulsets',
  'statefulsets/scale',
];

const VIEW = [
  allow(READ, [''], CORE_READ),
  allow(READ, ['apps'], APPS_READ),
  allow(READ, ['autoscaling'], ['horizontalpodautoscalers', 'horizontalpodautoscalers/status']),
  allow(READ, ['batch'], ['cronjobs', 'cronjobs/status', 'jobs', 'jobs/status']),
  allow(READ, ['policy'], ['poddisruptionbudgets', 'poddisruptionbudgets/status']),
  allow(READ, ['networking.k8s.io'], ['ingresses', 'ingresses/status', 'networkpolicies']),
  allow(READ, ['discovery.k8s.io'], ['endpointslices']),
  allow(READ, ['resource.k8s.io'], ['resourceclaims', 'resourceclaims/status', 'resourceclaimtemplates']),
];
const EDIT = [
  allow(READ, [''], ['pods/attach', 'pods/exec', 'pods/portforward', 'pods/proxy', 'secrets', 'services/proxy']),
  allow(CHANGE, [''], ['pods/attach', 'pods/exec', 'pods/portforward', 'pods/proxy']),
  allow(['create'], [''], ['pods/eviction', 'serviceaccounts/token']),
  allow(['impersonate'], [''], ['serviceaccounts']),
  allow(CHANGE, [''], CORE_WRITE),
  allow(CHANGE, ['apps'], APPS_WRITE),
  allow(CHANGE, ['autoscaling'], ['horizontalpodautoscalers']),
  allow(CHANGE, ['batch'], ['cronjobs', 'jobs']),
  allow(CHANGE, ['policy'], ['poddisruptionbudgets']),
  allow(CHANGE, ['networking.k8s.io'], ['ingresses', 'networkpolicies']),
  allow(CHANGE, ['resource.k8s.io'], ['resourceclaims', 'resourceclaimtemplates']),
  allow([...CHANGE, ...READ], ['coordination.k8s.io'], ['leases']),
];
const ADMIN = [
  allow(['create'], ['authorization.k8s.io'], ['localsubjectaccessreviews']),
  allow([...CHANGE, ...READ], ['rbac.authorization.k8s.io'], ['rolebindings', 'roles']),
];

const METRICS = [allow(READ, ['metrics.k8s.io'], ['nodes', 'pods'])];

/**
 * The roles for people: view is a part of edit, and that of admin. Who adds a kind adds its rules to them by a role with the same labels.
 * Source: "Using RBAC Authorization", user-facing roles.
 */
export function peopleRoles(): ClusterRole[] {
  const parts = [
    part('system:aggregate-to-admin', ADMIN, 'admin'),
    part('system:aggregate-to-edit', EDIT, 'edit'),
    part('system:aggregate-to-view', VIEW, 'view'),
    part('system:aggregated-metrics-reader', METRICS, 'admin', 'edit', 'view'),
  ];
  const view = sum('view', parts, 'edit');
  const edit = sum('edit', [...parts, view], 'admin');
  const admin = sum('admin', [...parts, edit]);
  const everything = [allow(['*'], ['*'], ['*']), { verbs: ['*'], nonResourceURLs: ['*'] }];
  return [clusterRole('cluster-admin', everything), admin, edit, view, ...parts];
}

const partOf = (...wholes: string[]): Record<string, string> => Object.fromEntries(wholes.map((name) => [`${AGGREGATE}${name}`, 'true']));

const part = (name: string, rules: PolicyRule[], ...wholes: string[]): ClusterRole =>
  clusterRole(name, rules, { labels: partOf(...wholes) });

/** An aggregated role, which has from the start what the controller would write into it. */
function sum(name: string, parts: readonly ClusterRole[], ...wholes: string[]): ClusterRole {
  const aggregationRule = { clusterRoleSelectors: [{ matchLabels: partOf(name) }] };
  const role = clusterRole(name, [], { aggregationRule, labels: partOf(...wholes) });
  return { ...role, rules: aggregatedRules(role, parts) };
}
