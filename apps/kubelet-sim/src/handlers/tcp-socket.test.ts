import type { Network } from '@kubernats/net';
import { describe, expect, test } from 'vitest';
import { HandlerFixture, NETWORKS, POD_IP } from './handlers.fixture.ts';
import { probeTcp } from './tcp-socket.ts';

describe.each(NETWORKS)('a tcpSocket probe, %s', (_, make: () => Network) => {
  test('an open port is healthy, and the connection is closed again', async () => {
    await using fixture = new HandlerFixture(make());
    const closed = Promise.withResolvers<void>();
    const port = await fixture.serve((connection) => connection.resume().once('end', closed.resolve));
    expect(await probeTcp({ port }, fixture.target(), fixture.limits)).toEqual({ result: 'success', output: '' });
    await closed.promise;
  });

  test('a closed port is not', async () => {
    await using fixture = new HandlerFixture(make());
    const port = await fixture.closedPort();
    expect(await probeTcp({ port }, fixture.target(), fixture.limits)).toEqual({
      result: 'failure',
      output: `dial tcp ${POD_IP}:${port}: connect: connection refused`,
    });
  });
});

test('nobody answers', async () => {
  await using fixture = new HandlerFixture();
  const silent: Network = {
    ...fixture.network,
    dial: (_, { signal } = {}) => new Promise((_resolve, reject) => signal?.addEventListener('abort', () => reject(signal.reason))),
  };
  await using unreachable = new HandlerFixture(silent);
  const probing = probeTcp({ port: 80 }, unreachable.target(), unreachable.limits);
  await unreachable.clock.advance(1000);
  expect(await probing).toEqual({ result: 'failure', output: `dial tcp ${POD_IP}:80: i/o timeout` });
});

test('a port that has no such name', async () => {
  await using fixture = new HandlerFixture();
  const finding = await probeTcp({ port: 'web' }, fixture.target({ ports: [{ name: 'http', containerPort: 80 }] }), fixture.limits);
  expect(finding).toEqual({ result: 'unknown', error: 'strconv.Atoi: parsing "web": invalid syntax' });
});
