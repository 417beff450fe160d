import { type EventEmitter, once } from 'node:events';
import type { ClientHttp2Session, ClientHttp2Stream, OutgoingHttpHeaders } from 'node:http2';
import { request as startRequest } from 'node:https';
import { connect } from 'node:tls';
import { realClock } from '@kubernats/clock';
import { expect, test } from 'vitest';
import { clusterOfFile, configMap } from './support/cluster-of-file.ts';
import type { HttpsClient } from './support/https-client.ts';

const cluster = await clusterOfFile();
const { door, namespace } = cluster;
const { admin } = door;

const closeOf = (emitter: EventEmitter) => new Promise<void>((resolve) => emitter.once('close', () => resolve()));

/** A connection whose bytes the test sends itself. */
async function socketOf(client: HttpsClient) {
  const socket = connect({ host: '127.0.0.1', port: client.port, ...client.tls, ALPNProtocols: ['http/1.1'] });
  await once(socket, 'secureConnect');
  let text = '';
  socket.on('data', (chunk) => (text += String(chunk)));
  socket.on('error', () => {});
  const closed = closeOf(socket);
  return { socket, closed, text: () => text };
}

async function over2(session: ClientHttp2Session, headers: OutgoingHttpHeaders, body?: string): Promise<{ code: number; text: string }> {
  const stream: ClientHttp2Stream = session.request(headers);
  stream.end(body);
  const [head] = await once(stream, 'response');
  let text = '';
  for await (const chunk of stream) text += String(chunk);
  return { code: Number(head[':status']), text };
}

test('HTTP/2 and HTTP/1.1 on one port', async () => {
  const { at } = await namespace();
  const session = admin.http2();
  const path = `${at}/configmaps`;
  const type = { 'content-type': 'application/json' };
  expect((await over2(session, { ':method': 'POST', ':path': path, ...type }, JSON.stringify(configMap('a')))).code).toBe(201);
  const many = await Promise.all(Array.from({ length: 50 }, () => over2(session, { ':path': `${path}/a` })));
  expect(new Set(many.map(({ code }) => code))).toEqual(new Set([200]));
  expect((await over2(session, { ':method': 'OPTIONS', ':path': path })).code).toBe(405);
  const large = JSON.stringify(configMap('b', { x: 'y'.repeat(4 * 1024 * 1024) }));
  expect((await over2(session, { ':method': 'POST', ':path': path, ...type }, large)).code).toBe(413);
  expect((await admin.get(`${path}/a`)).code).toBe(200);
  const watch = session.request({ ':path': `${path}?watch=true` });
  const [first] = await once(watch, 'data');
  expect(JSON.parse(String(first))).toMatchObject({ type: 'ADDED', object: { metadata: { name: 'a' } } });
  watch.close();
  session.close();
});

test('a client that goes away in the middle of a body leaves nothing behind', async () => {
  const { at } = await namespace();
  const body = JSON.stringify(configMap('half', { x: 'y'.repeat(10_000) }));
  const { socket, closed } = await socketOf(admin);
  socket.write(`POST ${at}/configmaps HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n`);
  socket.write(body.slice(0, 5_000));
  socket.destroy();
  await closed;
  const session = admin.http2();
  const stream = session.request({ ':method': 'POST', ':path': `${at}/configmaps`, 'content-type': 'application/json' });
  stream.on('error', () => {});
  stream.write(body.slice(0, 5_000));
  session.destroy();
  expect((await admin.get(`${at}/configmaps/half`)).code).toBe(404);
});

test.each([
  ['no HTTP at all', 'hello\r\n\r\n'],
  ['a path that cannot be read', 'GET /%zz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n'],
  ['two lengths', 'POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab'],
  ['a head that is too long', `GET / HTTP/1.1\r\nhost: x\r\nx: ${'y'.repeat(2_000_000)}\r\n\r\n`],
])('%s is refused', async (_, bytes) => {
  const { socket, closed, text } = await socketOf(admin);
  socket.write(bytes);
  await closed;
  expect(text()).toMatch(/^HTTP\/1\.1 4\d\d /);
});

test('an absolute URL, a path without a slash at its beginning and a fragment do no harm', async () => {
  for (const path of ['*', 'http://x/api', '//api//v1', '/api/v1/namespaces/default/configmaps//']) {
    const { socket, text } = await socketOf(admin);
    socket.write(`GET ${path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`);
    await once(socket, 'end');
    expect(text()).toMatch(/^HTTP\/1\.1 (200|4\d\d) /);
  }
});

test('a client that comes back with its TLS session is who it was', async () => {
  const first = connect({ host: '127.0.0.1', port: admin.port, ...admin.tls });
  first.write('GET /api/v1/namespaces HTTP/1.1\r\nhost: x\r\n\r\n');
  const [session] = await once(first, 'session');
  first.destroy();
  const again = connect({ host: '127.0.0.1', port: admin.port, ...admin.tls, session });
  again.write('GET /api/v1/namespaces HTTP/1.1\r\nhost: x\r\n\r\n');
  const [answer] = await once(again, 'data');
  expect(again.isSessionReused()).toBe(true);
  expect(String(answer)).toMatch(/^HTTP\/1\.1 200 /);
  again.destroy();
});

test('a client that waits to be told to go on is told so', async () => {
  const { at } = await namespace();
  const body = JSON.stringify(configMap('patient'));
  const { socket, text } = await socketOf(admin);
  const head = `POST ${at}/configmaps HTTP/1.1\r\nhost: x\r\nexpect: 100-continue\r\ncontent-type: application/json\r\nconnection: close`;
  socket.write(`${head}\r\ncontent-length: ${body.length}\r\n\r\n`);
  await once(socket, 'data');
  expect(text()).toMatch(/^HTTP\/1\.1 100 /);
  socket.write(body);
  await once(socket, 'end');
  expect(text()).toContain('HTTP/1.1 201 ');
});

test('watchers that go away are forgotten, at whatever moment they go', async () => {
  const { at } = await namespace();
  const open = () => startRequest({ host: '127.0.0.1', port: admin.port, ...admin.tls, path: `${at}/configmaps?watch=true` });
  const closing: Promise<unknown>[] = [];
  for (let i = 0; i < 20; i++) {
    const request = open().on('error', () => {});
    closing.push(closeOf(request));
    request.end();
    if (i % 2 === 0) request.once('socket', (socket) => socket.once('secureConnect', () => setImmediate(() => request.destroy())));
    else request.once('response', () => request.destroy());
  }
  await Promise.all(closing);
  await expect.poll(() => cluster.server.watchers).toBe(0);
});

test('a watcher that stops reading is cut off, and holds up nobody', async () => {
  const { at } = await namespace();
  const slow = await socketOf(admin);
  slow.socket.write(`GET ${at}/configmaps?watch=true HTTP/1.1\r\nhost: x\r\n\r\n`);
  await once(slow.socket, 'data');
  slow.socket.pause();
  const quick = await admin.watch(`${at}/configmaps?watch=true`);
  const large = { x: 'y'.repeat(1_000_000) };
  await admin.post(`${at}/configmaps`, configMap('large', large));
  expect(await quick.take(1)).toEqual(['ADDED large']);
  for (let i = 0; i < 40 && cluster.server.watchers === 2; i++) {
    await admin.patch(`${at}/configmaps/large`, { data: { i: String(i) } });
    expect(await quick.take(1)).toEqual(['MODIFIED large']);
  }
  expect(cluster.server.watchers).toBe(1);
  quick.close();
  slow.socket.destroy();
});

test('a closed server ends its watches, and lets nobody in', async () => {
  const { startApiServer } = await import('./api-server.fixture.ts');
  const other = await startApiServer({ clock: realClock });
  const https = await other.https();
  const watch = await https.admin.watch('/api/v1/namespaces/default/configmaps?watch=true');
  const ended = watch.next();
  await other.server.close();
  expect(await ended).toBeUndefined();
  await expect(https.admin.get('/api')).rejects.toThrow();
  await other[Symbol.asyncDispose]();
});
