import { FilesError } from '@kubernats/files';
import { Notice } from './notice.ts';
import type { Wait } from './open-file.ts';

export const PIPE_BYTES = 64 * 1024;

/** Bytes on their way from whoever writes to whoever reads: holds a bounded number, then the writer waits. */
export class Channel {
  readonly #capacity: number;
  readonly #chunks: Uint8Array[] = [];
  readonly #filled = new Notice();
  readonly #drained = new Notice();
  #size = 0;
  #ended = false;
  #broken = false;

  constructor(capacity = PIPE_BYTES) {
    this.#capacity = capacity;
  }

  get size(): number {
    return this.#size;
  }

  get ended(): boolean {
    return this.#ended;
  }

  async write(bytes: Uint8Array, wait: Wait): Promise<void> {
    if (bytes.length === 0) return;
    while (this.#size >= this.#capacity && !this.#broken) await wait(this.#drained.next());
    if (this.#broken) throw new FilesError('EPIPE', 'pipe');
    this.push(bytes);
  }

  /** Puts in without looking at the room. */
  push(bytes: Uint8Array): void {
    if (this.#ended || this.#broken || bytes.length === 0) return;
    this.#chunks.push(bytes);
    this.#size += bytes.length;
    this.#filled.tell();
  }

  async read(max: number, wait: Wait): Promise<Uint8Array | undefined> {
    while (this.#size === 0) {
      if (this.#ended) return undefined;
      await wait(this.#filled.next());
    }
    return this.take(max);
  }

  /** What is there, up to `max` bytes. */
  take(max: number): Uint8Array {
    const [first] = this.#chunks;
    if (!first) return new Uint8Array();
    const taken = first.subarray(0, max);
    if (taken.length === first.length) this.#chunks.shift();
    else this.#chunks[0] = first.subarray(max);
    this.#size -= taken.length;
    if (this.#size < this.#capacity) this.#drained.tell();
    return taken;
  }

  unread(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.#chunks.unshift(bytes);
    this.#size += bytes.length;
    this.#filled.tell();
  }

  /** Nothing more will be written. */
  end(): void {
    this.#ended = true;
    this.#filled.tell();
  }

  /** Nobody reads any more. */
  break(): void {
    this.#broken = true;
    this.#chunks.length = 0;
    this.#size = 0;
    this.#drained.tell();
  }
}
