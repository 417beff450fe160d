import type { Subject } from '@kubernats/api';
import type { UserInfo } from '../call.ts';

/** A subject of a binding as a key of the index; a ServiceAccount is the user it runs as. */
export function subjectKey({ kind, name, namespace }: Subject, bindingNamespace: string): string {
  if (kind === 'ServiceAccount') return `User:system:serviceaccount:${namespace || bindingNamespace}:${name}`;
  return `${kind}:${name}`;
}

/** All keys under which bindings may name this user. */
export function subjectKeysOf(user: UserInfo): string[] {
  return [`User:${user.name}`, ...user.groups.map((group) => `Group:${group}`)];
}
