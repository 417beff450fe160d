import { connect, createServer, type Server, type Socket } from 'node:net';

/** What is done to those who connect under a name. */
export type Cut = 'cut' | 'stall';

/** Longer than any first line of a client: nats-server itself refuses longer ones. */
const FIRST_LINE_MAX = 65_536;

/**
 * Stands before a nats-server, and can cut off one component from it: it knows them by the name in the credentials that a client sends in its first line
 * (`CONNECT {"jwt": …}`). Source: NATS' client protocol.
 */
export class NatsRelay implements AsyncDisposable {
  readonly #server: Server;
  readonly #pairs = new Set<Pair>();
  readonly #cuts = new Map<string, Cut>();

  private constructor(server: Server, toPort: number) {
    this.#server = server;
    server.on('connection', (client) => {
      const pair = new Pair(client, connect({ host: '127.0.0.1', port: toPort, noDelay: true }), (name) => this.#apply(pair, name));
      this.#pairs.add(pair);
      client.once('close', () => this.#pairs.delete(pair));
    });
  }

  /** Listens on `port` of 127.0.0.1, and relays to `toPort`. */
  static async open(port: number, toPort: number): Promise<NatsRelay> {
    const server = createServer({ noDelay: true });
    const relay = new NatsRelay(server, toPort);
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve));
    return relay;
  }

  get port(): number {
    const address = this.#server.address();
    return typeof address === 'object' && address ? address.port : 0;
  }

  /** `cut`: connections under this name end, now and as long as it lasts. `stall`: nothing passes. */
  begin(name: string, cut: Cut): void {
    this.#cuts.set(name, cut);
    for (const pair of this.#pairs) if (pair.name === name) this.#apply(pair, name);
  }

  heal(name: string): void {
    this.#cuts.delete(name);
    for (const pair of this.#pairs) if (pair.name === name) pair.resume();
  }

  #apply(pair: Pair, name: string): void {
    const cut = this.#cuts.get(name);
    if (cut === 'cut') pair.end();
    else if (cut === 'stall') pair.pause();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const pair of this.#pairs) pair.end();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

/** A client's connection and the one to the server that it is joined to. */
class Pair {
  /** Of who connected, once it has said it. */
  name: string | undefined;
  readonly #client: Socket;
  readonly #server: Socket;
  #paused = false;
  #first = Buffer.alloc(0);

  constructor(client: Socket, server: Socket, named: (name: string) => void) {
    this.#client = client;
    this.#server = server;
    for (const [from, to] of [
      [client, server],
      [server, client],
    ] as const) {
      from.on('error', () => {});
      from.once('close', () => to.destroy());
      from.on('data', (data: Buffer) => {
        if (from === client && this.name === undefined) {
          this.#hear(data, named);
          return;
        }
        if (!to.write(data)) from.pause();
      });
      to.on('drain', () => {
        if (!this.#paused) from.resume();
      });
    }
  }

  /** Holds the first line back until it is known whose it is. */
  #hear(data: Buffer, named: (name: string) => void): void {
    this.#first = Buffer.concat([this.#first, data]);
    const end = this.#first.indexOf('\r\n');
    if (end < 0 && this.#first.length < FIRST_LINE_MAX) return;
    this.name = nameIn(this.#first.subarray(0, end).toString());
    named(this.name);
    if (!this.#paused) this.#passFirst();
  }

  #passFirst(): void {
    if (!this.#server.destroyed) this.#server.write(this.#first);
    this.#first = Buffer.alloc(0);
  }

  pause(): void {
    this.#paused = true;
    this.#client.pause();
    this.#server.pause();
  }

  resume(): void {
    this.#paused = false;
    this.#passFirst();
    this.#client.resume();
    this.#server.resume();
  }

  end(): void {
    this.#client.destroy();
    this.#server.destroy();
  }
}

/** The name in a client's credentials; '' where there is none. */
function nameIn(line: string): string {
  try {
    const { jwt } = JSON.parse(line.slice('CONNECT '.length)) as { jwt: string };
    return (JSON.parse(Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString()) as { name: string }).name;
  } catch {
    return '';
  }
}
