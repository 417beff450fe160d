import { Duplex } from 'node:stream';
import type { Address, Connection } from '@kubernats/net';

/** One end of a connection that never leaves the Pod. */
class LocalConnection extends Duplex implements Connection {
  readonly local: Address;
  readonly remote: Address;
  #peer: LocalConnection | undefined;
  #resume: (() => void) | undefined;

  constructor(local: Address, remote: Address) {
    super({ allowHalfOpen: true });
    this.local = local;
    this.remote = remote;
  }

  join(peer: LocalConnection): void {
    this.#peer = peer;
  }

  reset(): void {
    const peer = this.#peer;
    this.destroy();
    peer?.destroy(Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' }));
  }

  override _read(): void {
    const resume = this.#resume;
    this.#resume = undefined;
    resume?.();
  }

  // The writer goes on when the reader asks for more: back-pressure without a buffer of our own.
  override _write(chunk: Uint8Array, _encoding: BufferEncoding, done: () => void): void {
    const peer = this.#peer;
    if (!peer || peer.destroyed || peer.push(chunk)) return done();
    peer.#resume = done;
  }

  override _final(done: () => void): void {
    if (this.#peer && !this.#peer.destroyed) this.#peer.push(null);
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    const peer = this.#peer;
    this.#peer = undefined;
    this.#resume?.();
    // An end that goes away without a proper farewell is an end to the other side too.
    if (peer && !peer.destroyed && !peer.readableEnded && !this.writableFinished) peer.push(null);
    done(error);
  }
}

/** Two joined ends: the client's and the server's. */
export function localConnection(client: Address, server: Address): [Connection, Connection] {
  const near = new LocalConnection(client, server);
  const far = new LocalConnection(server, client);
  near.join(far);
  far.join(near);
  return [near, far];
}
