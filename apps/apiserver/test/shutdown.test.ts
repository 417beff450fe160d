import { once } from 'node:events';
import { connect } from 'node:tls';
import { expect, test } from 'vitest';
import { startApiServer } from './api-server.fixture.ts';
import { configMap } from './support/cluster-of-file.ts';

const PATH = '/api/v1/namespaces/default/configmaps';

test('a server that goes away says so first, ends its watches, and answers what has begun', async () => {
  await using fixture = await startApiServer({ config: { shutdownDelayMs: 300 } });
  const { admin } = await fixture.https();
  const watch = await admin.watch(`${PATH}?watch=true`);
  const session = admin.http2();
  // After GOAWAY the connection is nobody's any more.
  session.on('error', () => {});
  const goaway = once(session, 'goaway');
  const stream = session.request({ ':path': '/version' });
  await once(stream, 'response');
  stream.resume();
  const body = JSON.stringify(configMap('late'));
  const socket = connect({ host: '127.0.0.1', port: admin.port, ...admin.tls, ALPNProtocols: ['http/1.1'] });
  await once(socket, 'secureConnect');
  let text = '';
  socket.on('data', (chunk) => (text += String(chunk)));
  socket.write(
    `POST ${PATH} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body.slice(0, 5)}`,
  );
  const closing = fixture.server.close();

  const ready = await admin.get('/readyz');
  expect([ready.code, ready.text]).toEqual([500, expect.stringContaining('[-]shutdown failed: reason withheld\nreadyz check failed\n')]);
  expect((await admin.get('/livez')).code).toBe(200);
  expect(await watch.take(1)).toEqual(['END']);
  await goaway;
  socket.write(body.slice(5));
  await once(socket, 'end');
  expect(text).toMatch(/^HTTP\/1\.1 201 /);
  expect(text).toContain('connection: close\r\n');
  await closing;
  session.destroy();
});
