import { once } from 'node:events';
import { connect } from 'node:tls';
import { SteppedClock } from '@kubernats/clock';
import { expect, test } from 'vitest';
import { startApiServer } from './api-server.fixture.ts';
import { configMap } from './support/cluster-of-file.ts';
import type { HttpsClient } from './support/https-client.ts';

const PATH = '/api/v1/namespaces/default/configmaps';

/** A request whose body does not come: it is under way until its connection ends. */
async function stuckPost(client: HttpsClient, path = PATH) {
  const socket = connect({ host: '127.0.0.1', port: client.port, ...client.tls, ALPNProtocols: ['http/1.1'] });
  await once(socket, 'secureConnect');
  let text = '';
  socket.on('data', (chunk) => (text += String(chunk)));
  socket.on('error', () => {});
  socket.write(`POST ${path} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n{`);
  return { socket, text: () => text };
}

const inFlight = async (client: HttpsClient, kind: string) =>
  Number(
    new RegExp(`apiserver_current_inflight_requests\\{request_kind="${kind}"\\} (\\d+)`).exec((await client.get('/metrics')).text)?.[1],
  );

test('R1: more writes at a time than are allowed get 429, but for those who may do everything', async () => {
  const limits = { maxRequestsInflight: 400, maxMutatingRequestsInflight: 1, requestTimeoutMs: 60_000 };
  await using fixture = await startApiServer({ config: { limits } });
  const door = await fixture.https();
  const ann = await door.as('ann');
  const first = await stuckPost(ann);
  await expect.poll(() => inFlight(door.admin, 'mutating')).toBe(1);
  const refused = await ann.post(PATH, configMap('a'));
  expect([refused.code, refused.headers['retry-after'], refused.headers['content-type']]).toEqual([429, '1', 'text/plain; charset=utf-8']);
  expect(refused.text).toBe('Too many requests, please try again later.\n');
  expect((await door.admin.post(PATH, configMap('b'))).code).toBe(201);
  // Reads, watches and the server's health have nothing to do with it.
  expect((await ann.get(PATH)).code).toBe(403);
  expect((await ann.get('/livez')).code).toBe(200);
  first.socket.destroy();
  await expect.poll(async () => (await ann.post(PATH, configMap('a'))).code).toBe(403);
  const metrics = (await door.admin.get('/metrics')).text;
  expect(metrics).toMatch(/apiserver_request_terminations_total\{verb="POST",.*resource="configmaps",.*code="429"\} \d/);
  expect(metrics).toContain('apiserver_dropped_requests_total{request_kind="mutating"}');
});

test('R1: a request that takes too long gets 504, and a watch does not', async () => {
  const clock = new SteppedClock();
  await using fixture = await startApiServer({ clock });
  const { admin } = await fixture.https();
  const watch = await admin.watch(`${PATH}?watch=true&allowWatchBookmarks=true`);
  const { socket, text } = await stuckPost(admin);
  const quick = await stuckPost(admin, `${PATH}?timeout=10s`);
  await expect.poll(() => inFlight(admin, 'mutating')).toBe(2);
  await clock.advance(11_000);
  await expect.poll(quick.text).toMatch(/^HTTP\/1\.1 504 /);
  expect(text()).toBe('');
  await clock.advance(50_000);
  await expect
    .poll(text)
    .toContain(
      '{"metadata":{},"status":"Failure","message":"Timeout: request did not complete within the allotted timeout","reason":"Timeout","details":{},"code":504}\n',
    );
  await admin.post(PATH, configMap('a'));
  expect(await watch.take(2)).toEqual(['BOOKMARK', 'ADDED a']);
  expect((await admin.get('/metrics')).text).toMatch(/apiserver_longrunning_requests\{verb="WATCH",.*resource="configmaps",.*\} 1/);
  socket.destroy();
  quick.socket.destroy();
});

test('R1: a time that is none is refused', async () => {
  await using fixture = await startApiServer();
  const { admin } = await fixture.https();
  expect((await admin.get(`${PATH}?timeout=soon`)).status()).toMatchObject({
    code: 400,
    message: 'invalid timeout specified in the request URL - time: invalid duration "soon"',
  });
  expect((await admin.get(`${PATH}?timeout=0s`)).code).toBe(200);
});

test('R1: a body that is too large is refused by its Status', async () => {
  await using fixture = await startApiServer();
  const { admin } = await fixture.https();
  const { code, status } = await admin.post(PATH, configMap('big', { x: 'y'.repeat(4 * 1024 * 1024) }));
  expect([code, status()]).toMatchObject([
    413,
    { status: 'Failure', reason: 'RequestEntityTooLarge', message: 'Request entity too large: limit is 3145728', code: 413 },
  ]);
});

test('R1: a long selector fits into the URL', async () => {
  await using fixture = await startApiServer();
  const { admin } = await fixture.https();
  const names = Array.from({ length: 4_000 }, (_, i) => `value-number-${i}`).join(',');
  expect((await admin.get(`${PATH}?labelSelector=${encodeURIComponent(`a in (${names})`)}`)).code).toBe(200);
});
