import type { ClusterRoleBinding, Subject } from '@kubernats/api';

const RBAC = 'rbac.authorization.k8s.io';
const user = (name: string): Subject => ({ kind: 'User', apiGroup: RBAC, name });
const group = (name: string): Subject => ({ kind: 'Group', apiGroup: RBAC, name });

function binding(role: string, ...subjects: Subject[]): ClusterRoleBinding {
  return {
    apiVersion: `${RBAC}/v1`,
    kind: 'ClusterRoleBinding',
    metadata: {
      name: role,
      labels: { 'kubernetes.io/bootstrapping': 'rbac-defaults' },
      annotations: { 'rbac.authorization.kubernetes.io/autoupdate': 'true' },
    },
    roleRef: { apiGroup: RBAC, kind: 'ClusterRole', name: role },
    subjects,
  };
}

/** Who has the default roles. */
export function defaultBindings(): ClusterRoleBinding[] {
  return [
    binding('cluster-admin', group('system:masters')),
    binding('system:discovery', group('system:authenticated')),
    binding('system:basic-user', group('system:authenticated')),
    binding('system:public-info-viewer', group('system:authenticated'), group('system:unauthenticated')),
    binding('system:monitoring', group('system:monitoring')),
    binding('system:kube-scheduler', user('system:kube-scheduler')),
    binding('system:volume-scheduler', user('system:kube-scheduler')),
    binding('system:kube-controller-manager', user('system:kube-controller-manager')),
    binding('system:kubernats:volume-controller', user('system:kubernats:volume-controller')),
    binding('system:kubernats:load-balancer', user('system:kubernats:load-balancer')),
    binding('system:node-proxier', user('system:kube-proxy')),
    binding('system:node', group('system:nodes')),
    binding('system:service-account-issuer-discovery', group('system:serviceaccounts')),
  ];
}
