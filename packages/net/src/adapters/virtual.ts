// Sockets in memory: the same behaviour towards their users as real ones, with no descriptors and no machine around them.
import { Duplex } from 'node:stream';
import type { Clock } from '@kubernats/clock';
import {
  type Address,
  type Connection,
  type Datagram,
  type DatagramSocket,
  type DialOptions,
  type Listener,
  type Network,
  NetworkError,
} from '../port.ts';

const ANY = '0.0.0.0';
const EPHEMERAL_FIRST = 32768;
const EPHEMERAL_LAST = 60999;

export interface VirtualNetworkOptions {
  /** The source of a dial that names none. Default 127.0.0.1. */
  defaultHost?: string;
  /** How long bytes and datagrams travel, in milliseconds by `clock`. Default: no time. */
  latency?: { clock: Clock; ms: number };
  /** Listening on a port below is refused with EACCES, as it is for ordinary users. Default 0. */
  unprivilegedPortStart?: number;
}

type OnConnection = (connection: Connection) => void;
type OnDatagram = (datagram: Datagram, socket: DatagramSocket) => void;
type Deliver = (run: () => void) => void;

const keyOf = ({ host, port }: Address): string => `${host}:${port}`;

/** A network of its own: participants that share the instance reach each other. */
export class VirtualNetwork implements Network {
  readonly #listeners = new Map<string, OnConnection>();
  readonly #sockets = new Map<string, { socket: DatagramSocket; onDatagram: OnDatagram }>();
  readonly #ends = new Set<VirtualConnection>();
  readonly #options: VirtualNetworkOptions;
  #nextPort = EPHEMERAL_FIRST;

  constructor(options: VirtualNetworkOptions = {}) {
    this.#options = options;
  }

  /** The addresses that are listened on, as `host:port`. */
  get listening(): string[] {
    return [...this.#listeners.keys()].sort();
  }

  /** How many ends of connections are open: two for each established connection. */
  get openEnds(): number {
    return this.#ends.size;
  }

  async listen(address: Address, onConnection: OnConnection): Promise<Listener> {
    const bound = this.#claim(address, this.#listeners, 'listen on');
    const key = keyOf(bound);
    this.#listeners.set(key, onConnection);
    const close = async (): Promise<void> => {
      if (this.#listeners.get(key) === onConnection) this.#listeners.delete(key);
    };
    return { address: bound, close, [Symbol.asyncDispose]: close };
  }

  async dial(address: Address, options: DialOptions = {}): Promise<Connection> {
    options.signal?.throwIfAborted();
    await this.#travel(options.signal);
    const accept = this.#listeners.get(keyOf(address)) ?? this.#listeners.get(keyOf({ host: ANY, port: address.port }));
    if (!accept) throw new NetworkError('ECONNREFUSED', `connect to ${keyOf(address)}: ECONNREFUSED`);
    const local = {
      host: options.localHost ?? this.#options.defaultHost ?? '127.0.0.1',
      port: this.#ephemeral(),
    };
    const [near, far] = connectionPair(local, address, this.#deliver);
    for (const end of [near, far]) {
      this.#ends.add(end);
      end.once('close', () => this.#ends.delete(end));
    }
    if (options.into) near.pipe(options.into);
    this.#deliver(() => accept(far));
    return near;
  }

  async bindUdp(address: Address, onDatagram: OnDatagram): Promise<DatagramSocket> {
    const bound = this.#claim(address, this.#sockets, 'bind UDP');
    const key = keyOf(bound);
    const close = async (): Promise<void> => {
      if (this.#sockets.get(key)?.socket === socket) this.#sockets.delete(key);
    };
    const socket: DatagramSocket = {
      address: bound,
      send: (data, to) => {
        const copy = Uint8Array.from(data);
        this.#deliver(() => {
          const target = this.#sockets.get(keyOf(to)) ?? this.#sockets.get(keyOf({ host: ANY, port: to.port }));
          target?.onDatagram({ data: copy, from: bound }, target.socket);
        });
      },
      close,
      [Symbol.asyncDispose]: close,
    };
    this.#sockets.set(key, { socket, onDatagram });
    return socket;
  }

  #claim(address: Address, taken: ReadonlyMap<string, unknown>, doing: string): Address {
    const { host } = address;
    const isTaken = (port: number): boolean =>
      taken.has(keyOf({ host, port })) ||
      taken.has(keyOf({ host: ANY, port })) ||
      (host === ANY && [...taken.keys()].some((key) => key.endsWith(`:${port}`)));
    let port = address.port;
    if (port === 0)
      do port = this.#ephemeral();
      while (isTaken(port));
    if (port < (this.#options.unprivilegedPortStart ?? 0)) throw new NetworkError('EACCES', `${doing} ${keyOf(address)}: EACCES`);
    if (isTaken(port)) throw new NetworkError('EADDRINUSE', `${doing} ${keyOf(address)}: EADDRINUSE`);
    return { host, port };
  }

  #ephemeral(): number {
    const port = this.#nextPort;
    this.#nextPort = port === EPHEMERAL_LAST ? EPHEMERAL_FIRST : port + 1;
    return port;
  }

  async #travel(signal?: AbortSignal): Promise<void> {
    const { latency } = this.#options;
    if (latency) await latency.clock.sleep(latency.ms, signal);
  }

  readonly #deliver: Deliver = (run) => {
    const { latency } = this.#options;
    if (latency) latency.clock.setTimer(latency.ms, run);
    else queueMicrotask(run);
  };
}

function connectionPair(a: Address, b: Address, deliver: Deliver): [VirtualConnection, VirtualConnection] {
  const near = new VirtualConnection(a, b, deliver);
  const far = new VirtualConnection(b, a, deliver);
  near.peer = far;
  far.peer = near;
  return [near, far];
}

const broken = (code: string, what: string): NetworkError => new NetworkError(code, `${what}: ${code}`);

class VirtualConnection extends Duplex implements Connection {
  readonly local: Address;
  readonly remote: Address;
  peer: VirtualConnection | undefined;
  bytesRead = 0;
  bytesWritten = 0;
  readonly #deliver: Deliver;
  // The peer's writer waits here until this end has read: that is the whole window.
  #resume: (() => void) | undefined;
  #resetting = false;
  #peerEnded = false;

  constructor(local: Address, remote: Address, deliver: Deliver) {
    super({ allowHalfOpen: true, autoDestroy: true });
    this.local = local;
    this.remote = remote;
    this.#deliver = deliver;
    // As with real sockets here: an error that nobody listens for closes the connection and nothing else.
    this.on('error', () => {});
  }

  reset(): void {
    this.#resetting = true;
    this.destroy();
  }

  /** The peer writes no more. */
  receiveEnd(): void {
    if (this.#peerEnded || this.destroyed) return;
    this.#peerEnded = true;
    this.push(null);
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error) => void): void {
    const copy = Buffer.from(chunk);
    this.bytesWritten += copy.length;
    this.#deliver(() => {
      const { peer } = this;
      if (!peer || peer.destroyed) return done(broken('EPIPE', 'write'));
      peer.bytesRead += copy.length;
      if (peer.push(copy)) done();
      else peer.#resume = done;
    });
  }

  override _read(): void {
    const resume = this.#resume;
    this.#resume = undefined;
    resume?.();
  }

  override _final(done: (error?: Error) => void): void {
    this.#deliver(() => {
      this.peer?.receiveEnd();
      done();
    });
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    const { peer } = this;
    const ended = this.writableFinished;
    const resetting = this.#resetting;
    // A writer that waits for this end's reader waits no more.
    const resume = this.#resume;
    this.#resume = undefined;
    if (resume) queueMicrotask(resume);
    this.#deliver(() => {
      if (!peer || peer.destroyed) return;
      if (resetting) peer.destroy(broken('ECONNRESET', 'read'));
      else if (!ended) peer.receiveEnd();
    });
    done(error);
  }
}
