import { Buffer } from 'node:buffer';
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { request as startRequest } from 'node:https';
import { connect as connectTls } from 'node:tls';
import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { ADMIN } from './api-server.fixture.ts';
import { startBackend } from './support/backend.ts';
import { clusterOfFile, pod } from './support/cluster-of-file.ts';
import type { HttpsClient } from './support/https-client.ts';

const cluster = await clusterOfFile();
const { door, namespace } = cluster;
const { admin } = door;

const PAGE = '<!doctype html><html><a class="x" href="/a">A</a><p title="/t">1 &lt; 2</p><img src=b.png><script>"<a href=/c>"</script>';
const flooded: number[] = [];
const seen = { closed: Promise.withResolvers<void>(), resume: Promise.withResolvers<void>() };

const html =
  (body: Uint8Array | string, more: Record<string, string> = {}) =>
  (_: IncomingMessage, response: ServerResponse) => {
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'content-length': Buffer.byteLength(body), ...more });
    response.end(body);
  };

const web = await startBackend('127.77.0.1', {
  '/page': html(PAGE),
  '/page.gz': html(gzipSync(PAGE), { 'content-encoding': 'gzip' }),
  '/page.other': html('<a href="/a">', { 'content-encoding': 'x-other' }),
  '/move': (_, response) => response.writeHead(302, { location: '/there?x=1', 'content-type': 'text/html' }).end('<a href="/a">'),
  '/missing': (_, response) => response.writeHead(404, { 'content-type': 'text/plain' }).end('nothing here'),
  '/cookies': (_, response) => response.writeHead(200, { 'set-cookie': ['a=1', 'b=2'], 'access-control-allow-origin': '*' }).end(),
  '/trailers': (_, response) => {
    response.writeHead(200, { trailer: 'x-sum' });
    response.write('body');
    response.addTrailers({ 'x-sum': '4' });
    response.end();
  },
  '/events': (_, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write('data: 1\n\n');
    void seen.resume.promise.then(() => response.end('data: 2\n\n'));
  },
  '/forever': (_, response) => {
    response.write('begun');
    response.on('close', () => seen.closed.resolve());
  },
  '/flood': (_, response) => {
    const more = () => {
      do flooded.push(100_000);
      while (response.write(Buffer.alloc(100_000)));
    };
    response.on('drain', more);
    more();
  },
  '/large': (_, response) => response.end(Buffer.alloc(8_000_000, 'x')),
  '/count': (request, response) => {
    let length = 0;
    request.on('data', (chunk: Buffer) => (length += chunk.length));
    request.on('end', () => response.end(String(length)));
  },
  '/cut': (request, response) => {
    response.writeHead(200, { 'content-length': '100' });
    response.write('half');
    setImmediate(() => request.socket.destroy());
  },
  '/hang-up': (request) => request.socket.destroy(),
  '/early': (_, response) => response.writeHead(413).end('too much'),
  '/no-upgrade': (_, response) => response.end('fine'),
});
const asked: (string | undefined)[] = [];
web.server.on('request', ({ url }) => asked.push(url));
const secure = await startBackend('127.77.0.2', {}, { tls: true });

const sockets = new WebSocketServer({ noServer: true });
web.server.on('upgrade', (request, socket, head) => {
  if (request.url === '/refuse') return socket.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\nX-Why: y\r\n\r\nno');
  if (request.url === '/no-upgrade') return socket.end('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
  sockets.handleUpgrade(request, socket, head, (client) => {
    client.send(JSON.stringify({ url: request.url, headers: request.headers }));
    client.on('message', (data, isBinary) => client.send(data, { binary: isBinary }));
  });
});

await admin.post('/api/v1/nodes', {
  metadata: { name: 'n1' },
  spec: { podCIDR: '127.77.0.0/24', podCIDRs: ['127.77.0.0/24'] },
});

interface BackendOf {
  host: string;
  port: number;
}

/** A Pod that says that it has the address, on the node that has the range. */
async function addPod(at: string, name: string, { host, port }: BackendOf, nodeName = 'n1'): Promise<void> {
  const ports = [{ name: 'web', containerPort: port }];
  await admin.post(`${at}/pods`, pod(name, { nodeName, containers: [{ name: 'c', image: 'web', ports }] }));
  await admin.patch(`${at}/pods/${name}/status`, { status: { phase: 'Running', podIP: host, podIPs: [{ ip: host }] } });
}

const slicePath = (ns: string) => `/apis/discovery.k8s.io/v1/namespaces/${ns}/endpointslices`;

async function addSlice(ns: string, service: string, ports: { name?: string; port: number }[], endpoints: object[]): Promise<void> {
  const metadata = { generateName: `${service}-`, labels: { 'kubernetes.io/service-name': service } };
  const made = await admin.post(slicePath(ns), { metadata, addressType: 'IPv4', ports, endpoints });
  if (made.code !== 201) throw new Error(made.text);
}

const endpoint = (ns: string, name: string, { host }: BackendOf, ready = true) => ({
  addresses: [host],
  conditions: { ready },
  targetRef: { kind: 'Pod', namespace: ns, name },
});

/** The Service `web` with one Pod `p`, its port named or not. */
async function served(portName?: string, backend: BackendOf = web): Promise<{ ns: string; at: string; proxy: string }> {
  const { ns, at } = await namespace();
  await addPod(at, 'p', backend);
  const port = portName === undefined ? {} : { name: portName };
  await admin.post(`${at}/services`, { metadata: { name: 'web' }, spec: { ports: [{ ...port, port: 8000, targetPort: 'web' }] } });
  await addSlice(ns, 'web', [{ ...port, port: backend.port }], [endpoint(ns, 'p', backend)]);
  return { ns, at, proxy: `${at}/services/web/proxy` };
}

interface Echo {
  method: string;
  url: string;
  headers: Record<string, string>;
  body: string;
}

describe('S2: the proxy of a Service', () => {
  test.each(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])('passes %s on: path, query, head and body', async (method) => {
    const { proxy } = await served();
    const body = method === 'GET' || method === 'OPTIONS' ? {} : { body: 'hello' };
    const headers = { 'content-type': 'text/x', authorization: 'Bearer x', 'x-own': '1' };
    const answer = await admin.send(method, `${proxy}/a/b%20c/%C3%BC?x=1&x=2&y=%2F`, { headers, ...body });
    expect(answer.code).toBe(200);
    expect(answer.headers['cache-control']).toBe('no-cache, private');
    const echo = answer.json<Echo>();
    expect(echo).toMatchObject({ method, url: '/a/b%20c/%C3%BC?x=1&x=2&y=%2F', body: body.body ?? '' });
    expect(echo.headers).toMatchObject({
      'x-own': '1',
      'content-type': 'text/x',
      host: `127.0.0.1:${admin.port}`,
      'x-forwarded-for': '127.0.0.1',
    });
    expect(echo.headers['x-forwarded-uri']).toBe(`${proxy}/a/b%20c/%C3%BC`);
    expect(echo.headers).not.toHaveProperty('authorization');
  });

  test('answers HEAD, refusals of the backend and repeated headers as the backend does', async () => {
    const { proxy } = await served();
    const head = await admin.send('HEAD', `${proxy}/large`);
    expect([head.code, head.text]).toEqual([200, '']);
    const missing = await admin.get(`${proxy}/missing`);
    expect([missing.code, missing.text, missing.headers['content-type']]).toEqual([404, 'nothing here', 'text/plain']);
    const cookies = await admin.get(`${proxy}/cookies`);
    expect(cookies.headers['set-cookie']).toEqual(['a=1', 'b=2']);
    expect(cookies.headers).not.toHaveProperty('access-control-allow-origin');
    const trailers = await admin.open('GET', `${proxy}/trailers`, {});
    expect(await textOf(trailers)).toBe('body');
    expect(trailers.trailers).toEqual({ 'x-sum': '4' });
  });

  test('sends a path that ends at the proxy to its folder', async () => {
    const { proxy } = await served();
    for (const method of ['GET', 'HEAD']) {
      const answer = await admin.send(method, `${proxy}?x=1`);
      expect([answer.code, answer.headers.location]).toEqual([301, `${proxy}/?x=1`]);
    }
    expect((await admin.get(`${proxy}/`)).json<Echo>().url).toBe('/');
    expect((await admin.post(proxy, 'x')).json<Echo>().url).toBe('/');
  });

  test.each([
    ['/../../../../secrets', '/secrets'],
    ['/..%2F..%2Fsecrets', '/secrets'],
    ['//evil.example/x', '/evil.example/x'],
    ['/a%2Fb/', '/a/b/'],
    ['/%E2%98%83?q=%00', '/%E2%98%83?q=%00'],
    ['/a%0D%0AX:%201', '/a%0D%0AX:%201'],
    ['/http://127.0.0.1:1/', '/http:/127.0.0.1:1/'],
    ['/@127.0.0.1/', '/@127.0.0.1/'],
  ])('asks its own backend for %s as %s, and nobody else', async (path, url) => {
    const { proxy } = await served();
    expect((await admin.get(`${proxy}${path}`)).json<Echo>().url).toBe(url);
  });

  test('takes a port by its name or number, and https with any certificate', async () => {
    const { at } = await served('http');
    for (const name of ['web:http', 'web:8000', 'http:web:http', ':web:8000']) {
      expect((await admin.get(`${at}/services/${name}/proxy/x`)).json<Echo>().url, name).toBe('/x');
    }
    const { at: other } = await served('tls', secure);
    const answer = await admin.get(`${other}/services/https:web:tls/proxy/x`);
    expect(answer.json<Echo>().url).toBe('/x');
    const plain = await admin.get(`${at}/services/https:web:http/proxy/x`);
    expect(plain.status()).toMatchObject({
      code: 503,
      message: 'error trying to reach service: http: server gave HTTP response to HTTPS client',
    });
  });

  test.each([
    ['web', 503, 'no endpoints available for service "web"'],
    ['web:https', 503, 'no endpoints available for service "web:https"'],
    ['web:81', 503, 'no service port 81 found for service "web"'],
    ['web:0', 503, 'no service port 0 found for service "web"'],
    ['web:99999', 503, 'no service port 99999 found for service "web"'],
    ['nothing:80', 404, 'services "nothing" not found'],
    ['ftp:web:http', 400, 'invalid service request "ftp:web:http"'],
    ['a:b:c:d', 400, 'invalid service request "a:b:c:d"'],
    [':80', 400, 'invalid service request ":80"'],
  ])('refuses %s: %i %s', async (name, code, message) => {
    const { at } = await served('http');
    expect((await admin.get(`${at}/services/${name}/proxy/`)).status()).toMatchObject({ kind: 'Status', code, message });
  });

  test('has no endpoints for an ExternalName, and none that are not ready', async () => {
    const { at, ns } = await served();
    await admin.post(`${at}/services`, { metadata: { name: 'out' }, spec: { type: 'ExternalName', externalName: 'example.com' } });
    await admin.post(`${at}/services`, { metadata: { name: 'late' }, spec: { ports: [{ port: 8000 }] } });
    await addSlice(ns, 'late', [{ port: web.port }], [endpoint(ns, 'p', web, false)]);
    for (const name of ['out', 'late']) {
      expect((await admin.get(`${at}/services/${name}/proxy/`)).status()).toMatchObject({
        code: 503,
        reason: 'ServiceUnavailable',
        message: `no endpoints available for service "${name}"`,
      });
    }
  });

  test('spreads over the ready endpoints', async () => {
    const { at, ns, proxy } = await served();
    const other = await startBackend('127.77.0.3', { '/who': (_, response) => response.end('other') });
    await addPod(at, 'q', other);
    await addSlice(ns, 'web', [{ port: other.port }], [endpoint(ns, 'q', other)]);
    const answers = new Set<number>();
    // Each of the two comes at random.
    while (answers.size < 2) answers.add((await admin.get(`${proxy}/who`)).text.length);
    expect(answers.size).toBe(2);
  });

  test.each([
    ['the machine itself', '127.0.0.1', (ns: string) => ({ kind: 'Pod', namespace: ns, name: 'p' })],
    ['what is no Pod', web.host, () => undefined],
    ['a Pod with another address', '127.77.0.9', (ns: string) => ({ kind: 'Pod', namespace: ns, name: 'p' })],
    ['a Pod of another namespace', web.host, () => ({ kind: 'Pod', namespace: 'kube-system', name: 'p' })],
    ['metadata of a cloud', '169.254.169.254', () => undefined],
  ])('does not lead to %s, whatever a slice says', async (_, address, refOf) => {
    const { ns, at } = await namespace();
    await addPod(at, 'p', web);
    await admin.post(`${at}/services`, { metadata: { name: 'web' }, spec: { ports: [{ port: 8000 }] } });
    const targetRef = refOf(ns);
    const slice = { addresses: [address], conditions: { ready: true }, ...(targetRef ? { targetRef } : {}) };
    const metadata = { name: 'own', labels: { 'kubernetes.io/service-name': 'web' } };
    await admin.post(slicePath(ns), { metadata, addressType: 'IPv4', ports: [{ port: web.port }], endpoints: [slice] });
    expect((await admin.get(`${at}/services/web/proxy/`)).status()).toMatchObject({
      code: 503,
      message: 'no endpoints available for service "web"',
    });
  });
});

describe('S2: the proxy of a Pod', () => {
  test('leads to its first port, or the one that is named', async () => {
    const { at } = await served();
    for (const name of ['p', 'p:web', `p:${web.port}`, `http:p:${web.port}`]) {
      expect((await admin.get(`${at}/pods/${name}/proxy/x?y`)).json<Echo>().url, name).toBe('/x?y');
    }
  });

  test.each([
    ['p:nothing', 400, 'invalid pod request "p:nothing"'],
    ['p:0', 503, 'error trying to reach service: dial tcp 127.77.0.1:0: '],
    ['p:99999', 503, 'error trying to reach service: dial tcp: address 99999: invalid port'],
    ['p:1', 503, 'error trying to reach service: dial tcp 127.77.0.1:1: connect: connection refused'],
    ['q', 404, 'pods "q" not found'],
    ['x:p:80', 400, 'invalid pod request "x:p:80"'],
  ])('refuses %s: %i %s', async (name, code, message) => {
    const { at } = await served();
    expect((await admin.get(`${at}/pods/${name}/proxy/`)).status()).toMatchObject({ code, message: expect.stringContaining(message) });
  });

  test.each(['127.0.0.1', '127.78.0.1', '169.254.169.254'])('does not lead to %s', async (host) => {
    const { at } = await namespace();
    await addPod(at, 'p', { host, port: web.port });
    expect((await admin.get(`${at}/pods/p/proxy/`)).status()).toMatchObject({ code: 400, message: 'address not allowed' });
  });

  test('does not lead to a Pod that has no address yet', async () => {
    const { at } = await namespace();
    await admin.post(`${at}/pods`, pod('p'));
    expect((await admin.get(`${at}/pods/p/proxy/`)).status()).toMatchObject({ code: 400, message: 'address not allowed' });
  });
});

describe('links of the backend lead through the proxy', () => {
  const rewritten = (proxy: string) => PAGE.replace('href="/a"', `href="${proxy}/a"`);

  test('in a page', async () => {
    const { proxy } = await served();
    const answer = await admin.get(`${proxy}/page`);
    expect(answer.text).toBe(rewritten(proxy));
    expect(answer.headers).not.toHaveProperty('content-length');
  });

  test('in a page that is compressed, unless the coding is unknown', async () => {
    const { proxy } = await served();
    const incoming = await admin.open('GET', `${proxy}/page.gz`, { 'accept-encoding': 'gzip' });
    expect(incoming.headers['content-encoding']).toBe('gzip');
    expect(gunzipSync(await bytesOf(incoming)).toString()).toBe(rewritten(proxy));
    expect((await admin.get(`${proxy}/page.other`)).text).toBe('<a href="/a">');
  });

  test('in a redirect', async () => {
    const { proxy } = await served();
    const answer = await admin.get(`${proxy}/move`);
    expect([answer.code, answer.headers.location, answer.text]).toEqual([302, `${proxy}/there?x=1`, '<a href="/a">']);
  });
});

describe('streams', () => {
  test('what the backend sends comes as it is sent', async () => {
    const { proxy } = await served();
    const incoming = await admin.open('GET', `${proxy}/events`, {});
    const chunks = incoming[Symbol.asyncIterator]();
    expect(String((await chunks.next()).value)).toBe('data: 1\n\n');
    seen.resume.resolve();
    expect(String((await chunks.next()).value)).toBe('data: 2\n\n');
    expect((await chunks.next()).done).toBe(true);
  });

  test('a client that goes away ends the request at the backend', async () => {
    const { proxy } = await served();
    const incoming = await admin.open('GET', `${proxy}/forever`, {});
    await once(incoming, 'data');
    incoming.destroy();
    await seen.closed.promise;
  });

  test('large bodies, larger than the API takes, go both ways', async () => {
    const { proxy } = await served();
    expect((await admin.get(`${proxy}/large`)).text.length).toBe(8_000_000);
    expect((await admin.post(`${proxy}/count`, new Uint8Array(8_000_000))).text).toBe('8000000');
    const chunked = await chunkedPost(admin, `${proxy}/count`, ['a', 'bc', 'def']);
    expect(chunked).toBe('6');
  });

  test('a client that does not read is not written to without end', async () => {
    const { proxy } = await served();
    const incoming = await admin.open('GET', `${proxy}/flood`, {});
    await once(incoming, 'readable');
    let before = -1;
    // Until nothing more is taken.
    while (flooded.length !== before) {
      before = flooded.length;
      for (let i = 0; i < 50; i++) await new Promise((resolve) => setImmediate(resolve));
    }
    expect(flooded.length * 100_000).toBeLessThan(32 * 1024 * 1024);
    incoming.destroy();
  });

  test('an answer that breaks off does not look whole, one that does not come is an error', async () => {
    const { proxy } = await served();
    await expect(admin.get(`${proxy}/cut`)).rejects.toThrow(/aborted|socket hang up/);
    expect((await admin.get(`${proxy}/hang-up`)).status()).toMatchObject({ code: 503, message: 'error trying to reach service: EOF' });
    expect((await admin.post(`${proxy}/early`, new Uint8Array(5_000_000))).code).toBe(413);
  });

  test('over HTTP/2', async () => {
    const { proxy } = await served();
    const session = admin.http2();
    const stream = session.request({ ':path': `${proxy}/x?y=1`, ':method': 'POST', te: 'trailers' });
    stream.end('hello');
    const [head] = await once(stream, 'response');
    expect(head[':status']).toBe(200);
    const echo: Echo = JSON.parse(await textOf(stream));
    expect(echo).toMatchObject({ method: 'POST', url: '/x?y=1', body: 'hello' });
    expect(echo.headers).toMatchObject({ host: `127.0.0.1:${admin.port}`, 'transfer-encoding': 'chunked' });
    session.close();
  });
});

describe('other protocols on the same connection', () => {
  const open = (client: HttpsClient, path: string, headers = {}) =>
    new WebSocket(`wss://127.0.0.1:${client.port}${path}`, ['chat'], { ...client.tls, headers });

  const refusalOf = (socket: WebSocket): Promise<{ code: number; text: string }> =>
    new Promise((resolve) => {
      socket.on('error', () => {});
      socket.on('unexpected-response', async (_, response) => resolve({ code: response.statusCode ?? 0, text: await textOf(response) }));
    });

  test('a WebSocket', async () => {
    const { proxy } = await served();
    const socket = open(admin, `${proxy}/chat?room=1`, { authorization: 'Bearer x' });
    const [first] = await once(socket, 'message');
    const hello = JSON.parse(String(first));
    expect(hello).toMatchObject({ url: '/chat?room=1', headers: { 'x-forwarded-for': '127.0.0.1', 'sec-websocket-protocol': 'chat' } });
    expect(hello.headers).not.toHaveProperty('authorization');
    const large = Buffer.alloc(1_000_000, 7);
    socket.send(large);
    expect((await once(socket, 'message'))[0]).toEqual(large);
    socket.close(4000, 'bye');
    expect((await once(socket, 'close'))[0]).toBe(4000);
  });

  test('what the backend refuses, or does not understand, is said', async () => {
    const { proxy, at } = await served();
    expect(await refusalOf(open(admin, `${proxy}/refuse`))).toEqual({ code: 403, text: 'no' });
    const plain = await refusalOf(open(admin, `${proxy}/no-upgrade`));
    expect([plain.code, JSON.parse(plain.text).message]).toEqual([500, 'invalid upgrade response: status code 200']);
    const closed = await refusalOf(open(admin, `${at}/pods/p:1/proxy/`));
    expect([closed.code, JSON.parse(closed.text).message]).toEqual([500, 'dial tcp 127.77.0.1:1: connect: connection refused']);
    expect((await refusalOf(open(admin, `${at}/services/nothing/proxy/`))).code).toBe(404);
  });
});

describe('who may', () => {
  const roleFor = async (ns: string, user: string, role: string) => {
    await admin.post(`/apis/rbac.authorization.k8s.io/v1/namespaces/${ns}/rolebindings`, {
      metadata: { name: `${user}-${role}` },
      subjects: [{ kind: 'User', name: user, apiGroup: 'rbac.authorization.k8s.io' }],
      roleRef: { kind: 'ClusterRole', name: role, apiGroup: 'rbac.authorization.k8s.io' },
    });
  };

  test('edit and admin use the proxy, view does not, and a stranger reads why', async () => {
    const { ns, at, proxy } = await served();
    for (const [user, role] of [
      ['ed', 'edit'],
      ['ad', 'admin'],
    ] as const) {
      await roleFor(ns, user, role);
      const client = await door.as(user);
      expect((await client.get(`${proxy}/x`)).code, role).toBe(200);
      expect((await client.post(`${at}/pods/p/proxy/x`, 'x')).code, role).toBe(200);
      expect((await client.send('OPTIONS', `${proxy}/x`)).code, role).toBe(403);
    }
    await roleFor(ns, 'vi', 'view');
    const viewer = await door.as('vi');
    expect((await viewer.get(`${at}/services/web`)).code).toBe(200);
    expect((await viewer.get(`${proxy}/x`)).status()).toMatchObject({
      code: 403,
      message: `services "web" is forbidden: User "vi" cannot get resource "services/proxy" in API group "" in the namespace "${ns}"`,
    });
    for (const [method, verb] of [
      ['POST', 'create'],
      ['PUT', 'update'],
      ['PATCH', 'patch'],
      ['DELETE', 'delete'],
    ] as const) {
      const { message } = (await viewer.send(method, `${at}/pods/p/proxy/x`)).status();
      expect(message).toBe(
        `pods "p" is forbidden: User "vi" cannot ${verb} resource "pods/proxy" in API group "" in the namespace "${ns}"`,
      );
    }
    expect((await door.anonymous.get(`${proxy}/x`)).code).toBe(403);
  });

  test('a role may name the one Service', async () => {
    const { ns, at } = await served('http');
    const rules = [{ apiGroups: [''], resources: ['services/proxy'], resourceNames: ['web:http'], verbs: ['get'] }];
    await admin.post(`/apis/rbac.authorization.k8s.io/v1/namespaces/${ns}/roles`, { metadata: { name: 'one' }, rules });
    await admin.post(`/apis/rbac.authorization.k8s.io/v1/namespaces/${ns}/rolebindings`, {
      metadata: { name: 'one' },
      subjects: [{ kind: 'User', name: 'one', apiGroup: 'rbac.authorization.k8s.io' }],
      roleRef: { kind: 'Role', name: 'one', apiGroup: 'rbac.authorization.k8s.io' },
    });
    const client = await door.as('one');
    expect((await client.get(`${at}/services/web:http/proxy/x`)).code).toBe(200);
    expect((await client.get(`${at}/services/web:8000/proxy/x`)).code).toBe(403);
  });

  test('only HTTPS has the proxy: in process it is refused', async () => {
    const { ns } = await served();
    const transport = cluster.server.transportFor(ADMIN);
    const request = {
      verb: 'get',
      group: '',
      version: 'v1',
      resource: 'services',
      subresource: 'proxy',
      namespace: ns,
      name: 'web',
    } as const;
    await expect(transport.request(request)).rejects.toMatchObject({
      code: 400,
      message: 'the proxy of Services and Pods is served over HTTPS',
    });
  });

  test('discovery lists it; the form of Kubernetes 1.0 is gone', async () => {
    const { resources } = (await admin.get('/api/v1')).json<{ resources: { name: string; kind: string; verbs: string[] }[] }>();
    const verbs = ['create', 'delete', 'get', 'patch', 'update'];
    expect(resources.filter(({ name }) => name.endsWith('s/proxy')).map(({ name, kind }) => [name, kind])).toEqual([
      ['nodes/proxy', 'NodeProxyOptions'],
      ['pods/proxy', 'PodProxyOptions'],
      ['services/proxy', 'ServiceProxyOptions'],
    ]);
    expect(resources.find(({ name }) => name === 'services/proxy')?.verbs).toEqual(verbs);
    expect((await admin.get('/api/v1/proxy/namespaces/default/services/web/')).code).toBe(404);
  });
});

describe('bad input', () => {
  test.each([
    ['two lengths', 'Content-Length: 4\r\nTransfer-Encoding: chunked\r\n', '0\r\n\r\n'],
    ['a length twice', 'Content-Length: 4\r\nContent-Length: 5\r\n', 'abcde'],
    ['a head without end', `X-Large: ${'x'.repeat(100_000)}\r\n`, ''],
    ['a coding that is none', 'Transfer-Encoding: chunked, identity\r\n', ''],
  ])('%s: refused before it comes to a backend', async (_, headers, body) => {
    const { proxy } = await served();
    const before = asked.length;
    // An answer may be lost where the connection is reset behind it.
    expect(await raw(`POST ${proxy}/x HTTP/1.1\r\nHost: x\r\n${headers}\r\n${body}`)).toMatch(/^(?:HTTP\/1\.1 4\d\d |$)/);
    expect(asked.length).toBe(before);
  });

  test('methods that there are none of', async () => {
    const { proxy } = await served();
    expect((await admin.send('TRACE', `${proxy}/x`)).code).toBe(405);
    expect((await admin.send('OPTIONS', '/api/v1/pods')).code).toBe(405);
  });
});

async function bytesOf(stream: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

const textOf = async (stream: AsyncIterable<Uint8Array>): Promise<string> => (await bytesOf(stream)).toString();

function chunkedPost({ port, tls }: HttpsClient, path: string, chunks: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = startRequest({ host: '127.0.0.1', port, method: 'POST', path, ...tls }, (answer) => resolve(textOf(answer)));
    request.on('error', reject);
    for (const chunk of chunks) request.write(chunk);
    request.end();
  });
}

/** Sends bytes as they are; resolves to everything that comes back. */
async function raw(text: string): Promise<string> {
  const socket = connectTls({ host: '127.0.0.1', port: admin.port, ...admin.tls, ALPNProtocols: ['http/1.1'] });
  socket.on('error', () => {});
  socket.end(text);
  let answer = '';
  socket.on('data', (chunk: Buffer) => (answer += chunk.toString()));
  await new Promise((resolve) => socket.on('close', resolve));
  return answer;
}
