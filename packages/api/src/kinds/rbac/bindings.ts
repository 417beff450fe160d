// What RoleBindings and ClusterRoleBindings have in common: a role, which never changes, and subjects.
import {
  deepEqual,
  dns1123Subdomain,
  type FieldPath,
  fieldPath,
  invalidValue,
  notSupported,
  pathSegmentName,
  required,
} from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';
import type { RbacSubject, RoleRef } from '../../../generated/types.ts';
import type { KubeObject } from '../../object.ts';
import { text, wide } from '../../table/common-columns.ts';
import { checkText } from '../../validation/basics.ts';

export const RBAC_GROUP = 'rbac.authorization.k8s.io';

export type RbacBinding = KubeObject & { roleRef?: RoleRef; subjects?: RbacSubject[] };

export function defaultBinding({ roleRef, subjects }: RbacBinding): void {
  if (roleRef) roleRef.apiGroup ||= RBAC_GROUP;
  for (const subject of subjects ?? []) {
    if (subject.kind === 'User' || subject.kind === 'Group') subject.apiGroup ||= RBAC_GROUP;
  }
}

export function validateBindingWith(roleKinds: readonly string[]): (binding: RbacBinding) => Cause[] {
  return ({ roleRef, subjects }) => {
    const out: Cause[] = [];
    const path = fieldPath('roleRef');
    if (roleRef?.apiGroup !== RBAC_GROUP) out.push(notSupported(path.child('apiGroup'), roleRef?.apiGroup ?? '', [RBAC_GROUP]));
    if (!roleKinds.includes(roleRef?.kind ?? '')) out.push(notSupported(path.child('kind'), roleRef?.kind ?? '', roleKinds));
    if (!roleRef?.name) out.push(required(path.child('name')));
    else checkText(pathSegmentName, roleRef.name, path.child('name'), out);
    subjects?.forEach((subject, i) => checkSubject(subject, fieldPath('subjects').index(i), out));
    return out;
  };
}

function checkSubject({ kind, name, namespace, apiGroup }: RbacSubject, path: FieldPath, out: Cause[]): void {
  if (!name) out.push(required(path.child('name')));
  switch (kind) {
    case 'ServiceAccount':
      if (name) checkText(dns1123Subdomain, name, path.child('name'), out);
      if (apiGroup) out.push(notSupported(path.child('apiGroup'), apiGroup, ['']));
      if (!namespace) out.push(required(path.child('namespace')));
      break;
    case 'User':
    case 'Group':
      if (apiGroup !== RBAC_GROUP) out.push(notSupported(path.child('apiGroup'), apiGroup ?? '', [RBAC_GROUP]));
      break;
    default:
      out.push(notSupported(path.child('kind'), kind ?? '', ['ServiceAccount', 'User', 'Group']));
  }
}

export const validateBindingUpdate = (next: RbacBinding, old: RbacBinding): Cause[] =>
  deepEqual(next.roleRef, old.roleRef) ? [] : [invalidValue(fieldPath('roleRef'), next.roleRef ?? null, 'cannot change roleRef')];

const subjectsOf = (binding: RbacBinding, wanted: string, show: (subject: RbacSubject) => string): string =>
  (binding.subjects ?? [])
    .filter(({ kind }) => kind === wanted)
    .map(show)
    .join(', ');

export const bindingColumns = [text('Role', 'The role that is given.', ({ roleRef }: RbacBinding) => `${roleRef?.kind}/${roleRef?.name}`)];
export const bindingWideColumns = [
  wide('Users', 'The users that get it.', (binding: RbacBinding) => subjectsOf(binding, 'User', ({ name }) => name)),
  wide('Groups', 'The groups that get it.', (binding: RbacBinding) => subjectsOf(binding, 'Group', ({ name }) => name)),
  wide('ServiceAccounts', 'The service accounts that get it.', (binding: RbacBinding) =>
    subjectsOf(binding, 'ServiceAccount', ({ namespace, name }) => `${namespace}/${name}`),
  ),
];
