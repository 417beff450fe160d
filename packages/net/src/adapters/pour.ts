import type { OnReadOpts, Socket } from 'node:net';
import { finish } from '../finish.ts';
import type { Connection } from '../port.ts';
import { BufferPool } from './buffer-pool.ts';

/** Enough for most requests and answers: what a connection that says little, or nothing now, holds. */
const SMALL_BYTES = 8 * 1024;
/** Large enough that system calls do not count, small enough to stay in the processor's cache. */
const LARGE_BYTES = 256 * 1024;

const small = new BufferPool(SMALL_BYTES, 1024);
const large = new BufferPool(LARGE_BYTES, 64);
const poolOf = (buffer: Buffer): BufferPool => (buffer.length === SMALL_BYTES ? small : large);

/**
 * Leads what a socket reads into another connection, by way of one buffer that is used again as soon as the system has taken all of it,
 * which is at once unless the reader there is slow; until then reading pauses. Who fills a small buffer gets a large one, for as long as it
 * needs one.
 */
export class Pour implements OnReadOpts {
  readonly #into: Connection;
  #socket: Socket | undefined;
  #held = small.take();
  #writing = false;
  #over = false;
  readonly buffer = (): Buffer => this.#held;
  readonly callback = (byteCount: number): boolean => this.#arrived(byteCount);
  readonly #written = (): void => this.#resume();

  constructor(into: Connection) {
    this.#into = into;
  }

  /** The socket that reads. From here on its end is passed on as well. */
  from(socket: Socket): void {
    this.#socket = socket;
    socket.once('end', () => finish(this.#into));
    socket.once('close', () => {
      this.#over = true;
      if (!this.#writing) poolOf(this.#held).give(this.#held);
    });
  }

  #arrived(byteCount: number): boolean {
    const into = this.#into;
    if (into.destroyed) return false;
    const buffer = this.#held;
    this.#writing = true;
    into.write(byteCount === buffer.length ? buffer : buffer.subarray(0, byteCount), this.#written);
    this.#writing = into.writableLength > 0;
    if (this.#writing) return false;
    this.#fit(byteCount);
    return true;
  }

  #fit(byteCount: number): void {
    const now = poolOf(this.#held);
    const next = byteCount < SMALL_BYTES ? small : large;
    if (now === next) return;
    now.give(this.#held);
    this.#held = next.take();
  }

  #resume(): void {
    if (!this.#writing) return;
    this.#writing = false;
    if (this.#over) poolOf(this.#held).give(this.#held);
    else this.#socket?.resume();
  }
}
