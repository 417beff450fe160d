import type { ConfigMap, SelfSubjectReview } from '@kubernats/api';
import { realClock, SteppedClock } from '@kubernats/clock';
import { createMemoryFiles } from '@kubernats/files';
import { loopbackNetwork } from '@kubernats/net';
import { type CertificateAuthority, createCertificateAuthority, issueClientCertificate, issueServerCertificate } from '@kubernats/pki';
import { afterAll, expect, test } from 'vitest';
import { startApiServer } from './api-server.fixture.ts';
import { HttpsClient } from './support/https-client.ts';

const deps = { clock: realClock };
/** The machine may be busy. */
const WHOAMI = '/apis/authentication.k8s.io/v1/selfsubjectreviews';
const CONFIG = '/api/v1/namespaces/kube-system/configmaps/extension-apiserver-authentication';
const [ca, proxyCa, otherCa] = (await Promise.all(
  ['clients', 'proxies', 'others'].map((name) => createCertificateAuthority(deps, name)),
)) as [CertificateAuthority, CertificateAuthority, CertificateAuthority];
const clock = new SteppedClock(Date.now());
const fixture = await startApiServer({
  clock,
  config: { staticTokens: new Map([['let-me-in', { name: 'ann', groups: ['system:authenticated'] }]]) },
});
afterAll(() => fixture[Symbol.asyncDispose]());
const files = createMemoryFiles(clock);
const write = (name: string, text: string) => files.replace(`/${name}`, new TextEncoder().encode(text));
const server = await issueServerCertificate(deps, ca, { commonName: 'apiserver', names: ['localhost'], addresses: ['127.0.0.1'] });
await write('tls.crt', server.certificatePem);
await write('tls.key', server.privateKeyPem);
await write('ca.crt', ca.certificatePem);
await write('proxy-ca.crt', proxyCa.certificatePem);
const at = (name: string) => ({ files, path: `/${name}` });
const allowedNames = ['front-proxy-client'];
const door = await fixture.server.listenHttps({
  ...{ host: '127.0.0.1', port: 0, network: loopbackNetwork(), ...server, clientCaPem: ca.certificatePem },
  requestHeader: { caPem: proxyCa.certificatePem, allowedNames },
  tlsFiles: {
    ...{ certificate: at('tls.crt'), privateKey: at('tls.key'), clientCa: at('ca.crt') },
    requestHeader: { ca: at('proxy-ca.crt'), allowedNames },
  },
});

async function client(authority?: CertificateAuthority, user = 'front-proxy-client', groups: string[] = []): Promise<HttpsClient> {
  const made = authority && (await issueClientCertificate(deps, authority, { user, groups }));
  return new HttpsClient(door.port, { ca: ca.certificatePem, ...(made ? { cert: made.certificatePem, key: made.privateKeyPem } : {}) });
}

const ROOT = { 'x-remote-user': 'root', 'x-remote-group': 'system:masters' };

async function whoami(by: HttpsClient, headers: Record<string, string>) {
  const answer = await by.post(WHOAMI, {}, { 'content-type': 'application/json', ...headers });
  return answer.code === 201 ? answer.json<SelfSubjectReview>().status?.userInfo : answer.code;
}

test('R1: a front proxy says for whom it asks, request by request', async () => {
  using proxy = await client(proxyCa);
  expect(await whoami(proxy, ROOT)).toEqual({ username: 'root', groups: ['system:masters', 'system:authenticated'] });
  expect(await whoami(proxy, { 'x-remote-user': 'ann', 'x-remote-uid': 'u1', 'x-remote-extra-acme.com%2fproject': 'p' })).toEqual({
    username: 'ann',
    uid: 'u1',
    groups: ['system:authenticated'],
    extra: { 'acme.com/project': ['p'] },
  });
  expect((await proxy.get('/api/v1/secrets', { 'x-remote-user': 'ann' })).code).toBe(403);
  expect((await proxy.get('/api/v1/secrets', ROOT)).code).toBe(200);
  expect(await whoami(proxy, { ...ROOT, 'impersonate-user': 'eve' })).toMatchObject({ username: 'eve' });
});

test('R1: a front proxy that names nobody is nobody, unless a token says who', async () => {
  using proxy = await client(proxyCa);
  expect(await whoami(proxy, {})).toBe(401);
  expect(await whoami(proxy, { 'x-remote-group': 'system:masters' })).toBe(401);
  expect(await whoami(proxy, { authorization: 'Bearer let-me-in' })).toMatchObject({ username: 'ann' });
});

test('R1: nobody without a certificate of a front proxy can say who they are by headers', async () => {
  using anonymous = await client();
  expect(await whoami(anonymous, ROOT)).toBe(403);
  expect((await anonymous.get('/api/v1/secrets', ROOT)).status().message).toContain('User "system:anonymous" cannot list');
  // A name that the clients' authority has signed, even that of a front proxy, is a client's.
  using named = await client(ca);
  expect(await whoami(named, ROOT)).toMatchObject({ username: 'front-proxy-client', groups: ['system:authenticated'] });
  using admin = await client(ca, 'admin', ['system:masters']);
  expect(await whoami(admin, ROOT)).toMatchObject({ username: 'admin' });
  // Nor is any certificate that the proxies' authority has signed.
  using otherName = await client(proxyCa, 'kubernetes-admin', ['system:masters']);
  expect(await whoami(otherName, ROOT)).toBe(401);
  expect((await otherName.get('/version')).code).toBe(401);
  using stranger = await client(otherCa);
  expect(await whoami(stranger, ROOT)).toBe(401);
  expect(await whoami(stranger, { ...ROOT, authorization: 'Bearer let-me-in' })).toMatchObject({ username: 'ann' });
  expect(await whoami(anonymous, { ...ROOT, authorization: 'Bearer let-me-in' })).toMatchObject({ username: 'ann' });
});

test('R1: extension API servers read in a ConfigMap whom to believe; it comes back, and says more when an authority changes', async () => {
  using admin = await client(ca, 'admin', ['system:masters']);
  const config = async () => (await admin.get(CONFIG)).json<ConfigMap>();
  const first = await config();
  expect(first.data).toEqual({
    'client-ca-file': ca.certificatePem,
    'requestheader-client-ca-file': proxyCa.certificatePem,
    'requestheader-allowed-names': '["front-proxy-client"]',
    'requestheader-username-headers': '["X-Remote-User"]',
    'requestheader-uid-headers': '["X-Remote-Uid"]',
    'requestheader-group-headers': '["X-Remote-Group"]',
    'requestheader-extra-headers-prefix': '["X-Remote-Extra-"]',
  });
  await admin.delete(CONFIG);
  await expect.poll(async () => (await config()).data).toEqual(first.data);
  // Two servers may have different authorities while these are changed: each adds its own.
  await admin.patch(CONFIG, { data: { 'requestheader-allowed-names': '["other"]', 'client-ca-file': otherCa.certificatePem, mine: 'x' } });
  await expect.poll(async () => (await config()).data?.['requestheader-allowed-names']).toBe('["other","front-proxy-client"]');
  const combined = otherCa.certificatePem + ca.certificatePem;
  expect((await config()).data).toMatchObject({ 'client-ca-file': combined, mine: 'x' });
  await write('proxy-ca.crt', proxyCa.certificatePem + otherCa.certificatePem);
  await clock.advance(6_000);
  using proxy = await client(otherCa);
  expect(await whoami(proxy, ROOT)).toMatchObject({ username: 'root' });
  await expect
    .poll(async () => (await config()).data?.['requestheader-client-ca-file'])
    .toBe(proxyCa.certificatePem + otherCa.certificatePem);
});

test('R1: the account of an extension API server reads it by a role that every cluster has', async () => {
  using admin = await client(ca, 'admin', ['system:masters']);
  await admin.post('/apis/rbac.authorization.k8s.io/v1/namespaces/kube-system/rolebindings', {
    metadata: { name: 'mine' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'extension-apiserver-authentication-reader' },
    subjects: [{ kind: 'User', apiGroup: 'rbac.authorization.k8s.io', name: 'extension' }],
  });
  for (const [user, code] of [
    ['extension', 200],
    ['system:kube-scheduler', 200],
    ['eve', 403],
  ] as const) {
    using reader = await client(ca, user);
    await expect.poll(async () => (await reader.get(CONFIG)).code).toBe(code);
  }
});
