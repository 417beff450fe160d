import { Duplex } from 'node:stream';
import { type Address, type Connection, NetworkError } from '@kubernats/net';
import type { GuestLink } from './guest-link.ts';
import { CONNECTION_WINDOW_BYTES } from './protocol.ts';

/** The guest's end of a connection that the host holds. Both directions have a window: nothing piles up in between. */
export class GuestConnection extends Duplex implements Connection {
  readonly local: Address;
  readonly remote: Address;
  readonly #link: GuestLink;
  readonly #id: number;
  readonly #gone: () => void;
  #unsentAck = 0;
  #underWay = 0;
  #goOn: (() => void) | undefined;
  #resetting = false;
  #peerEnded = false;

  constructor(link: GuestLink, id: number, { local, remote }: { local: Address; remote: Address }, gone: () => void) {
    super({ allowHalfOpen: true });
    this.local = local;
    this.remote = remote;
    this.#link = link;
    this.#id = id;
    this.#gone = gone;
    // As with real sockets: an error that nobody listens for closes the connection and nothing else.
    this.on('error', () => {});
  }

  reset(): void {
    this.#resetting = true;
    this.destroy();
  }

  arrived(chunk: Uint8Array): void {
    this.#unsentAck += chunk.byteLength;
    if (this.push(chunk)) this.#ack();
  }

  peerEnded(): void {
    if (this.#peerEnded) return;
    this.#peerEnded = true;
    this.push(null);
  }

  acked(bytes: number): void {
    this.#underWay -= bytes;
    const goOn = this.#goOn;
    if (!goOn || this.#underWay >= CONNECTION_WINDOW_BYTES) return;
    this.#goOn = undefined;
    goOn();
  }

  peerClosed(code: string | undefined): void {
    if (code !== undefined) {
      this.destroy(new NetworkError(code, `read ${code}`));
      return;
    }
    // What has come is read to its end first.
    this.peerEnded();
    if (this.readableEnded) this.destroy();
    else this.once('end', () => this.destroy());
  }

  override _read(): void {
    this.#ack();
  }

  override _write(chunk: Uint8Array, _encoding: BufferEncoding, done: () => void): void {
    this.#underWay += chunk.byteLength;
    this.#link.sendBytes(chunk, (own) => ({ type: 'data', id: this.#id, chunk: own }));
    if (this.#underWay < CONNECTION_WINDOW_BYTES) done();
    else this.#goOn = done;
  }

  override _final(done: () => void): void {
    this.#link.send({ type: 'end', id: this.#id });
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#gone();
    this.#link.send({ type: 'destroy', id: this.#id, how: this.#resetting ? 'reset' : this.writableFinished ? 'graceful' : 'now' });
    this.#goOn = undefined;
    done(error);
  }

  #ack(): void {
    if (this.#unsentAck === 0) return;
    this.#link.send({ type: 'ack', id: this.#id, bytes: this.#unsentAck });
    this.#unsentAck = 0;
  }
}
