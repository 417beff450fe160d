import type { Connection, Datagram, Network } from '@kubernats/net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

export interface NetworkSubject {
  network: Network;
  /** Three addresses that nobody else uses while the suite runs. */
  hosts: readonly [string, string, string];
}

async function bytesOf(connection: Connection): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of connection) chunks.push(chunk);
  return Buffer.concat(chunks);
}

const textOf = async (connection: Connection): Promise<string> => (await bytesOf(connection)).toString();

const closeOf = (connection: Connection): Promise<void> => new Promise((resolve) => connection.once('close', () => resolve()));

/** What every adapter of the `Network` port promises. */
export function networkContract(name: string, makeSubject: () => NetworkSubject): void {
  describe(`Network: ${name}`, () => {
    let network: Network;
    let hosts: NetworkSubject['hosts'];
    let opened: AsyncDisposableStack;

    beforeEach(() => {
      ({ network, hosts } = makeSubject());
      opened = new AsyncDisposableStack();
    });
    afterEach(() => opened.disposeAsync());

    const listen = async (onConnection: (connection: Connection) => void, port = 0, host = hosts[0]) => {
      const listener = opened.use(await network.listen({ host, port }, onConnection));
      return listener;
    };

    /** Both ends of one connection. */
    const pair = async (): Promise<{ near: Connection; far: Connection }> => {
      const accepted = Promise.withResolvers<Connection>();
      const listener = await listen(accepted.resolve);
      const near = await network.dial(listener.address);
      const far = await accepted.promise;
      opened.defer(() => {
        near.destroy();
        far.destroy();
      });
      return { near, far };
    };

    test('port 0 picks a free port, and bytes travel both ways', async () => {
      const listener = await listen((connection) => connection.pipe(connection));
      expect(listener.address.port).toBeGreaterThan(0);
      const connection = await network.dial(listener.address);
      connection.end('hello');
      expect(await textOf(connection)).toBe('hello');
    });

    test('both ends know both addresses, and the source can be chosen', async () => {
      const accepted = Promise.withResolvers<Connection>();
      const listener = await listen(accepted.resolve);
      const near = await network.dial(listener.address, {
        localHost: hosts[1],
      });
      const far = await accepted.promise;
      expect(near.remote).toEqual(listener.address);
      expect(near.local.host).toBe(hosts[1]);
      expect(far.remote).toEqual(near.local);
      expect(far.local).toEqual(listener.address);
      near.destroy();
      far.destroy();
    });

    test('the same port on two addresses is two listeners', async () => {
      const first = await listen((connection) => connection.end('first'));
      const second = await listen((connection) => connection.end('second'), first.address.port, hosts[1]);
      expect(await textOf(await network.dial(first.address))).toBe('first');
      expect(await textOf(await network.dial(second.address))).toBe('second');
    });

    test('a taken address is refused with EADDRINUSE', async () => {
      const { address } = await listen((connection) => connection.destroy());
      await expect(network.listen(address, () => {})).rejects.toMatchObject({
        name: 'NetworkError',
        code: 'EADDRINUSE',
      });
    });

    test('a dial that nobody answers is refused with ECONNREFUSED', async () => {
      const listener = await listen((connection) => connection.destroy());
      await listener.close();
      await expect(network.dial(listener.address)).rejects.toMatchObject({
        name: 'NetworkError',
        code: 'ECONNREFUSED',
      });
    });

    test('a closed listener frees its address at once and leaves its connections alone', async () => {
      const accepted = Promise.withResolvers<Connection>();
      const listener = await listen(accepted.resolve);
      const near = await network.dial(listener.address);
      const far = await accepted.promise;
      await listener.close();
      await listener.close();
      await listen((connection) => connection.end('new'), listener.address.port);
      expect(await textOf(await network.dial(listener.address))).toBe('new');
      far.end('old');
      expect(await textOf(near)).toBe('old');
      near.end();
    });

    test('half-close: one direction ends, the other goes on', async () => {
      const { near, far } = await pair();
      near.end('question');
      expect(await textOf(far)).toBe('question');
      far.write('answer, ');
      far.end('later');
      expect(await textOf(near)).toBe('answer, later');
    });

    test('both directions ended: both ends close by themselves', async () => {
      const { near, far } = await pair();
      const closed = [closeOf(near), closeOf(far)];
      near.resume().end();
      far.resume().end();
      await Promise.all(closed);
    });

    test('a slow reader slows the writer, and nothing is lost', async () => {
      const { near, far } = await pair();
      const chunk = Buffer.alloc(256 * 1024, 7);
      let finished = 0;
      const count = 64;
      for (let i = 0; i < count; i++) near.write(chunk, () => finished++);
      near.end();
      // The network may hold some, but not all, of 16 MiB that nobody reads.
      await new Promise((resolve) => setImmediate(resolve));
      expect(finished).toBeLessThan(count);
      expect((await bytesOf(far)).length).toBe(count * chunk.length);
      expect(finished).toBe(count);
    });

    test('a writer may reuse its buffer once the write is done', async () => {
      const { near, far } = await pair();
      const buffer = Buffer.from('first');
      await new Promise<void>((resolve) => near.write(buffer, () => resolve()));
      buffer.write('XXXXX');
      near.end();
      expect(await textOf(far)).toBe('first');
    });

    test('reset: the peer sees ECONNRESET', async () => {
      const { near, far } = await pair();
      const failed = new Promise((resolve) => far.once('error', resolve));
      far.resume();
      near.reset();
      expect(await failed).toMatchObject({ code: 'ECONNRESET' });
    });

    test('destroy without reset: the peer reads what was sent, then the end', async () => {
      const { near, far } = await pair();
      await new Promise<void>((resolve) => near.write('last words', () => resolve()));
      near.destroy();
      expect(await textOf(far)).toBe('last words');
    });

    test('an error that nobody listens for closes the connection and nothing else', async () => {
      const { near, far } = await pair();
      const closed = closeOf(far);
      far.resume();
      near.reset();
      await closed;
      expect(far.destroyed).toBe(true);
    });

    test('writing to a peer that is gone fails and closes', async () => {
      const { near, far } = await pair();
      const closed = closeOf(near);
      far.destroy();
      const write = (): void => {
        if (!near.destroyed) near.write('anyone?', () => setImmediate(write));
      };
      write();
      near.resume();
      await closed;
    });

    test('into: what arrives goes there in order, slowed by a slow reader, and ends with an end', async () => {
      const listener = await listen(async (connection) => {
        // Chunks that are all different and of all sizes: a buffer that is used again too early would show.
        for (let i = 0; i < 300; i++) {
          if (!connection.write(Buffer.alloc(1 + ((i * 7919) % 200_000), i % 251))) {
            await new Promise((resolve) => connection.once('drain', resolve));
          }
        }
        connection.end();
      });
      const expected = Buffer.concat(Array.from({ length: 300 }, (_, i) => Buffer.alloc(1 + ((i * 7919) % 200_000), i % 251)));
      const { near, far } = await pair();
      const connection = await network.dial(listener.address, { into: near });
      const received: Buffer[] = [];
      for await (const chunk of far) {
        received.push(chunk);
        if (received.length % 50 === 0) await new Promise((resolve) => setImmediate(resolve));
      }
      expect(Buffer.concat(received).equals(expected)).toBe(true);
      connection.end();
      far.end();
    });

    test('an aborted dial fails with the reason', async () => {
      const { address } = await listen((connection) => connection.destroy());
      const reason = new Error('no longer wanted');
      await expect(network.dial(address, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    });

    test('UDP: a datagram arrives with its sender, who can be answered', async () => {
      const answered = Promise.withResolvers<Datagram>();
      const server = opened.use(
        await network.bindUdp({ host: hosts[0], port: 0 }, ({ data, from }, socket) =>
          socket.send(Buffer.from(`${Buffer.from(data)}!`), from),
        ),
      );
      const client = opened.use(await network.bindUdp({ host: hosts[2], port: 0 }, answered.resolve));
      client.send(Buffer.from('ping'), server.address);
      const answer = await answered.promise;
      expect(Buffer.from(answer.data).toString()).toBe('ping!');
      expect(answer.from).toEqual(server.address);
    });

    test('UDP and TCP ports are apart, and a taken UDP port is refused', async () => {
      const { address } = await listen((connection) => connection.destroy());
      opened.use(await network.bindUdp(address, () => {}));
      await expect(network.bindUdp(address, () => {})).rejects.toMatchObject({
        code: 'EADDRINUSE',
      });
    });

    test('UDP: what is sent to nobody, to what is no port, or after close, is lost quietly', async () => {
      const socket = await network.bindUdp({ host: hosts[0], port: 0 }, () => {});
      const { address } = socket;
      socket.send(Buffer.from('x'), { host: hosts[1], port: address.port });
      for (const port of [0, 65_536]) socket.send(Buffer.from('x'), { host: hosts[1], port });
      await socket.close();
      await socket.close();
      socket.send(Buffer.from('x'), address);
      opened.use(await network.bindUdp(address, () => {}));
    });
  });
}
