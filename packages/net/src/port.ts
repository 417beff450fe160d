import type { Duplex } from 'node:stream';

export interface Address {
  host: string;
  port: number;
}

/** A TCP connection, or what stands for one. Half-open is allowed: `end()` closes one direction. */
export interface Connection extends Duplex {
  readonly local: Address;
  readonly remote: Address;
  /** What arrived so far, and what was written, whether or not it was sent already. Absent where the network does not count. */
  readonly bytesRead?: number;
  readonly bytesWritten?: number;
  /** Resets the connection: the peer sees ECONNRESET rather than an orderly end. */
  reset(): void;
}

export interface Listener extends AsyncDisposable {
  readonly address: Address;
  /** Takes no more connections; established ones live on. Idempotent. */
  close(): Promise<void>;
}

export interface Datagram {
  data: Uint8Array;
  from: Address;
}

export interface DatagramSocket extends AsyncDisposable {
  readonly address: Address;
  /** Never throws: what nobody can get is lost. */
  send(data: Uint8Array, to: Address): void;
  close(): Promise<void>;
}

export interface DialOptions {
  /** The source address; default: the system's choice. */
  localHost?: string;
  signal?: AbortSignal;
  timeoutMs?: number;
  /**
   * A connection of the same network where everything that arrives goes, with back-pressure, and the end passed on as an end: what
   * `connection.pipe(into)` does, in the fastest way that the adapter knows. Nobody else may then read the dialled connection.
   */
  into?: Connection;
}

/** Why a socket could not be had; `code` is the system's (`EADDRINUSE`, `EACCES`, `ECONNREFUSED`, `ETIMEDOUT`, `EHOSTUNREACH`). */
export class NetworkError extends Error {
  override readonly name = 'NetworkError';
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** The port to sockets. Adapters: `loopback` (real sockets on 127.0.0.0/8), `anyip`, `virtual` (memory). */
export interface Network {
  /** Opens a listener. `onConnection` must not throw. Port 0 picks a free one. */
  listen(address: Address, onConnection: (connection: Connection) => void): Promise<Listener>;
  dial(address: Address, options?: DialOptions): Promise<Connection>;
  bindUdp(address: Address, onDatagram: (datagram: Datagram, socket: DatagramSocket) => void): Promise<DatagramSocket>;
}
