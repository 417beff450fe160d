import type { APIService } from '@kubernats/api';
import { realClock, SteppedClock } from '@kubernats/clock';
import { createCertificateAuthority, issueClientCertificate } from '@kubernats/pki';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { startApiServer } from './api-server.fixture.ts';
import { startExtensionServer } from './support/extension-server.ts';
import { type HttpsClient, HttpsFixture } from './support/https-client.ts';
import { WsClient } from './support/ws-client.ts';

const deps = { clock: realClock };
const proxyCa = await createCertificateAuthority(deps, 'front-proxy-ca');
const proxyClient = await issueClientCertificate(deps, proxyCa, { user: 'front-proxy-client', groups: [] });
const fixture = await startApiServer();
afterAll(() => fixture[Symbol.asyncDispose]());
const door = await HttpsFixture.open(fixture.server, undefined, undefined, undefined, { proxyClient });
afterAll(() => door[Symbol.dispose]());
const { admin } = door;
const GROUP = 'custom.example.com';
const APISERVICES = '/apis/apiregistration.k8s.io/v1/apiservices';
const AGGREGATED = { accept: 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList' };
const THINGS = `/apis/${GROUP}/v1/namespaces/default/things`;

const extension = await startExtensionServer(GROUP, { host: '127.77.3.1', name: 'things.default.svc', proxyCa });
afterAll(() => extension[Symbol.asyncDispose]());

const service = (name: string, spec: object = {}) => ({ metadata: { name }, spec: { ports: [{ name: 'https', port: 8443 }], ...spec } });
const slice = (name: string, port: number, more: object = {}) => ({
  metadata: { name, labels: { 'kubernetes.io/service-name': name } },
  addressType: 'IPv4',
  endpoints: [{ addresses: [extension.host], conditions: { ready: true } }],
  ports: [{ name: 'https', port, protocol: 'TCP' }],
  ...more,
});
const apiService = (name: string, group: string, more: object = {}) => ({
  metadata: { name: `v1.${group}` },
  spec: {
    ...{ group, version: 'v1', groupPriorityMinimum: 2000, versionPriority: 15, caBundle: extension.caBundle },
    ...{ service: { namespace: 'default', name, port: 8443 }, ...more },
  },
});
const post = async (path: string, object: object) => {
  const answer = await admin.post(path, object);
  if (answer.code !== 201) throw new Error(answer.text);
};
const available = async (name: string): Promise<string> => {
  const { status } = (await admin.get(`${APISERVICES}/${name}`)).json<APIService>();
  const condition = status?.conditions?.find(({ type }) => type === 'Available');
  return condition ? `${condition.status} ${condition.reason}: ${condition.message}` : 'Unknown';
};

describe('a group that another API server serves', () => {
  let ann: HttpsClient;
  beforeAll(async () => {
    await post('/api/v1/namespaces/default/services', service('things'));
    await post('/apis/discovery.k8s.io/v1/namespaces/default/endpointslices', slice('things', extension.port));
    await post(APISERVICES, apiService('things', GROUP));
    await vi.waitFor(async () => expect(await available(`v1.${GROUP}`)).toBe('True Passed: all checks passed'), { timeout: 120_000 });
    ann = await door.as('ann', ['devs']);
  });

  test('R1: is asked for the user who asks, by the front proxy that the API server is', async () => {
    await post('/apis/rbac.authorization.k8s.io/v1/clusterroles', {
      metadata: { name: 'things' },
      rules: [{ apiGroups: [GROUP], resources: ['things'], verbs: ['create', 'list', 'watch'] }],
    });
    expect((await ann.get(THINGS)).status()).toMatchObject({
      code: 403,
      message: `things.${GROUP} is forbidden: User "ann" cannot list resource "things" in API group "${GROUP}" in the namespace "default"`,
    });
    await post('/apis/rbac.authorization.k8s.io/v1/clusterrolebindings', {
      metadata: { name: 'things' },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'things' },
      subjects: [{ kind: 'Group', apiGroup: 'rbac.authorization.k8s.io', name: 'devs' }],
    });
    const list = () => ann.get(`${THINGS}?labelSelector=a%3Db`, { 'x-remote-user': 'root', 'x-remote-group': 'system:masters' });
    await expect.poll(async () => (await list()).code).toBe(200);
    const { method, url, headers } = (await list()).json<{ method: string; url: string; headers: Record<string, string> }>();
    expect([method, url]).toEqual(['GET', `${THINGS}?labelSelector=a%3Db`]);
    expect(headers).toMatchObject({
      host: 'things.default.svc:8443',
      'x-remote-user': 'ann',
      'x-remote-group': 'devs, system:authenticated',
      'x-remote-extra-authentication.kubernetes.io%2fcredential-id': expect.stringMatching(/^X509SHA256=/),
    });
    expect(headers).not.toHaveProperty('authorization');
  });

  test('R1: gets bodies, impersonation, and names that only it can judge', async () => {
    const made = await admin.send('POST', THINGS, {
      body: { kind: 'Thing' },
      headers: { 'impersonate-user': 'ann', 'impersonate-group': 'devs' },
    });
    expect(made.json()).toMatchObject({ method: 'POST', body: '{"kind":"Thing"}', headers: { 'x-remote-user': 'ann' } });
    expect(made.json<{ headers: object }>().headers).not.toHaveProperty('impersonate-user');
    const odd = await admin.get(`${THINGS}/a:b/status?x=1`);
    expect(odd.json()).toMatchObject({ method: 'GET', url: `${THINGS}/a:b/status?x=1` });
  });

  test('R1: is watched event by event, and spoken to over a WebSocket', async () => {
    const watch = await ann.watch(`${THINGS}?watch=1`);
    expect(await watch.take(2)).toEqual(['ADDED a', 'ADDED b']);
    watch.close();
    const socket = new WsClient(ann, `${THINGS}?watch=true`);
    await socket.opened;
    const heard = new Promise((resolve) => socket.socket.once('message', (data: Buffer) => resolve(String(data))));
    socket.socket.send('hello');
    expect(await heard).toBe('ann: hello');
    socket.socket.terminate();
  });

  test('R1: is in discovery, by the priority that its APIService has', async () => {
    const names = (await admin.get('/apis')).json<{ groups: { name: string }[] }>().groups.map(({ name }) => name);
    expect(names.at(-1)).toBe(GROUP);
    expect((await admin.get(`/apis/${GROUP}`)).json()).toEqual({
      ...{ kind: 'APIGroup', apiVersion: 'v1', name: GROUP },
      versions: [{ groupVersion: `${GROUP}/v1`, version: 'v1' }],
      preferredVersion: { groupVersion: `${GROUP}/v1`, version: 'v1' },
    });
    expect((await admin.get(`/apis/${GROUP}/v1`)).json()).toMatchObject({ kind: 'APIResourceList', resources: [{ name: 'things' }, {}] });
    expect(await discovered(admin)).toEqual({
      metadata: { name: GROUP, creationTimestamp: null },
      versions: [
        {
          ...{ version: 'v1', freshness: 'Current' },
          resources: [
            {
              ...{ resource: 'things', singularResource: 'thing', scope: 'Namespaced', shortNames: ['th'] },
              responseKind: { group: GROUP, version: 'v1', kind: 'Thing' },
              verbs: ['create', 'delete', 'get', 'list', 'watch'],
              subresources: [{ subresource: 'status', responseKind: { group: GROUP, version: 'v1', kind: 'Thing' }, verbs: ['get'] }],
            },
          ],
        },
      ],
    });
    await admin.patch(`${APISERVICES}/v1.${GROUP}`, { spec: { groupPriorityMinimum: 20000 } });
    await expect.poll(async () => (await admin.get('/apis')).json<{ groups: { name: string }[] }>().groups[0]?.name).toBe(GROUP);
  });

  test('R1: is described by its own OpenAPI', async () => {
    const index = (await admin.get('/openapi/v3')).json<{ paths: Record<string, { serverRelativeURL: string }> }>();
    const { serverRelativeURL = '' } = index.paths[`apis/${GROUP}/v1`] ?? {};
    expect(serverRelativeURL).toBe(`/openapi/v3/apis/${GROUP}/v1?hash=AB`);
    expect((await admin.get(serverRelativeURL)).json()).toEqual({ openapi: '3.0.0', info: { title: 'things' } });
    expect(index.paths).toHaveProperty(['apis/apps/v1']);
  });

  test('R1: is in the one document of OpenAPI v2, under names of its own where others have them', async () => {
    const meta = 'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta';
    const swagger = async () => (await admin.get('/openapi/v2')).json<{ paths: object; definitions: Record<string, object> }>();
    for (const answer of [await swagger(), await swagger()]) {
      expect(answer.paths).toHaveProperty([`/apis/${GROUP}/v1/things`, 'get', 'operationId'], 'listThings');
      expect(answer.paths).not.toHaveProperty(['/healthz']);
      expect(answer.definitions.Thing).toMatchObject({ properties: { metadata: { $ref: `#/definitions/${meta}_v2` } } });
      expect(answer.definitions[`${meta}_v2`]).toEqual({ type: 'object', properties: { name: { type: 'string' } } });
      expect(answer.definitions[meta]).toHaveProperty('properties.uid');
    }
    const protobuf = 'application/com.github.proto-openapi.spec.v2@v1.0+protobuf';
    expect((await admin.get('/openapi/v2', { accept: protobuf })).text).toContain(`#/definitions/${meta}_v2`);
    expect(extension.asked).toContain('GET /openapi/v2 system:aggregator');
    // What it has said last is told on while it says nothing, or nonsense.
    for (const nonsense of ['{', '']) {
      extension.behave = (_request, response) => response.writeHead(200).end(nonsense);
      expect((await swagger()).definitions).toHaveProperty('Thing');
    }
    extension.behave = (_request, response) => response.writeHead(404).end();
    expect((await swagger()).definitions).not.toHaveProperty('Thing');
    extension.behave = (_request, response) => response.end('{"paths":5,"definitions":{"A":null}}');
    expect((await swagger()).paths).toHaveProperty(['/api/v1/pods']);
    extension.behave = undefined;
  });

  test('R1: that breaks off breaks the answer off, and what it refuses with is passed on', async () => {
    extension.behave = (_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': 100 });
      response.write('{');
      setImmediate(() => response.destroy());
    };
    await expect(admin.get(THINGS)).rejects.toThrow();
    extension.behave = (request) => request.socket.destroy();
    const cut = await admin.get(THINGS);
    expect([cut.code, cut.text]).toEqual([503, 'error trying to reach service: EOF\n']);
    extension.behave = (_request, response) => response.writeHead(429, { 'retry-after': '3' }).end('later');
    const refused = await admin.get(THINGS);
    expect([refused.code, refused.text, refused.headers['retry-after']]).toEqual([429, 'later', '3']);
    extension.behave = undefined;
  });

  test('R1: is stale and answered for with 503 while it is unavailable, and comes back', async () => {
    const slices = '/apis/discovery.k8s.io/v1/namespaces/default/endpointslices/things';
    await admin.patch(slices, { endpoints: [{ addresses: [extension.host], conditions: { ready: false } }] });
    const missing = 'False MissingEndpoints: endpointslices for service/things in "default" have no addresses with port name "https"';
    await expect.poll(() => available(`v1.${GROUP}`)).toBe(missing);
    const answer = await admin.get(THINGS);
    expect([answer.code, answer.text, answer.headers['content-type']]).toEqual([503, 'service unavailable\n', 'text/plain; charset=utf-8']);
    expect((await admin.get(`/apis/${GROUP}/v1`)).code).toBe(503);
    expect((await admin.get(`/apis/${GROUP}`)).code).toBe(200);
    expect(await discovered(admin)).toMatchObject({
      versions: [{ version: 'v1', freshness: 'Stale', resources: [{ resource: 'things' }] }],
    });
    await admin.patch(slices, { endpoints: [{ addresses: [extension.host], conditions: { ready: true } }] });
    await expect.poll(() => available(`v1.${GROUP}`)).toBe('True Passed: all checks passed');
    expect((await admin.get(THINGS)).code).toBe(200);
    expect(extension.asked).toContain(`GET /apis/${GROUP}/v1 system:kube-aggregator`);
  });
});

async function discovered(client: HttpsClient, group = GROUP): Promise<object | undefined> {
  const { items } = (await client.get('/apis', AGGREGATED)).json<{ items: { metadata: { name: string } }[] }>();
  return items.find(({ metadata }) => metadata.name === group);
}

test.each<[string, object, (group: string) => Promise<void>, string]>([
  ['no Service', {}, async () => {}, 'ServiceNotFound: service/NAME in "default" is not present'],
  [
    'another port',
    { service: { namespace: 'default', name: 'NAME', port: 9 } },
    (name) => post('/api/v1/namespaces/default/services', service(name)),
    'ServicePortError: service/NAME in "default" is not listening on port 9',
  ],
  [
    'no endpoints',
    {},
    (name) => post('/api/v1/namespaces/default/services', service(name)),
    'EndpointsNotFound: cannot find endpointslices for service/NAME in "default"',
  ],
  [
    'a server that another authority vouches for',
    { caBundle: Buffer.from(proxyCa.certificatePem).toString('base64') },
    backed,
    `FailedDiscoveryCheck: failing or missing response from URL: Get "URL": tls: failed to verify certificate: x509: certificate signed by unknown authority`,
  ],
  [
    'a server of another name',
    {},
    backed,
    `FailedDiscoveryCheck: failing or missing response from URL: Get "URL": tls: failed to verify certificate: x509: certificate is valid for things.default.svc, not NAME.default.svc`,
  ],
])('R1: why an APIService is not available: %s', async (_what, spec, prepare, expected) => {
  const name = `s${++count}`;
  await prepare(name);
  const text = JSON.stringify(apiService(name, `${name}.example.com`, spec)).replaceAll('NAME', name);
  await post(APISERVICES, JSON.parse(text) as object);
  const url = `https://${extension.host}:${extension.port}/apis/${name}.example.com/v1`;
  await expect.poll(() => available(`v1.${name}.example.com`)).toBe(`False ${expected.replaceAll('NAME', name).replaceAll('URL', url)}`);
  expect((await admin.get(`/apis/${name}.example.com/v1/things`)).code).toBe(503);
  expect(await discovered(admin, `${name}.example.com`)).toMatchObject({ versions: [{ freshness: 'Stale', resources: [] }] });
  await admin.delete(`${APISERVICES}/v1.${name}.example.com`);
  await expect.poll(async () => (await admin.get(`/apis/${name}.example.com`)).code).toBe(404);
});

let count = 0;

async function backed(name: string): Promise<void> {
  await post('/api/v1/namespaces/default/services', service(name));
  await post('/apis/discovery.k8s.io/v1/namespaces/default/endpointslices', slice(name, extension.port));
}

test('R1: with insecureSkipTLSVerify any certificate will do; an answer that is no success is none', async () => {
  await backed('any');
  await post(APISERVICES, apiService('any', 'any.example.com', { caBundle: undefined, insecureSkipTLSVerify: true }));
  await expect.poll(() => available('v1.any.example.com')).toBe('True Passed: all checks passed');
  extension.behave = (_request, response) => response.writeHead(500).end();
  await admin.patch('/apis/discovery.k8s.io/v1/namespaces/default/endpointslices/any', { metadata: { annotations: { look: 'again' } } });
  const url = `https://${extension.host}:${extension.port}/apis/any.example.com/v1`;
  await expect
    .poll(() => available('v1.any.example.com'))
    .toBe(`False FailedDiscoveryCheck: failing or missing response from ${url}: bad status from ${url}: 500`);
  extension.behave = undefined;
  // It is asked again by itself.
  await expect.poll(() => available('v1.any.example.com')).toBe('True Passed: all checks passed');
});

test('R1: an APIService that gives its Service up is local; what the server serves itself stays its own', async () => {
  await post(APISERVICES, apiService('nobody', 'given-up.example.com'));
  await admin.patch(`${APISERVICES}/v1.given-up.example.com`, { spec: { service: null, caBundle: null } });
  await expect.poll(() => available('v1.given-up.example.com')).toBe('True Local: Local APIServices are always available');
  expect((await admin.get('/apis/given-up.example.com/v1')).code).toBe(404);
  const metrics = `${APISERVICES}/v1beta1.metrics.k8s.io`;
  const patched = await admin.patch(metrics, { spec: { service: { namespace: 'default', name: 'things' }, insecureSkipTLSVerify: true } });
  expect(patched.headers.warning).toContain('spec.service: not honoured by this version of kubernats yet');
  expect(await available('v1beta1.metrics.k8s.io')).toBe('True Local: Local APIServices are always available');
  expect((await admin.get('/apis/metrics.k8s.io/v1beta1')).json()).toMatchObject({ resources: [{ name: 'nodes' }, { name: 'pods' }] });
});

/** An API server whose clock stands still, with one extension server behind it that has been found to answer. */
async function startQuiet(host: string) {
  const clock = new SteppedClock(Date.now());
  await using stack = new AsyncDisposableStack();
  const alone = stack.use(await startApiServer({ clock }));
  const at = stack.use(await HttpsFixture.open(alone.server, undefined, undefined, undefined, { proxyClient }));
  const server = stack.use(await startExtensionServer('quiet.example.com', { host, name: 'quiet.default.svc', proxyCa }));
  const make = async (path: string, object: object) => expect((await at.admin.post(path, object)).code).toBe(201);
  await make('/api/v1/namespaces/default/services', service('quiet'));
  const endpoints = { endpoints: [{ addresses: [server.host] }] };
  await make('/apis/discovery.k8s.io/v1/namespaces/default/endpointslices', slice('quiet', server.port, endpoints));
  await make(APISERVICES, apiService('quiet', 'quiet.example.com', { caBundle: server.caBundle }));
  const state = async () => {
    const { status } = (await at.admin.get(`${APISERVICES}/v1.quiet.example.com`)).json<APIService>();
    return status?.conditions?.[0]?.message ?? '';
  };
  await expect.poll(state).toBe('all checks passed');
  const all = stack.move();
  return { clock, admin: at.admin, server, state, [Symbol.asyncDispose]: () => all.disposeAsync() };
}

test('R1: a server is asked on connections that are kept, until its APIService is another or it closes them', async () => {
  await using quiet = await startQuiet('127.77.3.3');
  const { admin: root, server } = quiet;
  const { connections } = server;
  const things = '/apis/quiet.example.com/v1/things';
  const get = async () => expect((await root.get(things)).code).toBe(200);
  const open = (count: number) => expect.poll(() => connections.open).toBe(count);
  const patch = (spec: object) => root.patch(`${APISERVICES}/v1.quiet.example.com`, { spec });
  for (const _ of [1, 2, 3]) await get();
  expect(connections).toEqual({ made: 1, open: 1 });
  server.closeIdle();
  for (const _ of [1, 2]) await get();
  expect(connections.made).toBe(2);
  // What has a body cannot be sent twice: it has a connection of its own.
  expect((await root.post(things, {})).json()).toMatchObject({ method: 'POST', body: '{}' });
  await open(1);
  expect(connections.made).toBe(3);
  server.behave = (_request, response) => response.write('{"type":"ADDED","object":{"metadata":{"name":"a"}}}\n');
  const watch = await root.watch(`${things}?watch=1`);
  expect(await watch.take(1)).toEqual(['ADDED a']);
  server.behave = undefined;
  await get();
  await open(2);
  await patch({ caBundle: null, insecureSkipTLSVerify: true });
  await expect.poll(() => connections.made).toBe(5);
  await open(2);
  watch.close();
  await open(1);
  await root.delete(`${APISERVICES}/v1.quiet.example.com`);
  await open(0);
});

test('R1: a server that answers is asked every 30 s, one that does not ever less often; and one that is silent for 5 s does not answer', async () => {
  await using quiet = await startQuiet('127.77.3.2');
  const { clock, admin: root, server, state } = quiet;
  const looks = () => server.asked.filter((each) => each.startsWith('GET /apis/')).length;
  expect(looks()).toBe(1);
  await clock.advance(29_000);
  expect(looks()).toBe(1);
  await clock.advance(2_000);
  await expect.poll(looks).toBe(2);
  server.behave = () => {};
  await expect.poll(async () => clock.advance(30_000).then(looks)).toBeGreaterThan(2);
  await expect
    .poll(async () => clock.advance(5_000).then(state))
    .toMatch(
      /^failing or missing response from (https:\/\/127\.77\.3\.2:\d+\/apis\/quiet\.example\.com\/v1): Get "\1": context deadline exceeded \(Client\.Timeout exceeded while awaiting headers\)$/,
    );
  expect((await root.get('/metrics')).text).toMatch(/^aggregator_unavailable_apiservice\{name="v1\.quiet\.example\.com"\} 1$/m);
});
