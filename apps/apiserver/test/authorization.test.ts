import type { SelfSubjectAccessReview, SelfSubjectReview, SelfSubjectRulesReview } from '@kubernats/api';
import { expect, test } from 'vitest';
import { clusterOfFile, configMap } from './support/cluster-of-file.ts';
import type { HttpsClient } from './support/https-client.ts';

const { door, namespace } = await clusterOfFile();
const { admin, anonymous } = door;
const RBAC = '/apis/rbac.authorization.k8s.io/v1';
const eve = await door.as('eve', ['devs']);

const rule = (verbs: string[], apiGroups: string[], resources: string[], more: object = {}) => ({ verbs, apiGroups, resources, ...more });
const readMaps = rule(['get', 'list'], [''], ['configmaps']);

let count = 0;
/** A user with these rules in a namespace, or everywhere. */
async function userWith(ns: string | undefined, ...rules: object[]): Promise<{ client: HttpsClient; user: string }> {
  const user = `user${++count}`;
  const where = ns === undefined ? RBAC : `${RBAC}/namespaces/${ns}`;
  const [role, binding, kind] =
    ns === undefined ? ['clusterroles', 'clusterrolebindings', 'ClusterRole'] : ['roles', 'rolebindings', 'Role'];
  await admin.post(`${where}/${role}`, { metadata: { name: user }, rules });
  await admin.post(`${where}/${binding}`, {
    metadata: { name: user },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind, name: user },
    subjects: [{ kind: 'User', apiGroup: 'rbac.authorization.k8s.io', name: user }],
  });
  return { client: await door.as(user), user };
}

test.each([
  [
    'GET',
    '/api/v1/namespaces/default/pods',
    'pods is forbidden: User "eve" cannot list resource "pods" in API group "" in the namespace "default"',
  ],
  ['GET', '/api/v1/pods?watch=1', 'pods is forbidden: User "eve" cannot watch resource "pods" in API group "" at the cluster scope'],
  [
    'GET',
    '/apis/apps/v1/namespaces/a/deployments/b',
    'deployments.apps "b" is forbidden: User "eve" cannot get resource "deployments" in API group "apps" in the namespace "a"',
  ],
  [
    'GET',
    '/api/v1/namespaces/a/pods/b/log',
    'pods "b" is forbidden: User "eve" cannot get resource "pods/log" in API group "" in the namespace "a"',
  ],
  [
    'DELETE',
    '/api/v1/namespaces/a',
    'namespaces "a" is forbidden: User "eve" cannot delete resource "namespaces" in API group "" in the namespace "a"',
  ],
  [
    'DELETE',
    '/api/v1/namespaces/a/pods',
    'pods is forbidden: User "eve" cannot deletecollection resource "pods" in API group "" in the namespace "a"',
  ],
  [
    'POST',
    '/api/v1/namespaces',
    'namespaces is forbidden: User "eve" cannot create resource "namespaces" in API group "" at the cluster scope',
  ],
  ['PATCH', '/api/v1/nodes/n1', 'nodes "n1" is forbidden: User "eve" cannot patch resource "nodes" in API group "" at the cluster scope'],
  [
    'GET',
    '/api/v1/namespaces/a/pods?fieldSelector=metadata.name%3Db',
    'pods "b" is forbidden: User "eve" cannot list resource "pods" in API group "" in the namespace "a"',
  ],
  [
    'GET',
    '/apis/none.example.com/v1/things',
    'things.none.example.com is forbidden: User "eve" cannot list resource "things" in API group "none.example.com" at the cluster scope',
  ],
  ['GET', '/metrics', 'forbidden: User "eve" cannot get path "/metrics"'],
])('%s %s by somebody without rights', async (method, path, message) => {
  expect((await eve.send(method, path)).status()).toMatchObject({ status: 'Failure', code: 403, reason: 'Forbidden', message });
});

test.each(['/healthz', '/livez', '/readyz', '/version'])('%s is for everybody', async (path) => {
  expect((await anonymous.get(path)).code).toBe(200);
});

test('nothing else is: not even discovery', async () => {
  expect((await anonymous.get('/api')).status()).toMatchObject({
    code: 403,
    reason: 'Forbidden',
    message: 'forbidden: User "system:anonymous" cannot get path "/api"',
  });
  expect((await anonymous.get('/api/v1/namespaces')).status()).toMatchObject({
    code: 403,
    message: 'namespaces is forbidden: User "system:anonymous" cannot list resource "namespaces" in API group "" at the cluster scope',
  });
  expect((await eve.get('/api')).code).toBe(200);
  expect((await eve.get('/apis/apps/v1')).code).toBe(200);
  expect((await eve.get('/openapi/v3')).code).toBe(200);
});

test('a certificate of another authority, one that has expired, and a token, are refused', async () => {
  const [stranger, expired] = [await door.stranger(), await door.expired('eve')];
  for (const answer of [await stranger.get('/version'), await stranger.get('/api/v1/pods'), await expired.get('/version')]) {
    expect(answer.status()).toMatchObject({ code: 401, reason: 'Unauthorized', message: 'Unauthorized' });
  }
  expect((await anonymous.get('/version', { authorization: 'Bearer x' })).code).toBe(401);
});

test('a role lets in where it is bound, from the moment of its binding to its end', async () => {
  const { ns, at } = await namespace();
  const { client, user } = await userWith(ns, readMaps);
  await expect.poll(async () => (await client.get(`${at}/configmaps`)).code).toBe(200);
  expect((await client.get('/api/v1/namespaces/default/configmaps')).code).toBe(403);
  expect((await client.post(`${at}/configmaps`, configMap('a'))).code).toBe(403);
  await admin.delete(`${RBAC}/namespaces/${ns}/rolebindings/${user}`);
  expect((await client.get(`${at}/configmaps`)).code).toBe(403);
});

test('a role for one name lets a list of just that name through', async () => {
  const { ns, at } = await namespace();
  const { client } = await userWith(ns, { ...readMaps, resourceNames: ['a'] });
  expect((await client.get(`${at}/configmaps?fieldSelector=metadata.name%3Da`)).code).toBe(200);
  expect((await client.get(`${at}/configmaps?fieldSelector=metadata.name%3Db`)).code).toBe(403);
  expect((await client.get(`${at}/configmaps`)).code).toBe(403);
});

test('nobody makes a role with rights that they do not have', async () => {
  const { ns } = await namespace();
  const roles = `${RBAC}/namespaces/${ns}/roles`;
  const own = await userWith(ns, rule(['create', 'update', 'patch'], ['rbac.authorization.k8s.io'], ['roles']), readMaps);
  expect((await own.client.post(roles, { metadata: { name: 'ok' }, rules: [readMaps] })).code).toBe(201);
  const secrets = rule(['get', 'delete'], ['', 'apps'], ['secrets']);
  const more = await own.client.post(roles, {
    metadata: { name: 'more' },
    rules: [readMaps, secrets, rule(['watch'], [''], ['configmaps'])],
  });
  expect(more.status()).toMatchObject({
    code: 403,
    reason: 'Forbidden',
    message: [
      `roles.rbac.authorization.k8s.io "more" is forbidden: user "${own.user}" (groups=["system:authenticated"]) is attempting to grant RBAC permissions not currently held:`,
      '{APIGroups:[""], Resources:["configmaps"], Verbs:["watch"]}',
      '{APIGroups:[""], Resources:["secrets"], Verbs:["get" "delete"]}',
      '{APIGroups:["apps"], Resources:["secrets"], Verbs:["get" "delete"]}',
    ].join('\n'),
  });
  expect((await own.client.patch(`${roles}/ok`, { rules: [secrets] })).code).toBe(403);
  expect((await own.client.patch(`${roles}/${own.user}`, { metadata: { labels: { a: 'b' } } })).code, 'the rules stay').toBe(200);
});

test('who may escalate a role may write anything into it', async () => {
  const { ns } = await namespace();
  const roles = `${RBAC}/namespaces/${ns}/roles`;
  await admin.post(roles, { metadata: { name: 'open' }, rules: [] });
  await admin.post(roles, { metadata: { name: 'closed' }, rules: [] });
  const { client } = await userWith(
    ns,
    rule(['update', 'patch'], ['rbac.authorization.k8s.io'], ['roles']),
    rule(['escalate'], ['rbac.authorization.k8s.io'], ['roles'], { resourceNames: ['open'] }),
  );
  const rules = [rule(['*'], ['*'], ['*'])];
  expect((await client.patch(`${roles}/open`, { rules })).code).toBe(200);
  expect((await client.patch(`${roles}/closed`, { rules })).code).toBe(403);
});

test('nobody binds a role with rights that they do not have, unless they may bind it', async () => {
  const { ns } = await namespace();
  const { client, user } = await userWith(
    ns,
    readMaps,
    rule(['create', 'update', 'patch'], ['rbac.authorization.k8s.io'], ['rolebindings']),
    rule(['bind'], ['rbac.authorization.k8s.io'], ['clusterroles'], { resourceNames: ['view'] }),
  );
  const roleRef = (kind: string, name: string) => ({ apiGroup: 'rbac.authorization.k8s.io', kind, name });
  const bind = (name: string, kind: string, role: string) =>
    client.post(`${RBAC}/namespaces/${ns}/rolebindings`, {
      metadata: { name },
      roleRef: roleRef(kind, role),
      subjects: [{ kind: 'User', apiGroup: 'rbac.authorization.k8s.io', name: 'eve' }],
    });
  expect((await bind('view', 'ClusterRole', 'view')).code).toBe(201);
  const admins = await bind('admin', 'ClusterRole', 'cluster-admin');
  expect(admins.status()).toMatchObject({ code: 403 });
  expect(admins.status().message).toBe(
    `rolebindings.rbac.authorization.k8s.io "admin" is forbidden: user "${user}" (groups=["system:authenticated"]) is attempting to grant RBAC permissions not currently held:\n` +
      '{APIGroups:["*"], Resources:["*"], Verbs:["*"]}\n{NonResourceURLs:["*"], Verbs:["*"]}',
  );
  await admin.post(`${RBAC}/namespaces/${ns}/roles`, { metadata: { name: 'same' }, rules: [readMaps] });
  expect((await bind('same', 'Role', 'same')).code).toBe(201);
  expect((await bind('gone', 'Role', 'gone')).status()).toMatchObject({
    code: 404,
    message: 'roles.rbac.authorization.k8s.io "gone" not found',
  });
  const changed = await client.patch(`${RBAC}/namespaces/${ns}/rolebindings/same`, { roleRef: roleRef('Role', 'other') });
  expect(changed.code).toBeGreaterThanOrEqual(400);
});

test('an aggregated role is for those who may do everything', async () => {
  const { client } = await userWith(undefined, rule(['create'], ['rbac.authorization.k8s.io'], ['clusterroles']));
  const role = { metadata: { name: 'sum' }, aggregationRule: { clusterRoleSelectors: [{ matchLabels: { x: 'y' } }] } };
  expect((await client.post(`${RBAC}/clusterroles`, role)).status()).toMatchObject({
    code: 403,
    message: 'clusterroles.rbac.authorization.k8s.io "sum" is forbidden: must have cluster-admin privileges to use the aggregationRule',
  });
});

test('kubectl auth can-i, whoami, and the list of what one can', async () => {
  const { ns } = await namespace();
  const { client, user } = await userWith(ns, { ...readMaps, resourceNames: ['a'] });
  const reviews = '/apis/authorization.k8s.io/v1';
  const can = async (who: HttpsClient, resourceAttributes: object) => {
    const answer = await who.post(`${reviews}/selfsubjectaccessreviews`, { spec: { resourceAttributes } });
    expect(answer.code).toBe(201);
    return answer.json<SelfSubjectAccessReview>().status?.allowed;
  };
  expect(await can(client, { namespace: ns, verb: 'get', resource: 'configmaps', name: 'a' })).toBe(true);
  expect(await can(client, { namespace: ns, verb: 'get', resource: 'configmaps', name: 'b' })).toBe(false);
  expect(await can(client, { namespace: 'default', verb: 'get', resource: 'configmaps', name: 'a' })).toBe(false);
  expect(await can(admin, { verb: '*', group: '*', resource: '*' })).toBe(true);
  const path = await client.post(`${reviews}/selfsubjectaccessreviews`, {
    spec: { nonResourceAttributes: { verb: 'get', path: '/metrics' } },
  });
  expect(path.json<SelfSubjectAccessReview>().status).toMatchObject({ allowed: false });
  const both = await client.post(`${reviews}/selfsubjectaccessreviews`, { spec: {} });
  expect(both.code).toBe(422);
  const others = (who: HttpsClient) =>
    who.post(`${reviews}/subjectaccessreviews`, {
      spec: { user, resourceAttributes: { namespace: ns, verb: 'list', resource: 'configmaps' } },
    });
  expect((await others(client)).code).toBe(403);
  expect((await others(admin)).json()).toMatchObject({ status: { allowed: false } });
  const local = await admin.post(`${reviews}/namespaces/${ns}/localsubjectaccessreviews`, {
    metadata: { namespace: ns },
    spec: { user, resourceAttributes: { namespace: ns, verb: 'get', resource: 'configmaps', name: 'a' } },
  });
  expect(local.json()).toMatchObject({ status: { allowed: true, reason: expect.stringMatching(/^RBAC: allowed by RoleBinding "/) } });
  const rules = (await client.post(`${reviews}/selfsubjectrulesreviews`, { spec: { namespace: ns } })).json<SelfSubjectRulesReview>();
  expect(rules.status?.resourceRules).toContainEqual({
    verbs: ['get', 'list'],
    apiGroups: [''],
    resources: ['configmaps'],
    resourceNames: ['a'],
  });
  const me = (await client.post('/apis/authentication.k8s.io/v1/selfsubjectreviews', {})).json<SelfSubjectReview>();
  expect(me.status?.userInfo).toMatchObject({ username: user, groups: ['system:authenticated'] });
});

test('who may impersonate is served as somebody else; nobody else is', async () => {
  const { ns, at } = await namespace();
  const { user } = await userWith(ns, readMaps);
  const as = (name: string, ...groups: string[]) => ({
    'impersonate-user': name,
    ...(groups.length > 0 ? { 'impersonate-group': groups.join() } : {}),
  });
  expect((await admin.get(`${at}/configmaps`, as(user))).code).toBe(200);
  expect((await admin.get(`${at}/secrets`, as(user))).status()).toMatchObject({
    code: 403,
    message: `secrets is forbidden: User "${user}" cannot list resource "secrets" in API group "" in the namespace "${ns}"`,
  });
  const whoami = async (headers: Record<string, string>) =>
    (
      await admin.post('/apis/authentication.k8s.io/v1/selfsubjectreviews', {}, { 'content-type': 'application/json', ...headers })
    ).json<SelfSubjectReview>().status?.userInfo;
  expect(await whoami(as('ann', 'devs'))).toEqual({ username: 'ann', groups: ['devs', 'system:authenticated'] });
  expect(await whoami({ ...as('ann'), 'impersonate-extra-project': 'p', 'impersonate-extra-__proto__': 'q' })).toEqual({
    username: 'ann',
    groups: ['system:authenticated'],
    extra: JSON.parse('{"project":["p"],"__proto__":["q"]}'),
  });
  expect(await whoami(as('system:serviceaccount:x:bot'))).toEqual({
    username: 'system:serviceaccount:x:bot',
    groups: ['system:serviceaccounts', 'system:serviceaccounts:x', 'system:authenticated'],
  });
  expect((await eve.get(`${at}/configmaps`, as(user))).status()).toMatchObject({
    code: 403,
    message: `users "${user}" is forbidden: User "eve" cannot impersonate resource "users" in API group "" at the cluster scope`,
  });
  const { client: deputy } = await userWith(undefined, rule(['impersonate'], [''], ['users'], { resourceNames: [user] }));
  expect((await deputy.get(`${at}/configmaps`, as(user))).code).toBe(200);
  expect((await deputy.get(`${at}/configmaps`, as('kubernetes-admin'))).code).toBe(403);
  expect((await deputy.get(`${at}/secrets`, as(user, 'system:masters'))).status()).toMatchObject({
    code: 403,
    message: expect.stringContaining('cannot impersonate resource "groups"'),
  });
  const { client: limited } = await userWith(
    undefined,
    rule(['impersonate'], [''], ['users'], { resourceNames: [user] }),
    rule(['impersonate'], ['authentication.k8s.io'], ['userextras/project'], { resourceNames: ['p'] }),
  );
  expect((await limited.get(`${at}/configmaps`, { ...as(user), 'impersonate-extra-project': 'p' })).code).toBe(200);
  expect((await limited.get(`${at}/configmaps`, { ...as(user), 'impersonate-extra-project': 'q' })).status()).toMatchObject({
    code: 403,
    message: expect.stringContaining('cannot impersonate resource "userextras/project" in API group "authentication.k8s.io"'),
  });
  expect((await deputy.get(`${at}/configmaps`, { 'impersonate-group': 'system:masters' })).code).toBe(500);
});

test('a kubelet writes its own Nodes only, and cannot take another', async () => {
  const kubelet = await door.as('system:node:p1', ['system:nodes']);
  const node = (name: string, pool: string) => ({ metadata: { name, labels: { 'kubernats.dev/kubelet': pool } } });
  expect((await kubelet.post('/api/v1/nodes', node('n1', 'p1'))).code).toBe(201);
  const foreign = await kubelet.post('/api/v1/nodes', node('n2', 'p2'));
  expect(foreign.status()).toMatchObject({
    code: 403,
    message: 'nodes "n2" is forbidden: kubelet "p1" may only write nodes with the label kubernats.dev/kubelet=p1',
  });
  await admin.post('/api/v1/nodes', node('n2', 'p2'));
  expect((await kubelet.patch('/api/v1/nodes/n2', { metadata: { labels: { 'kubernats.dev/kubelet': 'p1' } } })).code).toBe(403);
  expect((await kubelet.patch('/api/v1/nodes/n1', { metadata: { labels: { 'kubernats.dev/kubelet': 'p2' } } })).code).toBe(403);
  expect((await kubelet.patch('/api/v1/nodes/n1/status', { status: { nodeInfo: null } })).code).toBe(200);
  const lease = (name: string) => kubelet.post('/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases', { metadata: { name } });
  expect([(await lease('n1')).code, (await lease('n2')).code]).toEqual([201, 403]);
});
