import type { ClusterRole } from '@kubernats/api';
import { KEY_SET, OPEN_ID_CONFIGURATION } from '../tokens/open-id.ts';
import { allow, allowPaths, CHANGE, clusterRole, READ } from './roles.ts';

const HEALTH = ['/healthz', '/livez', '/readyz', '/version', '/version/'];
const DISCOVERY = [
  '/api',
  '/api/*',
  '/apis',
  '/apis/*',
  '/healthz',
  '/livez',
  '/openapi',
  '/openapi/*',
  '/readyz',
  '/version',
  '/version/',
];
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
  'endpoints',
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
  allow(READ, ['metrics.k8s.io'], ['nodes', 'pods']),
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
  allow([...CHANGE, ...READ], ['coordination.k8s.io'], ['leases']),
  allow(['create'], [''], ['serviceaccounts/token']),
];
const ADMIN = [
  allow(['create'], ['authorization.k8s.io'], ['localsubjectaccessreviews']),
  allow([...CHANGE, ...READ], ['rbac.authorization.k8s.io'], ['rolebindings', 'roles']),
];

/** The roles for people, and what everybody may see. Source: "Using RBAC Authorization", default roles. */
export function peopleRoles(): ClusterRole[] {
  const aggregated = (...names: string[]) => ({
    aggregationRule: { clusterRoleSelectors: names.map((name) => ({ matchLabels: { [`${AGGREGATE}${name}`]: 'true' } })) },
  });
  return [
    clusterRole('cluster-admin', [allow(['*'], ['*'], ['*']), { verbs: ['*'], nonResourceURLs: ['*'] }]),
    clusterRole('admin', [...VIEW, ...EDIT, ...ADMIN], aggregated('admin', 'edit', 'view')),
    clusterRole('edit', [...VIEW, ...EDIT], { ...aggregated('edit', 'view'), labels: { [`${AGGREGATE}admin`]: 'true' } }),
    clusterRole('view', VIEW, { ...aggregated('view'), labels: { [`${AGGREGATE}edit`]: 'true' } }),
    clusterRole('system:discovery', [allowPaths(...DISCOVERY)]),
    clusterRole('system:public-info-viewer', [allowPaths(...HEALTH)]),
    clusterRole('system:monitoring', [
      allowPaths('/healthz', '/healthz/*', '/livez', '/livez/*', '/metrics', '/metrics/slis', '/readyz', '/readyz/*'),
    ]),
    clusterRole('system:auth-delegator', [
      allow(['create'], ['authentication.k8s.io'], ['tokenreviews']),
      allow(['create'], ['authorization.k8s.io'], ['subjectaccessreviews']),
    ]),
    clusterRole('system:service-account-issuer-discovery', [
      allowPaths(OPEN_ID_CONFIGURATION, `${OPEN_ID_CONFIGURATION}/`, KEY_SET, `${KEY_SET}/`),
    ]),
    clusterRole('system:basic-user', [
      allow(['create'], ['authorization.k8s.io'], ['selfsubjectaccessreviews', 'selfsubjectrulesreviews']),
      allow(['create'], ['authentication.k8s.io'], ['selfsubjectreviews']),
    ]),
  ];
}
