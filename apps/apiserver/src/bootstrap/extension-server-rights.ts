import type { Role, RoleBinding } from '@kubernats/api';
import { CONFIG_NAME, CONFIG_NAMESPACE } from '../authn/authentication-config.ts';
import { allow, READ } from './roles.ts';

const RBAC = 'rbac.authorization.k8s.io';
const READER = 'extension-apiserver-authentication-reader';
const metadata = (name: string) => ({
  namespace: CONFIG_NAMESPACE,
  name,
  labels: { 'kubernetes.io/bootstrapping': 'rbac-defaults' },
  annotations: { 'rbac.authorization.kubernetes.io/autoupdate': 'true' },
});

/** Who may read by what extension API servers tell whose a request is; such a server's account is bound to the role by whoever installs it. */
export function extensionServerRights(): [Role, RoleBinding] {
  const subjects = ['system:kube-controller-manager', 'system:kube-scheduler'];
  return [
    {
      ...{ apiVersion: `${RBAC}/v1`, kind: 'Role' },
      metadata: metadata(READER),
      rules: [allow(READ, [''], ['configmaps'], [CONFIG_NAME])],
    },
    {
      ...{ apiVersion: `${RBAC}/v1`, kind: 'RoleBinding' },
      metadata: metadata(`system::${READER}`),
      roleRef: { apiGroup: RBAC, kind: 'Role', name: READER },
      subjects: subjects.map((name) => ({ kind: 'User', apiGroup: RBAC, name })),
    },
  ];
}
