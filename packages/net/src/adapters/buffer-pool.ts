/** Buffers of one size that are used again and again, so that connections that come and go leave nothing to collect. */
export class BufferPool {
  readonly #bytes: number;
  readonly #keep: number;
  readonly #free: Buffer[] = [];

  /** `keep`: how many unused ones are held at most. */
  constructor(bytes: number, keep: number) {
    this.#bytes = bytes;
    this.#keep = keep;
  }

  take(): Buffer {
    return this.#free.pop() ?? Buffer.allocUnsafeSlow(this.#bytes);
  }

  /** Nobody may use the buffer any more. */
  give(buffer: Buffer): void {
    if (this.#free.length < this.#keep) this.#free.push(buffer);
  }
}
