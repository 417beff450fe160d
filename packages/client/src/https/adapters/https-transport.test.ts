import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Pods } from '@kubernats/api';
import { realClock, seededRandom } from '@kubernats/clock';
import { afterEach, describe, expect, test } from 'vitest';
import { createClient } from '../../client.ts';
import { httpsTransport } from './https-transport.ts';

const cleanup: (() => void)[] = [];
afterEach(() => {
  for (const undo of cleanup.splice(0)) undo();
});

async function serving(handle: (request: IncomingMessage, response: ServerResponse) => void) {
  const server = createServer(handle);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const transport = httpsTransport({ url: `http://127.0.0.1:${port}`, clock: realClock, random: seededRandom(1) });
  cleanup.push(() => {
    transport[Symbol.dispose]();
    server.closeAllConnections();
    server.close();
  });
  return transport;
}

describe('the HTTP transport', () => {
  test('sends the request and hands back body, code and warnings', async () => {
    const transport = await serving((request, response) => {
      response.setHeader('warning', '299 - "mind \\"this\\""');
      response.writeHead(201).end(JSON.stringify({ method: request.method, url: request.url }));
    });
    const answer = await transport.request({
      verb: 'create',
      group: '',
      version: 'v1',
      resource: 'pods',
      namespace: 'a',
      body: new Uint8Array(2),
    });
    expect(answer.code).toBe(201);
    expect(answer.warnings).toEqual(['mind "this"']);
    expect(new TextDecoder().decode(answer.body)).toBe('{"method":"POST","url":"/api/v1/namespaces/a/pods"}');
  });

  test('a server that is away is ServiceUnavailable, one that is slow is Timeout', async () => {
    const away = httpsTransport({ url: 'http://127.0.0.1:1', clock: realClock, random: seededRandom(1) });
    await expect(createClient(away).kind(Pods).get('a', 'b')).rejects.toMatchObject({ reason: 'ServiceUnavailable' });
    const slow = await serving(() => {});
    await expect(createClient(slow, { timeoutMs: 20 }).kind(Pods).get('a', 'b')).rejects.toMatchObject({ reason: 'Timeout' });
  });

  test('follows by list and watch, goes on from the last revision, and lists again when that expired', async () => {
    const urls: string[] = [];
    const watches: ((response: ServerResponse) => void)[] = [
      (response) => {
        response.write(`${JSON.stringify({ type: 'ADDED', object: { metadata: { name: 'b', resourceVersion: '11' } } })}\n{"type":"BOOKM`);
        response.end(`ARK","object":{"metadata":{"resourceVersion":"15"}}}\n`);
      },
      (response) => response.end(`${JSON.stringify({ type: 'ERROR', object: { kind: 'Status', reason: 'Expired', code: 410 } })}\n`),
    ];
    const transport = await serving((request, response) => {
      const url = new URL(request.url ?? '', 'http://x');
      if (!url.searchParams.has('watch')) {
        urls.push('list');
        return response.end(JSON.stringify({ metadata: { resourceVersion: '10' }, items: [{ metadata: { name: 'a' } }] }));
      }
      urls.push(`watch ${url.searchParams.get('resourceVersion')}`);
      const next = watches.shift();
      if (next) next(response);
      else response.writeHead(200).flushHeaders();
    });
    const told: string[] = [];
    const stop = new AbortController();
    const { promise: again, resolve } = Promise.withResolvers<void>();
    const sink = {
      replace: (_: unknown, revision: string) => {
        told.push(`replace ${revision}`);
        if (told.filter((line) => line.startsWith('replace')).length === 2) resolve();
      },
      changed: (type: string) => told.push(type),
    };
    const done = transport.follow({ group: '', version: 'v1', resource: 'pods' }, sink, stop.signal);
    await again;
    stop.abort();
    await done;
    expect(told).toEqual(['replace 10', 'ADDED', 'replace 10']);
    expect(urls.slice(0, 4)).toEqual(['list', 'watch 10', 'watch 15', 'list']);
  });
});
