import { once } from 'node:events';
import { connect as connectPlainly } from 'node:net';
import { text as textOf } from 'node:stream/consumers';
import { connect } from 'node:tls';
import { SteppedClock } from '@kubernats/clock';
import { expect, test } from 'vitest';
import { startApiServer } from './api-server.fixture.ts';
import { configMap } from './support/cluster-of-file.ts';
import type { HttpsClient } from './support/https-client.ts';

const PATH = '/api/v1/namespaces/default/configmaps';
const POST = { ':method': 'POST', ':path': PATH, 'content-type': 'application/json' };

async function socketOf({ port, tls }: HttpsClient) {
  const socket = connect({ host: '127.0.0.1', port, ...tls, ALPNProtocols: ['http/1.1'] });
  await once(socket, 'secureConnect');
  let text = '';
  socket.on('data', (chunk) => (text += String(chunk)));
  socket.on('error', () => {});
  return { socket, text: () => text };
}

test('R1: who speaks HTTP without TLS is told so', async () => {
  await using fixture = await startApiServer();
  const { admin } = await fixture.https();
  const socket = connectPlainly({ host: '127.0.0.1', port: admin.port });
  socket.write('GET /api HTTP/1.1\r\nhost: x\r\n\r\n');
  expect(await textOf(socket)).toBe('HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n');
});

test('a body that nobody waits for any more does not hold its connection', async () => {
  const clock = new SteppedClock();
  await using fixture = await startApiServer({ clock });
  const { anonymous } = await fixture.https();
  const { socket, text } = await socketOf(anonymous);
  const closed = once(socket, 'close');
  socket.write(`POST ${PATH} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer none\r\ncontent-length: 1000\r\n\r\n{`);
  await expect.poll(text).toMatch(/^HTTP\/1\.1 401 /);
  await clock.advance(6_000);
  await closed;

  // Over HTTP/2 the stream ends, and its connection goes on.
  const session = anonymous.http2();
  const stream = session.request({ ...POST, authorization: 'Bearer none' });
  stream.on('error', () => {});
  stream.write('{');
  const ended = once(stream, 'close');
  const [head] = await once(stream, 'response');
  expect(head[':status']).toBe(401);
  stream.resume();
  await ended;
  const [next] = await once(session.request({ ':path': '/version' }), 'response');
  expect(next[':status']).toBe(200);
  session.destroy();
});

test('bodies that are not sent to their end do not hold up others on the same connection', async () => {
  await using fixture = await startApiServer();
  const { admin } = await fixture.https();
  const session = admin.http2();
  session.on('error', () => {});
  const half = JSON.stringify(configMap('half', { x: 'y'.repeat(200_000) })).slice(0, 150_000);
  const stuck = Array.from({ length: 20 }, () => {
    const stream = session.request(POST);
    stream.on('error', () => {});
    stream.write(half);
    return stream;
  });
  const whole = session.request(POST);
  whole.end(JSON.stringify(configMap('whole', { x: 'y'.repeat(500_000) })));
  const [head] = await once(whole, 'response');
  expect(head[':status']).toBe(201);
  expect(stuck.every((stream) => !stream.closed)).toBe(true);
  session.destroy();
});

/** A frame of HTTP/2. Source: RFC 9113, section 4.1. */
function frame(type: number, flags: number, stream: number, payload: Uint8Array): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head[3] = type;
  head[4] = flags;
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}

test('streams that are reset as they come end their connection in the end, and nobody else notices', async () => {
  await using fixture = await startApiServer();
  const { admin, port } = await fixture.https();
  const socket = connect({ host: '127.0.0.1', port, ...admin.tls, ALPNProtocols: ['h2'] });
  socket.on('error', () => {});
  let received = Buffer.alloc(0);
  socket.on('data', (chunk: Buffer) => (received = Buffer.concat([received, chunk])));
  await once(socket, 'secureConnect');
  const closed = new Promise((resolve) => socket.once('close', resolve));
  socket.write('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
  socket.write(frame(4, 0, 0, Buffer.alloc(0)));
  // GET https://x/, and at once: no longer wanted (CANCEL).
  const request = Buffer.from([0x82, 0x87, 0x84, 0x41, 0x01, 0x78]);
  const cancel = Buffer.from([0, 0, 0, 8]);
  let next = 1;
  const reset = (streams: number): Promise<unknown> => {
    const frames = Array.from({ length: streams }, () => {
      const id = next;
      next += 2;
      return [frame(1, 5, id, request), frame(3, 0, id, cancel)];
    });
    return new Promise((resolve) => socket.write(Buffer.concat(frames.flat()), resolve));
  };
  // So many a client may reset that has its reasons: it is answered still.
  void reset(2_000);
  const ping = Buffer.from('are u ok');
  socket.write(frame(6, 0, 0, ping));
  await expect.poll(() => received.includes(frame(6, 1, 0, ping))).toBe(true);
  while (socket.writable) await reset(1_000);
  await closed;
  expect((await admin.get(PATH)).code).toBe(200);
});

test('a head of a megabyte is refused over HTTP/2 as well', async () => {
  await using fixture = await startApiServer();
  const { admin } = await fixture.https();
  const session = admin.http2();
  session.on('error', () => {});
  const outcome = new Promise<string>((resolve) => {
    const stream = session.request({
      ':path': '/version',
      ...Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`x-${i}`, 'y'.repeat(40_000)])),
    });
    stream.on('error', () => resolve('refused'));
    stream.on('close', () => resolve('refused'));
    stream.on('response', (head) => resolve(String(head[':status'])));
  });
  expect(['refused', '431']).toContain(await outcome);
  expect((await admin.get('/version')).code).toBe(200);
  session.destroy();
});
