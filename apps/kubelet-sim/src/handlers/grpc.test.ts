import { createServer } from 'node:http2';
import { podNetwork, type ServingStatus } from '@kubernats/containers';
import { serveGrpcHealth } from '@kubernats/containers/grpc-health';
import type { Connection, Network } from '@kubernats/net';
import { describe, expect, test } from 'vitest';
import { probeGrpc } from './grpc.ts';
import type { Finding } from './handler.ts';
import { HandlerFixture, NETWORKS, POD_IP, timedOut } from './handlers.fixture.ts';

const probe = (fixture: HandlerFixture, port: number, service?: string): Promise<Finding> =>
  probeGrpc({ port, ...(service === undefined ? {} : { service }) }, fixture.target(), fixture.limits);

describe.each(NETWORKS)('a gRPC probe, %s', (_, make: () => Network) => {
  test.each<[ServingStatus, Finding]>([
    ['SERVING', { result: 'success', output: 'service healthy' }],
    ['NOT_SERVING', { result: 'failure', output: 'service unhealthy (responded with "NOT_SERVING")' }],
    ['UNKNOWN', { result: 'failure', output: 'service unhealthy (responded with "UNKNOWN")' }],
  ])('%s', async (status, finding) => {
    await using fixture = new HandlerFixture(make());
    await using listener = await serveGrpcHealth(podNetwork(fixture.network, POD_IP, { hostname: 'web' }), 0, () => status);
    expect(await probe(fixture, listener.address.port, 'a'.repeat(200))).toEqual(finding);
  });

  test('a server that takes the connection and never answers', async () => {
    await using fixture = new HandlerFixture(make());
    const accepted = Promise.withResolvers<Connection>();
    const port = await fixture.serve(accepted.resolve);
    expect(await timedOut(fixture, accepted.promise, probe(fixture, port))).toEqual({
      result: 'failure',
      output: `timeout: failed to connect service "${POD_IP}:${port}" within 1s: context deadline exceeded`,
    });
  });

  test('one that never answers the call', async () => {
    await using fixture = new HandlerFixture(make());
    const called = Promise.withResolvers<void>();
    const server = createServer().on('stream', () => called.resolve());
    const port = await fixture.serve((connection) => void server.emit('connection', connection));
    expect(await timedOut(fixture, called.promise, probe(fixture, port))).toEqual({
      result: 'failure',
      output: 'timeout: health rpc did not complete within 1s',
    });
  });
});

test('a closed port is tried until the time is over, as gRPC does', async () => {
  await using fixture = new HandlerFixture();
  const port = await fixture.closedPort();
  const probing = probeGrpc({ port }, fixture.target(), { ...fixture.limits, timeoutMs: 90_000 });
  await fixture.clock.advance(90_000);
  expect(await probing).toEqual({
    result: 'failure',
    output: `timeout: failed to connect service "${POD_IP}:${port}" within 1m30s: context deadline exceeded`,
  });
});

test.each<[string, Record<string, string>, string]>([
  [
    'without a health service',
    { 'grpc-status': '12', 'grpc-message': 'unknown service grpc.health.v1.Health' },
    'error: this server does not implement the grpc health protocol (grpc.health.v1.Health): unknown service grpc.health.v1.Health',
  ],
  [
    'that does not know the service asked for',
    { 'grpc-status': '5', 'grpc-message': 'unknown service%3A x' },
    'error: health rpc probe failed: rpc error: code = NotFound desc = unknown service: x',
  ],
  [
    'that speaks HTTP/2, but not gRPC',
    {},
    'error: health rpc probe failed: rpc error: code = Unknown desc = unexpected HTTP status code received from server: 200',
  ],
  [
    'that answers nothing',
    { 'grpc-status': '0' },
    'error: health rpc probe failed: rpc error: code = Internal desc = cannot parse invalid wire-format data',
  ],
])('a server %s', async (_, trailers, output) => {
  await using fixture = new HandlerFixture();
  const server = createServer().on('stream', (stream) => stream.respond({ ':status': 200, ...trailers }, { endStream: true }));
  const port = await fixture.serve((connection) => void server.emit('connection', connection));
  expect(await probe(fixture, port)).toEqual({ result: 'failure', output });
});

test('asks as the kubelet does', async () => {
  await using fixture = new HandlerFixture();
  let asked: Record<string, unknown> = {};
  const body: Uint8Array[] = [];
  const server = createServer().on('stream', (stream, headers) => {
    asked = headers;
    stream.on('data', (chunk: Uint8Array) => body.push(chunk));
    stream.on('end', () => stream.respond({ ':status': 200, 'grpc-status': '1' }, { endStream: true }));
  });
  const port = await fixture.serve((connection) => void server.emit('connection', connection));
  await probe(fixture, port, 'shop');
  expect(asked).toMatchObject({
    ':method': 'POST',
    ':path': '/grpc.health.v1.Health/Check',
    ':authority': `${POD_IP}:${port}`,
    'content-type': 'application/grpc',
    te: 'trailers',
    'user-agent': 'kube-probe/1.36',
  });
  expect(Buffer.concat(body).toString('hex')).toBe(`0000000006${'0a04'}${Buffer.from('shop').toString('hex')}`);
});
