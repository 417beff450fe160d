import { type ClusterRole, ClusterRoles, type PolicyRule } from '@kubernats/api';
import { deepEqual } from '@kubernats/apimachinery';
import { expect, test } from 'vitest';
import { startCluster } from '../../src/index.ts';

const things: PolicyRule = { verbs: ['get', 'list', 'watch'], apiGroups: ['example.com'], resources: ['things'] };
const has = (role: ClusterRole): boolean => (role.rules ?? []).some((rule) => deepEqual(rule, things));

test('V4: a role with the label is a part of view, and so of edit and admin, until it goes', async () => {
  await using cluster = await startCluster({ nodes: 0 });
  const roles = cluster.client.kind(ClusterRoles);
  const before = await roles.get('admin');
  await roles.create({
    metadata: { name: 'things-reader', labels: { 'rbac.authorization.k8s.io/aggregate-to-view': 'true' } },
    rules: [things],
  });
  for (const name of ['view', 'edit', 'admin']) await cluster.waitFor(ClusterRoles, has, { name });
  await roles.patch('things-reader', undefined, 'merge', { metadata: { labels: null } });
  for (const name of ['view', 'edit', 'admin']) await cluster.waitFor(ClusterRoles, (role) => !has(role), { name });
  expect((await roles.get('admin')).rules).toEqual(before.rules);
});

test('V4: rules that somebody writes into an aggregated role give way to those of its parts', async () => {
  await using cluster = await startCluster({ nodes: 0 });
  const roles = cluster.client.kind(ClusterRoles);
  const { rules } = await roles.get('view');
  await roles.patch('view', undefined, 'merge', { rules: [things] });
  expect((await cluster.waitFor(ClusterRoles, (role) => !has(role), { name: 'view' })).rules).toEqual(rules);
});

test('V4: what is right from the start is not written again', async () => {
  await using cluster = await startCluster({ nodes: 0 });
  const roles = cluster.client.kind(ClusterRoles);
  // The loop has come to the three by the time it has made this one right.
  await roles.create({
    metadata: { name: 'zzz' },
    aggregationRule: { clusterRoleSelectors: [{ matchLabels: { 'rbac.authorization.k8s.io/aggregate-to-view': 'true' } }] },
  });
  await cluster.waitFor(ClusterRoles, ({ rules }) => (rules?.length ?? 0) > 0, { name: 'zzz' });
  for (const name of ['view', 'edit', 'admin']) expect((await roles.get(name)).metadata?.managedFields).toHaveLength(1);
});
