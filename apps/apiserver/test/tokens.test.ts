import { Buffer } from 'node:buffer';
import { createPublicKey, type JsonWebKey, verify } from 'node:crypto';
import { type KubeObject, Nodes, Pods, ServiceAccounts, type TokenRequest, type TokenReview } from '@kubernats/api';
import { expect, test } from 'vitest';
import { clusterOfFile, pod } from './support/cluster-of-file.ts';

const cluster = await clusterOfFile();
const { client, door } = cluster;
const REVIEW = { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' };
const REVIEWS = '/apis/authentication.k8s.io/v1/selfsubjectreviews';

async function account(): Promise<{ namespace: string; path: string; uid: string }> {
  const { ns: namespace } = await cluster.namespace();
  const made = await client
    .kind(ServiceAccounts)
    .create({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'robot', namespace } });
  return { namespace, path: `/api/v1/namespaces/${namespace}/serviceaccounts/robot/token`, uid: made.metadata?.uid ?? '' };
}

async function tokenOf(path: string, spec: object = {}): Promise<string> {
  const answer = await door.admin.post(path, { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec });
  expect(answer.code).toBe(201);
  return answer.json<TokenRequest>().status?.token ?? '';
}

const whoami = (token: string) => door.anonymous.post(REVIEWS, REVIEW, { authorization: `Bearer ${token}` });

test('R1: a token stands for its ServiceAccount, until that is gone', async () => {
  const { namespace, path, uid } = await account();
  const token = await tokenOf(path);
  expect((await whoami(token)).json<KubeObject & { status: unknown }>().status).toEqual({
    userInfo: {
      username: `system:serviceaccount:${namespace}:robot`,
      uid,
      groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated'],
      extra: { 'authentication.kubernetes.io/credential-id': [expect.stringMatching(/^JTI=/)] },
    },
  });
  const pods = await door.anonymous.get(`/api/v1/namespaces/${namespace}/pods`, { authorization: `Bearer ${token}` });
  expect(pods.status()).toMatchObject({
    code: 403,
    message: `pods is forbidden: User "system:serviceaccount:${namespace}:robot" cannot list resource "pods" in API group "" in the namespace "${namespace}"`,
  });
  await client.kind(ServiceAccounts).delete('robot', namespace);
  expect(await whoami(token)).toMatchObject({ code: 401 });
});

test('R1: a token that is bound to a Pod dies with it', async () => {
  const { namespace, path } = await account();
  await client.kind(Pods).create(pod('p', { serviceAccountName: 'robot' }, { namespace }));
  const token = await tokenOf(path, { boundObjectRef: { apiVersion: 'v1', kind: 'Pod', name: 'p' } });
  expect(await whoami(token)).toMatchObject({ code: 201 });
  await client.kind(Pods).delete('p', namespace, { gracePeriodSeconds: 0 });
  expect(await whoami(token)).toMatchObject({ code: 401 });
});

test('R1: a token for others is none here, and neither is any other text', async () => {
  const { path } = await account();
  expect(await whoami(await tokenOf(path, { audiences: ['vault'] }))).toMatchObject({ code: 401 });
  expect(await whoami(`${await tokenOf(path)}x`)).toMatchObject({ code: 401 });
  expect(await whoami('x')).toMatchObject({ code: 401 });
  expect(await door.anonymous.post(REVIEWS, REVIEW, { authorization: 'Basic YTpi' })).toMatchObject({ code: 401 });
});

test.each([
  [
    'a time that is too short',
    { expirationSeconds: 599 },
    422,
    'spec.expirationSeconds: Invalid value: 599: may not specify a duration less than 10 minutes',
  ],
  ['a time that is too long', { expirationSeconds: 2 ** 33 }, 422, 'may not specify a duration larger than 2^32 seconds'],
  ['a Pod that is not there', { boundObjectRef: { apiVersion: 'v1', kind: 'Pod', name: 'none' } }, 404, 'pods "none" not found'],
  [
    'an object of another kind',
    { boundObjectRef: { apiVersion: 'v1', kind: 'Service', name: 'a' } },
    400,
    'cannot bind token to object of type',
  ],
])('R1: no token for %s', async (_, spec, code, message) => {
  const { path } = await account();
  const status = (await door.admin.post(path, { spec })).status();
  expect(status).toMatchObject({ code });
  expect(status.message).toContain(message);
});

const bodyOf = (token: string) => JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());

test("R1: a Pod's default token is good for a year, and says that it should have been replaced after an hour", async () => {
  const { namespace, path } = await account();
  const made = await client.kind(Pods).create(pod('p', { serviceAccountName: 'robot' }, { namespace }));
  const boundObjectRef = { apiVersion: 'v1', kind: 'Pod', name: 'p' };
  const answer = (await door.admin.post(path, { spec: { expirationSeconds: 3607, boundObjectRef } })).json<TokenRequest>();
  const { exp, iat, ...claims } = bodyOf(answer.status?.token ?? '');
  expect(exp - iat).toBe(365 * 24 * 3600);
  expect(claims['kubernetes.io']).toEqual({
    namespace,
    serviceaccount: { name: 'robot', uid: expect.any(String) },
    pod: { name: 'p', uid: made.metadata?.uid },
    warnafter: iat + 3607,
  });
  expect(Date.parse(answer.status?.expirationTimestamp ?? '') / 1000).toBe(iat + 3607);
  expect(bodyOf(await tokenOf(path, { expirationSeconds: 3608, boundObjectRef })).exp - iat).toBeLessThan(3700);
});

test('R1: a kubelet gets tokens for its own Pods, bound to them, and for the audiences that they name', async () => {
  const { namespace, path } = await account();
  const label = (pool: string) => ({ 'kubernats.dev/kubelet': pool });
  for (const name of ['mine', 'other'])
    await client.kind(Nodes).create({ metadata: { name: `${namespace}-${name}`, labels: label(`${namespace}-${name}`) } });
  const token = { name: 't', projected: { sources: [{ serviceAccountToken: { audience: 'vault', path: 'x' } }] } };
  const podOn = (name: string, node: string) =>
    client.kind(Pods).create(pod(name, { serviceAccountName: 'robot', nodeName: `${namespace}-${node}`, volumes: [token] }, { namespace }));
  const [mine, other] = [await podOn('mine', 'mine'), await podOn('other', 'other')];
  const ask = async (spec: object): Promise<string> => {
    const kubelet = cluster.server.transportFor({
      name: `system:node:${namespace}-mine`,
      groups: ['system:nodes', 'system:authenticated'],
    });
    const { code, body } = await kubelet.request({
      verb: 'create',
      group: '',
      version: 'v1',
      resource: 'serviceaccounts',
      subresource: 'token',
      namespace,
      name: 'robot',
      body: new TextEncoder().encode(JSON.stringify({ spec })),
    });
    const answer = JSON.parse(new TextDecoder().decode(body));
    return code === 201 ? bodyOf(answer.status.token)['kubernetes.io'].node.name : answer.message.replace(/^.* is forbidden: /, '');
  };
  const bound = ({ metadata }: KubeObject) => ({ apiVersion: 'v1', kind: 'Pod', name: metadata?.name, uid: metadata?.uid });
  expect(await ask({ boundObjectRef: bound(mine) })).toBe(`${namespace}-mine`);
  expect(await ask({ boundObjectRef: bound(mine), audiences: ['vault'] })).toBe(`${namespace}-mine`);
  expect(await ask({ boundObjectRef: bound(mine), audiences: ['bank'] })).toBe('audience "bank" not found in pod spec volume');
  expect(await ask({})).toBe('node requested token not bound to a pod');
  expect(await ask({ boundObjectRef: { ...bound(mine), uid: undefined } })).toBe('node requested token with a pod binding without a uid');
  expect(await ask({ boundObjectRef: bound(other) })).toBe('node requested token bound to a pod scheduled on a different node');
  expect(await ask({ boundObjectRef: { ...bound(mine), uid: 'u0' } })).toContain('does not match the UID in record');
  await client.kind(Pods).delete('mine', namespace, { gracePeriodSeconds: 0 });
  expect(await ask({ boundObjectRef: bound(mine) })).toContain('cannot create resource "serviceaccounts/token"');
  expect(path).toContain(namespace);
});

test('R1: a TokenReview tells whose a token is, for whom it is meant, and why it is none', async () => {
  const { namespace, path, uid } = await account();
  const review = async (spec: object) => {
    const { code, ...answer } = await door.admin.post('/apis/authentication.k8s.io/v1/tokenreviews', { spec });
    return code === 201 ? answer.json<TokenReview>().status : `${code} ${answer.status().message}`;
  };
  const user = {
    username: `system:serviceaccount:${namespace}:robot`,
    uid,
    groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated'],
    extra: { 'authentication.kubernetes.io/credential-id': [expect.stringMatching(/^JTI=/)] },
  };
  const issuer = 'https://kubernetes.default.svc.cluster.local';
  expect(await review({ token: await tokenOf(path) })).toEqual({ authenticated: true, user, audiences: [issuer] });
  const forVault = await tokenOf(path, { audiences: ['vault', 'consul'] });
  expect(await review({ token: forVault, audiences: ['vault', 'bank'] })).toEqual({ authenticated: true, user, audiences: ['vault'] });
  expect(await review({ token: forVault })).toEqual({
    user: {},
    error: `[invalid bearer token, token audiences ["vault" "consul"] is invalid for the target audiences ["${issuer}"]]`,
  });
  expect(await review({ token: 'x' })).toEqual({ user: {}, error: 'invalid bearer token' });
  expect(await review({ token: '' })).toBe('400 token is required for TokenReview in authentication');
  await client.kind(ServiceAccounts).delete('robot', namespace);
  expect(await review({ token: forVault, audiences: ['vault'] })).toEqual({
    user: {},
    error: '[invalid bearer token, service account token has been invalidated]',
  });
});

test('R1: others check a token by the keys that the server publishes, which ServiceAccounts may read', async () => {
  const { path } = await account();
  const token = await tokenOf(path);
  const [head = '', body = '', signature = ''] = token.split('.');
  const authorization = `Bearer ${token}`;
  const configuration = (await door.anonymous.get('/.well-known/openid-configuration', { authorization })).json<Record<string, string>>();
  expect(configuration).toMatchObject({ issuer: bodyOf(token).iss, id_token_signing_alg_values_supported: ['ES256'] });
  const { pathname } = new URL(configuration.jwks_uri ?? '');
  const { keys } = (await door.anonymous.get(pathname, { authorization })).json<{ keys: (JsonWebKey & { kid: string })[] }>();
  const { kid } = JSON.parse(Buffer.from(head, 'base64url').toString());
  const key = createPublicKey({ key: keys.find((each) => each.kid === kid) ?? {}, format: 'jwk' });
  const signed = Buffer.from(`${head}.${body}`);
  expect(verify('sha256', signed, { key, dsaEncoding: 'ieee-p1363' }, Buffer.from(signature, 'base64url'))).toBe(true);
  expect(await door.anonymous.get(pathname)).toMatchObject({ code: 403 });
});

test('R1: a bootstrap token stands for who joins, in the groups that its Secret names', async () => {
  const make = (id: string, more: Record<string, string> = {}) =>
    door.admin.post('/api/v1/namespaces/kube-system/secrets', {
      metadata: { name: `bootstrap-token-${id}` },
      type: 'bootstrap.kubernetes.io/token',
      stringData: { 'token-id': id, 'token-secret': '0123456789abcdef', 'usage-bootstrap-authentication': 'true', ...more },
    });
  await make('abcdef', { 'auth-extra-groups': 'system:bootstrappers:b,system:bootstrappers:a' });
  await make('badbad', { 'auth-extra-groups': 'system:masters' });
  await make('oldold', { expiration: '2001-01-01T00:00:00Z' });
  await make('notfor', { 'usage-bootstrap-authentication': 'false' });
  expect((await whoami('abcdef.0123456789abcdef')).json<KubeObject & { status: unknown }>().status).toEqual({
    userInfo: {
      username: 'system:bootstrap:abcdef',
      groups: ['system:bootstrappers', 'system:bootstrappers:a', 'system:bootstrappers:b', 'system:authenticated'],
    },
  });
  for (const id of ['badbad', 'oldold', 'notfor', 'nobody']) expect((await whoami(`${id}.0123456789abcdef`)).code).toBe(401);
  expect((await whoami('abcdef.0123456789abcdeX')).code).toBe(401);
  await door.admin.delete('/api/v1/namespaces/kube-system/secrets/bootstrap-token-abcdef');
  await expect.poll(async () => (await whoami('abcdef.0123456789abcdef')).code).toBe(401);
});
