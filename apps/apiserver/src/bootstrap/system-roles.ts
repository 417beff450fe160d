import type { ClusterRole } from '@kubernats/api';
import { KEY_SET, OPEN_ID_CONFIGURATION } from '../tokens/open-id.ts';
import { certificateRoles } from './certificate-roles.ts';
import { allow, allowPaths, clusterRole, EVENTS, READ } from './roles.ts';

const HEALTH = ['/healthz', '/livez', '/readyz'];
const VERSION = ['/version', '/version/'];
const API = ['/api', '/api/*', '/apis', '/apis/*', '/openapi', '/openapi/*'];

/** What everybody may see, and roles for what people install. Source: "Using RBAC Authorization", other component roles. */
export function systemRoles(): ClusterRole[] {
  return [
    clusterRole('system:discovery', [allowPaths(...API, ...HEALTH, ...VERSION)]),
    clusterRole('system:public-info-viewer', [allowPaths(...HEALTH, ...VERSION)]),
    clusterRole('system:basic-user', [
      allow(['create'], ['authorization.k8s.io'], ['selfsubjectaccessreviews', 'selfsubjectrulesreviews']),
      allow(['create'], ['authentication.k8s.io'], ['selfsubjectreviews']),
      // Who may create Pods in the namespace is answered.
      allow(['create'], [''], ['namespaces/whatif']),
    ]),
    clusterRole('system:monitoring', [allowPaths(...HEALTH, ...HEALTH.map((path) => `${path}/*`), '/metrics', '/metrics/slis')]),
    clusterRole('system:service-account-issuer-discovery', [
      allowPaths(OPEN_ID_CONFIGURATION, `${OPEN_ID_CONFIGURATION}/`, KEY_SET, `${KEY_SET}/`),
    ]),
    clusterRole('system:auth-delegator', [
      allow(['create'], ['authentication.k8s.io'], ['tokenreviews']),
      allow(['create'], ['authorization.k8s.io'], ['subjectaccessreviews']),
    ]),
    ...certificateRoles(),
    clusterRole('system:kube-aggregator', [allow(READ, [''], ['endpoints', 'services'])]),
    clusterRole('system:kube-dns', [allow(['list', 'watch'], [''], ['endpoints', 'services'])]),
    clusterRole('system:kubelet-api-admin', [
      allow(READ, [''], ['nodes']),
      allow(['proxy'], [''], ['nodes']),
      allow(['*'], [''], ['nodes/log', 'nodes/metrics', 'nodes/proxy', 'nodes/stats']),
    ]),
    clusterRole('system:node-problem-detector', [allow(['get'], [''], ['nodes']), allow(['patch'], [''], ['nodes/status']), EVENTS]),
    clusterRole('system:persistent-volume-provisioner', [
      allow(['create', 'delete', ...READ], [''], ['persistentvolumes']),
      allow(['update', ...READ], [''], ['persistentvolumeclaims']),
      allow(READ, ['storage.k8s.io'], ['storageclasses']),
      allow(['watch'], [''], ['events']),
      EVENTS,
    ]),
  ];
}
