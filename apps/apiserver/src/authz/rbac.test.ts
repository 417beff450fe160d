import type { KubeObject, PolicyRule, Subject } from '@kubernats/api';
import { expect, test } from 'vitest';
import { cacheOf } from '../cache/cache.fixture.ts';
import type { Attributes } from './attributes.ts';
import { Rbac } from './rbac.ts';

const API = { apiVersion: 'rbac.authorization.k8s.io/v1' };
const readPods: PolicyRule = { verbs: ['get', 'list'], apiGroups: [''], resources: ['pods'] };
const role = (namespace: string, name: string, ...rules: PolicyRule[]): KubeObject => ({
  ...API,
  kind: 'Role',
  metadata: { namespace, name },
  ...{ rules },
});
const clusterRole = (name: string, more: object): KubeObject => ({ ...API, kind: 'ClusterRole', metadata: { name }, ...more });
const subject = (text: string): Subject => {
  const [kind = '', name = '', namespace] = text.split(' ');
  return { kind, name, ...(namespace ? { namespace } : {}) };
};
const binding = (namespace: string, name: string, to: string, ...who: string[]): KubeObject => {
  const [kind = '', role = ''] = to.split(' ');
  return {
    ...API,
    kind: namespace ? 'RoleBinding' : 'ClusterRoleBinding',
    metadata: { name, ...(namespace ? { namespace } : {}) },
    ...{ roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind, name: role }, subjects: who.map(subject) },
  };
};

function setUp() {
  const caches = { roles: cacheOf(), roleBindings: cacheOf(), clusterRoles: cacheOf(), clusterRoleBindings: cacheOf() };
  return { ...caches, rbac: new Rbac(caches) };
}

const ask = (user: string, verb: string, resource: string, namespace: string, name = ''): Attributes => {
  const [who = '', ...groups] = user.split(' ');
  return { user: { name: who, groups }, verb, resource: { group: '', resource, subresource: '', namespace, name } };
};

test('nobody may do anything by itself', () => {
  const { rbac } = setUp();
  expect(rbac.decide(ask('eve', 'get', 'pods', 'a'))).toEqual({ allowed: false, reason: undefined });
});

test('a role counts in its namespace; a ClusterRole where it is bound', () => {
  const { rbac, roles, roleBindings, clusterRoles, clusterRoleBindings } = setUp();
  roles.put(role('a', 'reader', readPods));
  clusterRoles.put(clusterRole('reader', { rules: [readPods] }));
  roleBindings.put(binding('a', 'one', 'Role reader', 'User eve'));
  roleBindings.put(binding('b', 'two', 'ClusterRole reader', 'Group devs'));
  clusterRoleBindings.put(binding('', 'three', 'ClusterRole reader', 'ServiceAccount bot x'));
  const may = (user: string, namespace: string) => rbac.decide(ask(user, 'list', 'pods', namespace)).allowed;
  expect([may('eve', 'a'), may('eve', 'b'), may('eve', '')]).toEqual([true, false, false]);
  expect([may('ann devs', 'a'), may('ann devs', 'b'), may('ann devs', '')]).toEqual([false, true, false]);
  const bot = 'system:serviceaccount:x:bot';
  expect([may(bot, 'a'), may(bot, 'b'), may(bot, '')]).toEqual([true, true, true]);
});

test('an account without a namespace is one of the binding', () => {
  const { rbac, roles, roleBindings } = setUp();
  roles.put(role('a', 'reader', readPods));
  roleBindings.put(binding('a', 'one', 'Role reader', 'ServiceAccount bot'));
  expect(rbac.decide(ask('system:serviceaccount:a:bot', 'get', 'pods', 'a')).allowed).toBe(true);
});

test('a decision follows the roles and bindings as they change', () => {
  const { rbac, roles, roleBindings } = setUp();
  const may = (verb = 'get') => rbac.decide(ask('eve', verb, 'pods', 'a')).allowed;
  expect(may()).toBe(false);
  roleBindings.put(binding('a', 'one', 'Role reader', 'User eve'));
  expect(may()).toBe(false);
  roles.put(role('a', 'reader', readPods));
  expect(may()).toBe(true);
  roles.put(role('a', 'reader', { ...readPods, verbs: ['list'] }));
  expect([may(), may('list')]).toEqual([false, true]);
  roleBindings.put(binding('a', 'one', 'Role reader', 'User ann'));
  expect(may('list')).toBe(false);
  roleBindings.put(binding('a', 'one', 'Role reader', 'User ann', 'User eve'));
  expect(may('list')).toBe(true);
  roleBindings.drop(binding('a', 'one', 'Role reader'));
  expect(may('list')).toBe(false);
});

test('a rule by name does not make an answer for other names', () => {
  const { rbac, roles, roleBindings } = setUp();
  roles.put(role('a', 'one', { ...readPods, resourceNames: ['x'] }));
  roleBindings.put(binding('a', 'one', 'Role one', 'User eve'));
  const may = (name: string) => rbac.decide(ask('eve', 'get', 'pods', 'a', name)).allowed;
  expect([may('y'), may('x'), may('y'), may('x')]).toEqual([false, true, false, true]);
});

test('a role without rules is there all the same', () => {
  const { rbac, roles, roleBindings } = setUp();
  roles.put({ ...API, kind: 'Role', metadata: { name: 'empty', namespace: 'a' } });
  roleBindings.put(binding('a', 'one', 'Role empty', 'User eve'));
  expect(rbac.decide(ask('eve', 'get', 'pods', 'a'))).toEqual({ allowed: false, reason: undefined });
});

test('a role that is not there is the reason of a refusal', () => {
  const { rbac, roleBindings, clusterRoleBindings } = setUp();
  roleBindings.put(binding('a', 'one', 'Role gone', 'User eve'));
  expect(rbac.decide(ask('eve', 'get', 'pods', 'a')).reason).toBe('RBAC: role.rbac.authorization.k8s.io "gone" not found');
  clusterRoleBindings.put(binding('', 'two', 'ClusterRole lost', 'User eve'));
  expect(rbac.decide(ask('eve', 'get', 'pods', 'a')).reason).toBe(
    'RBAC: [clusterrole.rbac.authorization.k8s.io "lost" not found, role.rbac.authorization.k8s.io "gone" not found]',
  );
});

test('the names of users and groups do not run into each other', () => {
  const { rbac, roles, roleBindings } = setUp();
  roles.put(role('a', 'reader', readPods));
  roleBindings.put(binding('a', 'one', 'Role reader', 'Group x'));
  expect(rbac.decide(ask('x', 'get', 'pods', 'a')).allowed).toBe(false);
  expect(rbac.decide({ ...ask('eve', 'get', 'pods', 'a'), user: { name: 'eve\nx', groups: [] } }).allowed).toBe(false);
  expect(rbac.decide(ask('eve x', 'get', 'pods', 'a')).allowed).toBe(true);
  expect(rbac.decide({ ...ask('eve', 'get', 'pods', 'a'), user: { name: 'eve\nx', groups: [] } }).allowed).toBe(false);
});

test('a question about a path gives no answer about a resource', () => {
  const { rbac, clusterRoles, clusterRoleBindings } = setUp();
  clusterRoles.put(clusterRole('paths', { rules: [{ verbs: ['get'], nonResourceURLs: ['*'] }] }));
  clusterRoleBindings.put(binding('', 'one', 'ClusterRole paths', 'User eve'));
  const user = { name: 'eve', groups: [] };
  expect(rbac.decide({ user, verb: 'get', path: '|secrets||a' }).allowed).toBe(true);
  expect(rbac.decide({ ...ask('eve', 'get', 'secrets', 'a'), user }).allowed).toBe(false);
});
