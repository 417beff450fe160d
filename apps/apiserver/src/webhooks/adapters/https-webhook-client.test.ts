import { realClock, SteppedClock } from '@kubernats/clock';
import { StatusError } from '@kubernats/errors';
import { type Address, loopbackNetwork, type Network, VirtualNetwork } from '@kubernats/net';
import { createCertificateAuthority } from '@kubernats/pki';
import { describe, expect, test } from 'vitest';
import { type Answer, startWebhookServer, type WebhookServerOptions } from '../../../test/support/webhook-server.ts';
import { WebhookCallError, type WebhookClientConfig } from '../webhook-client.ts';
import { httpsWebhookClient } from './https-webhook-client.ts';

const authority = await createCertificateAuthority({ clock: realClock }, 'webhook-ca');
const stranger = await createCertificateAuthority({ clock: realClock }, 'other');
const DAY_MS = 24 * 3600 * 1000;

const json: Answer = (request, response, body) => {
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify({ url: request.url, headers: request.headers, body }));
};

interface Setup extends WebhookServerOptions {
  network?: Network;
  answer?: Answer;
  clock?: Pick<SteppedClock, 'now' | 'monotonic' | 'setTimer' | 'sleep'>;
}

/** A webhook behind the Service `ns/hook`, and a client. */
async function setUp({ network = loopbackNetwork(), answer = json, clock = realClock, ...options }: Setup = {}) {
  const server = await startWebhookServer(network, answer, { authority, names: ['hook.ns.svc'], ...options });
  const resolved: object[] = [];
  const resolve = (service: object): Address => {
    resolved.push(service);
    return server.address;
  };
  const client = httpsWebhookClient({ network, clock, resolve });
  const service = { namespace: 'ns', name: 'hook', path: '/review' };
  const call = async (config: WebhookClientConfig = { service, caBundle: server.caBundle }, timeoutMs = 10_000, signal?: AbortSignal) =>
    new TextDecoder().decode(await client.call(config, '{"a":1}', { timeoutMs, ...(signal ? { signal } : {}) }));
  const url = `https://127.0.0.1:${server.address.port}`;
  return {
    ...{ server, client, call, resolved, service, url },
    async [Symbol.asyncDispose]() {
      client[Symbol.dispose]();
      await server[Symbol.asyncDispose]();
    },
  };
}

const POST = 'Post "https://hook.ns.svc:443/review?timeout=10s"';

describe.each<[string, () => Network]>([
  ['real sockets', loopbackNetwork],
  ['sockets in memory', () => new VirtualNetwork()],
])('R1: a webhook over %s', (_, network) => {
  test('is asked with POST, by its name, and on the connection of the call before', async () => {
    await using hook = await setUp({ network: network(), at: { host: '127.0.0.1', port: 4443 + (_ === 'real sockets' ? -4443 : 0) } });
    const seen = JSON.parse(await hook.call());
    expect(seen).toMatchObject({
      url: '/review?timeout=10s',
      headers: { host: 'hook.ns.svc:443', 'user-agent': 'kube-apiserver-admission', 'content-type': 'application/json' },
      body: '{"a":1}',
    });
    // A connection is free when what was written to it has been read, too.
    await new Promise((resolve) => setImmediate(resolve));
    await hook.call();
    expect(hook.server.connections).toBe(1);
    expect(hook.resolved).toEqual([{ namespace: 'ns', name: 'hook', port: 443 }]);
    hook.server.cut();
    await hook.call();
    expect(hook.server.connections).toBe(2);
  });
});

test('R1: a URL is called as it is, with its port and its path', async () => {
  await using hook = await setUp({ addresses: ['127.0.0.1'] });
  const { url, headers } = JSON.parse(await hook.call({ url: `${hook.url}/a/b`, caBundle: hook.server.caBundle }, 1500));
  expect(url).toBe('/a/b?timeout=2s');
  expect(headers.host).toBe(`127.0.0.1:${hook.server.address.port}`);
});

describe('R1: what a webhook answers, in the words of a client of Kubernetes', () => {
  const plain =
    (code: number, text: string, headers: Record<string, string> = {}): Answer =>
    (_request, response) =>
      response.writeHead(code, headers).end(text);
  test.each<[string, Answer, string]>([
    ['500', plain(500, 'boom\n'), 'an error on the server ("boom") has prevented the request from succeeding'],
    [
      '500 with a page',
      plain(500, '{}', { 'content-type': 'application/x' }),
      'an error on the server ("unknown") has prevented the request from succeeding',
    ],
    ['404', plain(404, ''), 'the server could not find the requested resource'],
    ['403', plain(403, 'not you'), 'not you'],
    [
      '302',
      plain(302, '', { location: 'https://127.0.0.1:1/' }),
      'the server responded with the status code 302 but did not return more information',
    ],
    [
      'a Status',
      plain(500, '{"kind":"Status","status":"Failure","message":"out of order"}', { 'content-type': 'application/json' }),
      'out of order',
    ],
    [
      'a page',
      plain(200, '<html>', { 'content-type': 'text/html; charset=utf-8' }),
      "serializer for text/html; charset=utf-8 doesn't exist",
    ],
    [
      'nothing',
      plain(200, '', { 'content-type': 'application/json' }),
      '0-length response with status code: 200 and content type: application/json',
    ],
    ['too much', plain(200, 'x'.repeat(3 * 1024 * 1024 + 1)), 'the response is longer than 3145728 bytes'],
    [
      'half of it',
      (_request, response) => response.writeHead(200, { 'content-length': '100' }).write('x', () => response.destroy()),
      'unexpected error when reading response body. Please retry. Original error: unexpected EOF',
    ],
    ['a closed door', (request) => request.socket.destroy(), `${POST}: EOF`],
  ])('%s', async (_, answer, message) => {
    await using hook = await setUp({ answer });
    await expect(hook.call()).rejects.toThrow(new WebhookCallError(message));
  });
});

describe('R1: why a webhook cannot be called', () => {
  test('nobody listens, or there is no endpoint', async () => {
    await using hook = await setUp();
    const { port } = hook.server.address;
    await hook.server[Symbol.asyncDispose]();
    await expect(hook.call()).rejects.toThrow(new WebhookCallError(`${POST}: dial tcp 127.0.0.1:${port}: connect: connection refused`));
    const resolve = () => {
      throw new StatusError('ServiceUnavailable', 'no endpoints available for service "hook"');
    };
    const client = httpsWebhookClient({ network: loopbackNetwork(), clock: realClock, resolve });
    await expect(client.call({ service: hook.service }, '', { timeoutMs: 10_000 })).rejects.toThrow(
      new WebhookCallError(`${POST}: no endpoints available for service "hook"`),
    );
  });

  test.each<[string, WebhookServerOptions, string]>([
    ['another name', { names: ['a.ns.svc', 'b'] }, 'certificate is valid for a.ns.svc, b, not hook.ns.svc'],
    ['addresses only', { names: [], addresses: ['10.0.0.1'] }, 'certificate is not valid for any names, but wanted to match hook.ns.svc'],
    ['another authority', { authority: stranger }, 'certificate signed by unknown authority'],
  ])('its certificate is of %s', async (_, options, why) => {
    await using hook = await setUp(options);
    const caBundle = Buffer.from(authority.certificatePem).toString('base64');
    const called = hook.call({ service: hook.service, caBundle });
    await expect(called).rejects.toThrow(new WebhookCallError(`${POST}: tls: failed to verify certificate: x509: ${why}`));
  });

  test('its certificate has expired, is of another address, or is trusted by nobody', async () => {
    await using old = await setUp({ madeAtMs: realClock.now() - 500 * DAY_MS });
    const late = 'x509: certificate has expired or is not yet valid: current time';
    await expect(old.call()).rejects.toThrow(new RegExp(`${late} \\S+Z is after \\S+Z$`));
    await using hook = await setUp();
    const { url, caBundle } = { url: hook.url, caBundle: hook.server.caBundle };
    await expect(hook.call({ url, caBundle })).rejects.toThrow(
      "x509: cannot validate certificate for 127.0.0.1 because it doesn't contain any IP SANs",
    );
    await expect(hook.call({ service: hook.service })).rejects.toThrow('x509: certificate signed by unknown authority');
  });

  test('it speaks HTTP where HTTPS is wanted', async () => {
    const network = loopbackNetwork();
    const listener = await network.listen({ host: '127.0.0.1', port: 0 }, (connection) => {
      connection.on('error', () => {});
      connection.end('HTTP/1.1 400 Bad Request\r\n\r\n');
    });
    const client = httpsWebhookClient({ network, clock: realClock, resolve: () => listener.address });
    const called = client.call({ service: { namespace: 'ns', name: 'hook' } }, '', { timeoutMs: 10_000 });
    await expect(called).rejects.toThrow('http: server gave HTTP response to HTTPS client');
    await listener.close();
  });

  test('it names no webhook', async () => {
    await using hook = await setUp();
    await expect(hook.call({})).rejects.toThrow('webhook configuration must have either service or URL');
    await expect(hook.call({ url: 'https://' })).rejects.toThrow('Unparsable URL: https://');
  });
});

describe('R2: a webhook that hangs', () => {
  const DEADLINE = 'Post "https://hook.ns.svc:443/review?timeout=1s": context deadline exceeded';

  test('before it answers, or while it does', async () => {
    const clock = new SteppedClock();
    const asked = Promise.withResolvers<void>();
    await using silent = await setUp({ clock, answer: () => asked.resolve() });
    const called = expect(silent.call(undefined, 1000)).rejects.toThrow(new WebhookCallError(DEADLINE));
    await asked.promise;
    await clock.advance(1000);
    await called;
    const begun = Promise.withResolvers<void>();
    await using slow = await setUp({ clock, answer: (_request, response) => response.write('{', () => begun.resolve()) });
    const read = expect(slow.call(undefined, 1000)).rejects.toThrow(/: context deadline exceeded$/);
    await begun.promise;
    await clock.advance(1000);
    await read;
  });

  test('in its handshake, for as long as a handshake may take', async () => {
    const clock = new SteppedClock();
    const network = new VirtualNetwork();
    const accepted = Promise.withResolvers<void>();
    const at = { host: '127.0.0.1', port: 443 };
    await using _listener = await network.listen(at, () => accepted.resolve());
    const client = httpsWebhookClient({ network, clock, resolve: () => at });
    const called = expect(client.call({ service: { namespace: 'ns', name: 'hook' } }, '', { timeoutMs: 30_000 })).rejects.toThrow(
      new WebhookCallError('Post "https://hook.ns.svc:443/?timeout=30s": net/http: TLS handshake timeout'),
    );
    await accepted.promise;
    await new Promise((resolve) => setImmediate(resolve));
    await clock.advance(10_000);
    await called;
    expect(network.openEnds).toBe(1);
  });

  test('is left when the caller goes', async () => {
    const asked = Promise.withResolvers<void>();
    await using hook = await setUp({ answer: () => asked.resolve() });
    const caller = new AbortController();
    const called = hook.call(undefined, 10_000, caller.signal);
    await asked.promise;
    caller.abort(new Error('gone'));
    await expect(called).rejects.toThrow('gone');
  });
});
