import { createServer } from 'node:https';
import type { HTTPGetAction } from '@kubernats/api';
import { realClock } from '@kubernats/clock';
import type { Connection, Network } from '@kubernats/net';
import { createCertificateAuthority, issueServerCertificate } from '@kubernats/pki';
import { describe, expect, test } from 'vitest';
import type { Finding } from './handler.ts';
import { HandlerFixture, NETWORKS, POD_IP, timedOut } from './handlers.fixture.ts';
import { probeHttp } from './http-probe.ts';

const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';
const reply = (status: number, headers = ''): string => `HTTP/1.1 ${status} X\r\n${headers}Content-Length: 0\r\n\r\n`;

const probe = (fixture: HandlerFixture, action: HTTPGetAction): Promise<Finding> => probeHttp(action, fixture.target(), fixture.limits);

describe.each(NETWORKS)('an httpGet probe, %s', (_, make: () => Network) => {
  test('an answer from 200 to 399 is healthy', async () => {
    await using fixture = new HandlerFixture(make());
    const asked: string[] = [];
    const port = await fixture.answer(OK, asked);
    expect(await probe(fixture, { port, path: '/healthz?full=1' })).toEqual({ result: 'success', output: 'ok' });
    expect(asked).toEqual([
      `GET /healthz?full=1 HTTP/1.1\r\nHost: ${POD_IP}:${port}\r\nUser-Agent: kube-probe/1.36\r\nAccept: */*\r\nConnection: close\r\n\r\n`,
    ]);
  });

  test.each([400, 404, 500, 503, 600])('%i is not', async (status) => {
    await using fixture = new HandlerFixture(make());
    const port = await fixture.answer(reply(status));
    expect(await probe(fixture, { port })).toEqual({ result: 'failure', output: `HTTP probe failed with statuscode: ${status}` });
  });

  test('a closed port refuses', async () => {
    await using fixture = new HandlerFixture(make());
    const port = await fixture.closedPort();
    const where = `${POD_IP}:${port}`;
    expect(await probe(fixture, { port, path: '/x' })).toEqual({
      result: 'failure',
      output: `Get "http://${where}/x": dial tcp ${where}: connect: connection refused`,
    });
  });

  test('a server that takes the connection and never answers is timed out', async () => {
    await using fixture = new HandlerFixture(make());
    const accepted = Promise.withResolvers<Connection>();
    const port = await fixture.serve(accepted.resolve);
    expect(await timedOut(fixture, accepted.promise, probe(fixture, { port }))).toEqual({
      result: 'failure',
      output: `Get "http://${POD_IP}:${port}/": context deadline exceeded (Client.Timeout exceeded while awaiting headers)`,
    });
    await closed(await accepted.promise);
  });

  test('so is one that sends half a header', async () => {
    await using fixture = new HandlerFixture(make());
    const sent = Promise.withResolvers<void>();
    const port = await fixture.serve((connection) => connection.write('HTTP/1.1 200 OK\r\nContent-Le', () => sent.resolve()));
    expect(await timedOut(fixture, sent.promise, probe(fixture, { port }))).toMatchObject({
      output: `Get "http://${POD_IP}:${port}/": context deadline exceeded (Client.Timeout exceeded while awaiting headers)`,
    });
  });

  test('of a body of 100 MB no more than 10 KiB is read', async () => {
    await using fixture = new HandlerFixture(make());
    let sent = 0;
    const gone = Promise.withResolvers<void>();
    const port = await fixture.serve((connection) => {
      connection.once('close', gone.resolve);
      connection.write('HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n');
      const chunk = Buffer.alloc(64 * 1024, 'x');
      const pour = (): void => {
        if (sent >= 100_000_000 || connection.destroyed) return;
        sent += chunk.byteLength;
        connection.write(chunk, (error) => !error && pour());
      };
      pour();
    });
    const finding = await probe(fixture, { port });
    expect(finding).toEqual({ result: 'success', output: 'x'.repeat(10 * 1024) });
    await gone.promise;
    expect(sent).toBeLessThan(50_000_000);
  });

  test('a server that hangs up, resets, or does not speak HTTP', async () => {
    await using fixture = new HandlerFixture(make());
    const hangsUp = await fixture.serve((connection) => connection.once('data', () => connection.end()));
    const resets = await fixture.serve((connection) => connection.once('data', () => connection.reset()));
    const talks = await fixture.answer('hello\r\nworld\r\n\r\n');
    const url = (port: number): string => `Get "http://${POD_IP}:${port}/": `;
    expect(await probe(fixture, { port: hangsUp })).toMatchObject({ output: `${url(hangsUp)}EOF` });
    const reset = await probe(fixture, { port: resets });
    expect(reset.error ?? reset.output).toMatch(
      /^Get "http:\/\/[\d.:]+\/": read tcp 127\.0\.77\.1:\d+->127\.0\.77\.2:\d+: read: connection reset by peer$/,
    );
    expect(await probe(fixture, { port: talks })).toMatchObject({
      output: `${url(talks)}net/http: HTTP/1.x transport connection broken: malformed HTTP response "hello"`,
    });
  });

  test('HTTPS does not look at the certificate', async () => {
    await using fixture = new HandlerFixture(make());
    const deps = { clock: realClock };
    const ca = await createCertificateAuthority(deps, 'nobody');
    const { certificatePem, privateKeyPem } = await issueServerCertificate(deps, ca, { commonName: 'x', names: ['x'], addresses: [] });
    const server = createServer({ cert: certificatePem, key: privateKeyPem }, (request, response) => response.end(request.url));
    const port = await fixture.serve((connection) => void server.emit('connection', connection));
    expect(await probe(fixture, { port, path: '/secret', scheme: 'HTTPS' })).toEqual({ result: 'success', output: '/secret' });
  });

  test('HTTPS asked of a server without it', async () => {
    await using fixture = new HandlerFixture(make());
    const port = await fixture.answer('HTTP/1.0 400 Bad Request\r\n\r\nClient sent something else');
    expect(await probe(fixture, { port, scheme: 'HTTPS' })).toMatchObject({
      result: 'failure',
      output: `Get "https://${POD_IP}:${port}/": http: server gave HTTP response to HTTPS client`,
    });
  });
});

test('a body that stops coming: the probe cannot tell', async () => {
  await using fixture = new HandlerFixture();
  const read = Promise.withResolvers<void>();
  // More than the connection holds: it is written when it has been read.
  const padding = `X-Padding: ${'x'.repeat(256 * 1024)}\r\n`;
  const port = await fixture.serve((connection) =>
    connection.write(`HTTP/1.1 200 OK\r\n${padding}Content-Length: 9\r\n\r\nhalf`, () => read.resolve()),
  );
  expect(await timedOut(fixture, read.promise, probe(fixture, { port }))).toEqual({
    result: 'failure',
    error: 'context deadline exceeded (Client.Timeout or context cancellation while reading body)',
  });
});

describe('redirects', () => {
  test('are followed on the same host', async () => {
    await using fixture = new HandlerFixture();
    const asked: string[] = [];
    const port = await fixture.answer((request) => (request.startsWith('GET /old ') ? reply(301, 'Location: /new?x=1\r\n') : OK), asked);
    expect(await probe(fixture, { port, path: '/old', httpHeaders: [{ name: 'Host', value: 'shop' }] })).toMatchObject({
      result: 'success',
    });
    expect(asked.map((request) => request.split('\r\n').slice(0, 2))).toEqual([
      ['GET /old HTTP/1.1', 'Host: shop'],
      ['GET /new?x=1 HTTP/1.1', 'Host: shop'],
    ]);
  });

  test('to another host are a success with a warning', async () => {
    await using fixture = new HandlerFixture();
    const port = await fixture.answer('HTTP/1.1 302 Found\r\nLocation: http://example.com/\r\nContent-Length: 4\r\n\r\ngone');
    expect(await probe(fixture, { port })).toEqual({ result: 'warning', output: 'Probe terminated redirects, Response body: gone' });
  });

  test('without an end are stopped', async () => {
    await using fixture = new HandlerFixture();
    const asked: string[] = [];
    const port = await fixture.answer(reply(307, 'Location: /again\r\n'), asked);
    expect(await probe(fixture, { port })).toMatchObject({
      result: 'failure',
      output: `Get "http://${POD_IP}:${port}/again": stopped after 10 redirects`,
    });
    expect(asked).toHaveLength(10);
  });

  test('to what is no place', async () => {
    await using fixture = new HandlerFixture();
    const port = await fixture.answer(reply(302, 'Location: ftp://x/y\r\n'));
    expect(await probe(fixture, { port })).toMatchObject({
      output: 'Get "ftp://x/y": unsupported protocol scheme "ftp"',
    });
  });
});

describe('what is asked', () => {
  test('headers, as they are given; a port by its name', async () => {
    await using fixture = new HandlerFixture();
    const asked: string[] = [];
    const port = await fixture.answer(OK, asked);
    const target = fixture.target({ ports: [{ name: 'web', containerPort: port }] });
    const httpHeaders = [
      { name: 'host', value: 'shop.example.com' },
      { name: 'x-a', value: '1' },
      { name: 'X-A', value: '2' },
      { name: 'user-agent', value: 'me' },
      { name: 'Accept', value: '' },
      { name: 'X-City', value: '서울' },
    ];
    expect(await probeHttp({ port: 'web', path: 'no slash/ü', httpHeaders }, target, fixture.limits)).toMatchObject({ result: 'success' });
    expect(
      Buffer.from(asked[0] ?? '', 'latin1')
        .toString('utf8')
        .split('\r\n'),
    ).toEqual([
      'GET /no%20slash/%C3%BC HTTP/1.1',
      'Host: shop.example.com',
      'X-A: 1',
      'X-A: 2',
      'User-Agent: me',
      'X-City: 서울',
      'Connection: close',
      '',
      '',
    ]);
  });

  test.each<[HTTPGetAction, Partial<Finding>]>([
    [{ port: 'web' }, { result: 'unknown', error: 'strconv.Atoi: parsing "web": invalid syntax' }],
    [{ port: '70000' }, { result: 'unknown', error: 'invalid port number: 70000' }],
    [
      { port: 80, httpHeaders: [{ name: 'X-A', value: 'a\r\nX-B: c' }] },
      { result: 'failure', output: `Get "http://${POD_IP}:80/": net/http: invalid header field value for "X-A"` },
    ],
    [
      { port: 80, host: 'nowhere' },
      { result: 'failure', output: 'Get "http://nowhere:80/": dial tcp: lookup nowhere: no such host' },
    ],
    [
      { port: 80, httpHeaders: [{ name: 'Host', value: 'a\r\nX-B: c' }] },
      { result: 'failure', output: `Get "http://${POD_IP}:80/": http: invalid Host header` },
    ],
  ])('%o', async (action, finding) => {
    await using fixture = new HandlerFixture();
    expect(await probe(fixture, action)).toEqual(finding);
  });

  test("a host by name, and the node's localhost, which is not the machine's", async () => {
    await using fixture = new HandlerFixture();
    const port = await fixture.answer(OK);
    expect(await probe(fixture, { port, host: 'web' })).toMatchObject({ result: 'success' });
    expect(await probe(fixture, { port: 1, host: 'localhost' })).toMatchObject({
      output: 'Get "http://localhost:1/": dial tcp 127.0.0.1:1: connect: connection refused',
    });
    const onNode = await fixture.serve((connection) => connection.end(OK), '127.0.77.1');
    expect(await probe(fixture, { port: onNode, host: '127.0.0.1' })).toMatchObject({ result: 'success' });
  });
});

/** Resolves when the other end has gone away. */
function closed(connection: Connection): Promise<void> {
  return new Promise((resolve) => {
    connection.resume();
    connection.once('end', resolve);
    if (connection.readableEnded) resolve();
  });
}
