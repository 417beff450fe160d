import { type KubeObject, Pods, ServiceAccounts, type TokenRequest } from '@kubernats/api';
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
