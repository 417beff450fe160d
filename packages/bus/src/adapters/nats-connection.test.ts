import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { connectToNats, GREETING_MS, PING_MS } from './nats-connection.ts';

const INFO = { server_id: 'test', version: '2.12.0', headers: true, max_payload: 1024, proto: 1, host: '127.0.0.1', port: 0 };

describe('a connection to NATS', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  test('one that ends while the server greets is made again as soon as the greeting is overdue', async () => {
    const sockets: Socket[] = [];
    const server = createServer((socket) => {
      sockets.push(socket);
      socket.write(`INFO ${JSON.stringify(INFO)}\r\n`);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    const connected = connectToNats({ url: `nats://127.0.0.1:${port}`, cluster: 'default', identity: 'test' });

    await expect.poll(() => sockets).toHaveLength(1);
    await once(sockets[0] as Socket, 'data');
    sockets[0]?.destroy();
    const again = once(server, 'connection');
    await vi.advanceTimersByTimeAsync(GREETING_MS);
    await vi.waitFor(() => vi.advanceTimersByTimeAsync(1000));
    const [second] = (await again) as [Socket];
    second.on('data', (data) => {
      if (String(data).includes('PING')) second.write('PONG\r\n');
    });
    const connection = await connected;
    await connection.close();
    for (const socket of sockets) socket.destroy();
    server.close();
  });

  test('a server that does not let it in is told of, and asked again', async () => {
    const answers = ["-ERR 'Authorization Violation'\r\n", "-ERR 'Authorization Violation'\r\n", 'PONG\r\n'];
    const server = createServer((socket) => {
      socket.write(`INFO ${JSON.stringify(INFO)}\r\n`);
      socket.once('data', () => socket.write(answers.shift() ?? ''));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    const onNotLetIn = vi.fn();
    const connecting = connectToNats({ url: `nats://127.0.0.1:${port}`, cluster: 'default', identity: 'test', onNotLetIn });
    await expect.poll(() => vi.advanceTimersByTimeAsync(1000).then(() => answers)).toEqual([]);
    await (await connecting).close();
    expect(onNotLetIn).toHaveBeenCalledTimes(2);
    server.close();
  });

  test('a server that stands still is left after three pings', async () => {
    const sockets: Socket[] = [];
    const server = createServer((socket) => {
      sockets.push(socket);
      socket.write(`INFO ${JSON.stringify(INFO)}\r\n`);
      // The handshake's ping, and none after it.
      socket.once('data', () => socket.write('PONG\r\n'));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    const connection = await connectToNats({ url: `nats://127.0.0.1:${port}`, cluster: 'default', identity: 'test' });
    const ended = once(sockets[0] as Socket, 'close');
    await vi.advanceTimersByTimeAsync(3 * PING_MS);
    await ended;
    await connection.close();
    for (const socket of sockets) socket.destroy();
    server.close();
  });
});
