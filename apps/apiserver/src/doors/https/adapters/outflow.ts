import { Buffer } from 'node:buffer';
import { chunkOf } from './chunk.ts';
import type { Response } from './send-reply.ts';

/** About how much is written at once: little enough to be kept for a slow reader, much enough that few writes are made of a large answer. */
const PIECE_BYTES = 128 * 1024;

type Writable = Pick<Response, 'write' | 'on' | 'chunkedEncoding' | 'socket'>;

/** What is written to a client, no faster than it reads. */
export class Outflow {
  readonly #response: Writable;
  readonly #wakeUp = (): void => this.#wake();
  #waiting: PromiseWithResolvers<void> | undefined;
  #isGone = false;

  constructor(response: Writable) {
    this.#response = response;
    response.on('drain', this.#wakeUp);
    response.on('close', () => {
      this.#isGone = true;
      this.#wake();
    });
  }

  /** The client has closed the connection. */
  get isGone(): boolean {
    return this.#isGone;
  }

  write(chunk: Uint8Array): void {
    if (!this.#isGone && !this.#response.write(chunk)) this.#waiting ??= Promise.withResolvers();
  }

  /**
   * As `write`, of what many are told. Over HTTP/1.1 it is made a chunk once for all of them, and goes to the socket as it is: Node's own way costs each connection three
   * buffers and a callback more. The head must have been sent, and the answer have a body.
   */
  writeShared(chunk: Buffer): void {
    const { chunkedEncoding, socket } = this.#response;
    if (!chunkedEncoding || !socket) return this.write(chunk);
    if (this.#isGone || socket.write(chunkOf(chunk)) || this.#waiting) return;
    this.#waiting = Promise.withResolvers();
    socket.once('drain', this.#wakeUp);
  }

  /** Resolves when there is room for more, or the client is gone; undefined: there is. */
  get room(): Promise<void> | undefined {
    return this.#waiting?.promise;
  }

  #wake(): void {
    this.#waiting?.resolve();
    this.#waiting = undefined;
  }
}

/** The chunks, joined to pieces that are worth a write each. What is large already is not copied. */
export function* pieces(chunks: Iterable<Uint8Array>): Generator<Uint8Array> {
  let gathered: Uint8Array[] = [];
  let bytes = 0;
  for (const chunk of chunks) {
    gathered.push(chunk);
    bytes += chunk.length;
    if (bytes < PIECE_BYTES) continue;
    yield gathered.length === 1 ? chunk : Buffer.concat(gathered, bytes);
    gathered = [];
    bytes = 0;
  }
  if (bytes > 0) yield Buffer.concat(gathered, bytes);
}
