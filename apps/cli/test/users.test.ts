import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ClusterRoleBindings, Namespaces, RoleBindings } from '@kubernats/api';
import { SteppedClock } from '@kubernats/clock';
import { startCluster, type TestCluster } from '@kubernats/testkit';
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest';
import { clusterPaths } from '../src/state/paths.ts';
import { ensurePki } from '../src/state/pki-files.ts';
import { readKubeconfig } from '../src/trace/kubeconfig.ts';
import { textOfRole } from '../src/users/bindings.ts';
import { findUser, readdressUsers, userNames } from '../src/users/user-files.ts';
import { addUser, removeUser, type UserDeps } from '../src/users/users.ts';
import type { WantedUser } from '../src/users/wanted-user.ts';

const NOW_MS = Date.UTC(2026, 5, 1);
const HOUR_MS = 3_600_000;
const RBAC = 'rbac.authorization.k8s.io';

let cluster: TestCluster;
let deps: UserDeps;
let folder: string;
beforeAll(async () => {
  cluster = await startCluster({ nodes: 0 });
  await cluster.client.kind(Namespaces).create({ metadata: { name: 'shop' } });
});
afterAll(() => cluster.stop());
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'kubernats-users-'));
  const paths = clusterPaths('second', folder);
  await ensurePki(paths, { names: ['localhost'], addresses: ['127.0.0.1'] });
  deps = { paths, server: 'https://127.0.0.1:6444', client: cluster.client, clock: new SteppedClock(NOW_MS) };
  onTestFinished(async () => {
    for (const name of userNames(paths)) await removeUser(deps, name);
    rmSync(folder, { recursive: true });
  });
});

const ann = (more: Partial<WantedUser> = {}): WantedUser => ({
  ...{ name: 'ann', role: 'edit', namespace: 'shop', groups: [], validMs: HOUR_MS },
  ...more,
});
const bindingNames = async (): Promise<string[]> =>
  [...(await cluster.client.kind(RoleBindings).list()).items, ...(await cluster.client.kind(ClusterRoleBindings).list()).items]
    .map(({ metadata }) => metadata?.name ?? '')
    .filter((name) => !name.startsWith('system:') && name !== 'cluster-admin');

test("V4: a user has a kubeconfig of the user's own, and the role in the namespace", async () => {
  const { user, binding } = await addUser(deps, ann({ groups: ['devs', 'ops'] }));
  expect(user).toMatchObject({
    name: 'ann',
    file: join(folder, 'second/users/ann.kubeconfig'),
    groups: ['devs', 'ops'],
    expiresAt: new Date(NOW_MS + HOUR_MS),
  });
  expect(statSync(user.file).mode & 0o777).toBe(0o600);
  expect(readKubeconfig(user.file, (file) => readFileSync(file, 'utf8'))).toMatchObject({ url: deps.server, namespace: 'shop' });
  expect(readFileSync(user.file, 'utf8')).toContain('current-context: ann@kubernats-second');
  expect(await cluster.client.kind(RoleBindings).get('ann:edit', 'shop')).toMatchObject({
    roleRef: { apiGroup: RBAC, kind: 'ClusterRole', name: 'edit' },
    subjects: [{ kind: 'User', apiGroup: RBAC, name: 'ann' }],
  });
  expect(textOfRole(binding)).toBe('edit in shop');
});

test('V4: without a namespace the role is for the whole cluster', async () => {
  const { user, binding } = await addUser(deps, ann({ namespace: undefined, role: 'view' }));
  expect(textOfRole(binding)).toBe('view');
  expect((await cluster.client.kind(ClusterRoleBindings).get('ann:view')).roleRef.name).toBe('view');
  expect(readFileSync(user.file, 'utf8')).not.toContain('namespace:');
});

test.each([
  [
    'a role that is not there',
    { role: 'nope' },
    '--role nope: clusterroles.rbac.authorization.k8s.io "nope" not found. There are: admin, ',
  ],
  ['a role of another path', { role: '..' }, '--role ..: clusterroles.rbac.authorization.k8s.io ".." not found'],
  ['__proto__ as a role', { role: '__proto__' }, 'not found'],
  ['a namespace that is not there', { namespace: 'nope' }, '--namespace nope: namespaces "nope" not found. Make it with: kubectl create'],
])('V4: with %s nothing is made', async (_what, more, message) => {
  await expect(addUser(deps, ann(more))).rejects.toThrow(message);
  expect(existsSync(deps.paths.users)).toBe(false);
  expect(await bindingNames()).toEqual([]);
});

test('V4: a user who is there stays as it is', async () => {
  const { user } = await addUser(deps, ann());
  const before = readFileSync(user.file, 'utf8');
  await expect(addUser(deps, ann({ role: 'admin' }))).rejects.toThrow('user ann is there');
  expect(readFileSync(user.file, 'utf8')).toBe(before);
  expect(await bindingNames()).toEqual(['ann:edit']);
});

test('V4: where the binding cannot be made there is no kubeconfig', async () => {
  const foreign = { metadata: { name: 'ann:edit', namespace: 'shop' }, roleRef: { apiGroup: RBAC, kind: 'ClusterRole', name: 'view' } };
  await cluster.client.kind(RoleBindings).create(foreign);
  onTestFinished(() => cluster.client.kind(RoleBindings).delete('ann:edit', 'shop'));
  await expect(addUser(deps, ann())).rejects.toThrow('rolebindings.rbac.authorization.k8s.io "ann:edit" already exists');
  expect(readdirSync(deps.paths.users)).toEqual([]);
});

test('V4: who is removed is in no binding any more; those for others stay theirs', async () => {
  await addUser(deps, ann());
  const { user: bob } = await addUser(deps, ann({ name: 'bob', role: 'view' }));
  await cluster.client.kind(RoleBindings).create({
    metadata: { name: 'both', namespace: 'default' },
    roleRef: { apiGroup: RBAC, kind: 'ClusterRole', name: 'view' },
    subjects: [
      { kind: 'User', apiGroup: RBAC, name: 'ann' },
      { kind: 'User', apiGroup: RBAC, name: 'bob' },
      { kind: 'Group', apiGroup: RBAC, name: 'ann' },
    ],
  });
  const { bindings, expiresAt } = await removeUser(deps, 'ann');
  expect(bindings.map(({ metadata }) => metadata?.name).sort()).toEqual(['ann:edit', 'both']);
  expect(expiresAt).toBeInstanceOf(Date);
  expect(readdirSync(deps.paths.users)).toEqual(['bob.kubeconfig']);
  expect((await cluster.client.kind(RoleBindings).get('both', 'default')).subjects?.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
    'User bob',
    'Group ann',
  ]);
  await expect(removeUser(deps, 'ann')).rejects.toThrow('cluster second has no user ann. It has: bob');
  await removeUser(deps, bob.name);
  await cluster.client.kind(RoleBindings).delete('both', 'default');
});

test('V4: what was left half done can be taken away: a binding alone, a file that is damaged', async () => {
  const { user } = await addUser(deps, ann());
  rmSync(user.file);
  expect((await removeUser(deps, 'ann')).bindings).toHaveLength(1);
  await addUser(deps, ann());
  writeFileSync(user.file, 'no: kubeconfig');
  expect(() => findUser(deps.paths, 'ann')).toThrow(`${user.file} is no kubeconfig`);
  expect((await removeUser(deps, 'ann')).expiresAt).toBeUndefined();
  expect(userNames(deps.paths)).toEqual([]);
});

test('V4: kubeconfigs follow the API server to another port', async () => {
  const { user } = await addUser(deps, ann());
  readdressUsers(deps.paths, 'https://127.0.0.1:7000');
  expect(readKubeconfig(user.file, (file) => readFileSync(file, 'utf8')).url).toBe('https://127.0.0.1:7000');
  expect(statSync(user.file).mode & 0o777).toBe(0o600);
  expect(findUser(deps.paths, 'ann')?.expiresAt).toEqual(user.expiresAt);
});
