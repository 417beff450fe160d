import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { NatsRelay } from './nats-relay.ts';

/** The first line of a client with credentials of this name. */
function hello(name: string): string {
  const jwt = ['{}', JSON.stringify({ name }), ''].map((part) => Buffer.from(part).toString('base64url')).join('.');
  return `CONNECT ${JSON.stringify({ jwt })}\r\n`;
}

describe('a relay before NATS', () => {
  let server: Server;
  let relay: NatsRelay;
  const clients: Socket[] = [];

  /** Greets as nats-server does, and then sends back what it gets. */
  beforeEach(async () => {
    server = createServer((socket) => {
      socket.on('error', () => {});
      socket.write('INFO {}\r\n');
      socket.pipe(socket);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    relay = await NatsRelay.open(0, (server.address() as { port: number }).port);
  });
  afterEach(async () => {
    for (const client of clients.splice(0)) client.destroy();
    await relay[Symbol.asyncDispose]();
    server.close();
  });

  class Client {
    readonly #socket: Socket;
    text = '';
    readonly closed: Promise<unknown>;

    constructor(name: string) {
      this.#socket = connect(relay.port, '127.0.0.1');
      clients.push(this.#socket);
      this.#socket.on('error', () => {});
      this.#socket.on('data', (data) => {
        this.text += data;
      });
      this.closed = once(this.#socket, 'close');
      this.#socket.write(hello(name));
    }

    write(text: string): void {
      this.#socket.write(text);
    }

    async hears(text: string): Promise<void> {
      while (!this.text.includes(text))
        await Promise.race([once(this.#socket, 'data'), this.closed.then(() => Promise.reject(new Error('closed')))]);
    }
  }

  const talks = async (client: Client, text: string): Promise<void> => {
    client.write(text);
    await client.hears(text);
  };

  test('passes on what both sides say', async () => {
    const client = new Client('a');
    await client.hears('INFO {}\r\n');
    await client.hears(hello('a'));
    await talks(client, 'PING 1');
  });

  test('cut: connections of that name end, new ones as well; others go on; healed, new ones come about', async () => {
    const [a, b] = [new Client('a'), new Client('b')];
    await talks(a, 'PING a');
    await talks(b, 'PING b');
    relay.begin('a', 'cut');
    await a.closed;
    await new Client('a').closed;
    await talks(b, 'PING still');
    relay.heal('a');
    await talks(new Client('a'), 'PING again');
  });

  test('stall: nothing of that name passes, and what was said arrives when it is healed', async () => {
    const [a, b] = [new Client('a'), new Client('b')];
    await talks(a, 'PING a');
    relay.begin('a', 'stall');
    a.write('PING later');
    const late = new Client('a');
    late.write('PING late');
    // As long as another conversation of several turns takes.
    for (const turn of [1, 2, 3]) await talks(b, `PING ${turn}`);
    expect(a.text).not.toContain('PING later');
    expect(late.text).not.toContain('PING late');
    relay.heal('a');
    await a.hears('PING later');
    await late.hears('PING late');
  });

  test('a first line that comes in pieces is one line', async () => {
    const socket = connect(relay.port, '127.0.0.1');
    clients.push(socket);
    const line = hello('a');
    socket.write(line.slice(0, 20));
    await once(socket, 'data');
    relay.begin('a', 'cut');
    const closed = once(socket, 'close');
    socket.write(line.slice(20));
    await closed;
  });
});
