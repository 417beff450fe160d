import type { ClusterRoleBinding, RoleBinding, Subject } from '@kubernats/api';
import type { WantedUser } from './wanted-user.ts';

const RBAC = 'rbac.authorization.k8s.io';

/** A role that is given: in a namespace, or in the whole cluster. */
export type Binding = RoleBinding | ClusterRoleBinding;

/** What gives a user the role: a RoleBinding in the namespace, or a ClusterRoleBinding. No two users' names collide: none has a colon. */
export function bindingFor({ name, role, namespace }: Pick<WantedUser, 'name' | 'role' | 'namespace'>): Binding {
  return {
    apiVersion: `${RBAC}/v1`,
    kind: namespace === undefined ? 'ClusterRoleBinding' : 'RoleBinding',
    metadata: { name: `${name}:${role}`, ...(namespace === undefined ? {} : { namespace }) },
    roleRef: { apiGroup: RBAC, kind: 'ClusterRole', name: role },
    subjects: [{ kind: 'User', apiGroup: RBAC, name }],
  };
}

const isUser = ({ kind, name }: Subject, user: string): boolean => kind === 'User' && name === user;

/** The bindings that name the user himself; what he has by a group is the group's. */
export const bindingsOf = (user: string, all: readonly Binding[]): Binding[] =>
  all.filter(({ subjects = [] }) => subjects.some((subject) => isUser(subject, user)));

/** Those for whom the binding is when the user is gone. */
export const othersIn = ({ subjects = [] }: Binding, user: string): Subject[] => subjects.filter((subject) => !isUser(subject, user));

/** As kubectl names it: `rolebinding.rbac.authorization.k8s.io/ann:edit`. */
export const textOfBinding = ({ metadata }: Binding): string =>
  `${metadata?.namespace === undefined ? 'clusterrolebinding' : 'rolebinding'}.${RBAC}/${metadata?.name}`;

/** `edit` for a role in the whole cluster, `edit in shop` for one in a namespace. */
export const textOfRole = ({ roleRef, metadata }: Binding): string =>
  metadata?.namespace === undefined ? roleRef.name : `${roleRef.name} in ${metadata.namespace}`;
