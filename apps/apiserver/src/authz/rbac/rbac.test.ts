import type { ClusterRole, ClusterRoleBinding, PolicyRule, Role, RoleBinding, Subject } from '@kubernats/api';
import { beforeEach, describe, expect, test } from 'vitest';
import { type Attributes, refusal } from '../attributes.ts';
import { Rbac } from './rbac.ts';
import { permits } from './rule.ts';

const user = (name: string, ...groups: string[]) => ({ name, groups: [...groups, 'system:authenticated'] });
const anna = user('anna', 'developers');

describe('one rule', () => {
  const ask = (more: Partial<{ verb: string; group: string; resource: string; subresource: string; name: string }> = {}): Attributes => ({
    user: anna,
    verb: 'get',
    group: '',
    resource: 'pods',
    namespace: 'default',
    ...more,
  });
  const rule = (more: Partial<PolicyRule> = {}): PolicyRule => ({ verbs: ['get'], apiGroups: [''], resources: ['pods'], ...more });

  test.each<[string, PolicyRule, Attributes, boolean]>([
    ['what it names', rule(), ask(), true],
    ['another verb', rule(), ask({ verb: 'list' }), false],
    ['another group', rule(), ask({ group: 'apps' }), false],
    ['another resource', rule(), ask({ resource: 'secrets' }), false],
    ['a subresource is a resource of its own', rule(), ask({ subresource: 'log' }), false],
    ['a subresource by name', rule({ resources: ['pods/log'] }), ask({ subresource: 'log' }), true],
    ['a subresource of any resource', rule({ resources: ['*/scale'] }), ask({ subresource: 'scale' }), true],
    [
      'a star covers all three',
      rule({ verbs: ['*'], apiGroups: ['*'], resources: ['*'] }),
      ask({ verb: 'x', group: 'y', resource: 'z', subresource: 's' }),
      true,
    ],
    ['a certain name', rule({ resourceNames: ['a'] }), ask({ name: 'a' }), true],
    ['another name', rule({ resourceNames: ['a'] }), ask({ name: 'b' }), false],
    ['all of them, where certain names are permitted', rule({ resourceNames: ['a'] }), ask(), false],
    ['a path', { verbs: ['get'], nonResourceURLs: ['/healthz'] }, { user: anna, verb: 'get', path: '/healthz' }, true],
    ['a path below', { verbs: ['get'], nonResourceURLs: ['/apis/*'] }, { user: anna, verb: 'get', path: '/apis/apps' }, true],
    ['a path beside', { verbs: ['get'], nonResourceURLs: ['/apis/*'] }, { user: anna, verb: 'get', path: '/api' }, false],
    [
      'a path, by a rule of resources',
      rule({ verbs: ['*'], resources: ['*'], apiGroups: ['*'] }),
      { user: anna, verb: 'get', path: '/metrics' },
      false,
    ],
  ])('%s', (_what, given, asked, expected) => {
    expect(permits(given, asked)).toBe(expected);
  });
});

describe('V4: roles and bindings', () => {
  let rbac: Rbac;
  beforeEach(() => {
    rbac = new Rbac();
  });

  const READ: PolicyRule[] = [{ verbs: ['get', 'list'], apiGroups: [''], resources: ['pods'] }];
  const role = (name: string, namespace: string | undefined, rules = READ): Role & ClusterRole => ({
    metadata: { name, namespace },
    rules,
  });
  const binding = (
    name: string,
    namespace: string | undefined,
    kind: string,
    roleName: string,
    ...subjects: Subject[]
  ): RoleBinding & ClusterRoleBinding => ({
    metadata: { name, namespace },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind, name: roleName },
    subjects,
  });
  const reads = (who: ReturnType<typeof user>, namespace?: string): boolean =>
    rbac.allows({ user: who, verb: 'list', group: '', resource: 'pods', namespace });
  const ANNA = { kind: 'User', name: 'anna' };

  test('without a binding nothing is permitted', () => {
    rbac.setRole(role('read', undefined));
    expect(reads(anna, 'default')).toBe(false);
  });

  test('a Role counts in its namespace only', () => {
    rbac.setRole(role('read', 'default'));
    rbac.setBinding(binding('b', 'default', 'Role', 'read', ANNA));
    expect([reads(anna, 'default'), reads(anna, 'other'), reads(anna), reads(user('bob'), 'default')]).toEqual([true, false, false, false]);
  });

  test('a ClusterRole counts where it is bound: in one namespace, or everywhere', () => {
    rbac.setRole(role('read', undefined));
    rbac.setBinding(binding('here', 'default', 'ClusterRole', 'read', ANNA));
    expect([reads(anna, 'default'), reads(anna)]).toEqual([true, false]);
    rbac.setBinding(binding('all', undefined, 'ClusterRole', 'read', { kind: 'Group', name: 'developers' }));
    expect([reads(anna), reads(anna, 'other'), reads(user('bob'))]).toEqual([true, true, false]);
  });

  test('a ServiceAccount is bound as the user that it is, by default in the binding’s namespace', () => {
    rbac.setRole(role('read', 'default'));
    rbac.setBinding(
      binding(
        'b',
        'default',
        'Role',
        'read',
        { kind: 'ServiceAccount', name: 'robot' },
        { kind: 'ServiceAccount', name: 'r2', namespace: 'other' },
      ),
    );
    expect(['default:robot', 'other:r2', 'other:robot'].map((name) => reads(user(`system:serviceaccount:${name}`), 'default'))).toEqual([
      true,
      true,
      false,
    ]);
  });

  test('changes count at once, and a role may come after its binding', () => {
    rbac.setBinding(binding('b', 'default', 'Role', 'read', ANNA));
    expect(reads(anna, 'default')).toBe(false);
    rbac.setRole(role('read', 'default'));
    expect(reads(anna, 'default')).toBe(true);
    rbac.setBinding(binding('b', 'default', 'Role', 'read', { kind: 'User', name: 'bob' }));
    expect([reads(anna, 'default'), reads(user('bob'), 'default')]).toEqual([false, true]);
    rbac.removeBinding(binding('b', 'default', 'Role', 'read'));
    expect(reads(user('bob'), 'default')).toBe(false);
    rbac.setBinding(binding('b', 'default', 'Role', 'read', ANNA));
    rbac.removeRole(role('read', 'default'));
    expect(reads(anna, 'default')).toBe(false);
  });

  test('names such as __proto__ are names', () => {
    rbac.setRole(role('__proto__', '__proto__'));
    rbac.setBinding(binding('__proto__', '__proto__', 'Role', '__proto__', { kind: 'User', name: '__proto__' }));
    expect([reads(user('__proto__'), '__proto__'), reads(anna, '__proto__')]).toEqual([true, false]);
  });
});

test.each<[Attributes, string]>([
  [
    { user: anna, verb: 'list', group: '', resource: 'pods', namespace: 'default' },
    'User "anna" cannot list resource "pods" in API group "" in the namespace "default"',
  ],
  [
    { user: anna, verb: 'create', group: '', resource: 'persistentvolumes' },
    'User "anna" cannot create resource "persistentvolumes" in API group "" at the cluster scope',
  ],
  [
    { user: anna, verb: 'get', group: '', resource: 'pods', subresource: 'log', namespace: 'a' },
    'User "anna" cannot get resource "pods/log" in API group "" in the namespace "a"',
  ],
  [{ user: anna, verb: 'get', path: '/metrics' }, 'User "anna" cannot get path "/metrics"'],
])('V4: a refusal is worded as in Kubernetes', (attributes, text) => {
  expect(refusal(attributes)).toBe(text);
});
