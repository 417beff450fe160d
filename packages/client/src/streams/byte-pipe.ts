/**
 * Bytes that one part of a program hands to another, with a bound: who writes is told when to wait. Read once, as an async iterable; what
 * came before the end or a failure is still read.
 */
export class BytePipe implements AsyncIterable<Uint8Array> {
  readonly #limitBytes: number;
  readonly #taken: ((bytes: number) => void) | undefined;
  readonly #chunks: Uint8Array[] = [];
  #bytes = 0;
  #end: { error: Error | undefined } | undefined;
  #wakeReader: (() => void) | undefined;
  #wakeWriters: (() => void)[] = [];
  #discarding = false;

  /** `taken` is told of the bytes of each chunk that is read, or dropped because the reader has gone. */
  constructor(limitBytes: number, taken?: (bytes: number) => void) {
    this.#limitBytes = limitBytes;
    this.#taken = taken;
  }

  /** How much waits to be read. */
  get waitingBytes(): number {
    return this.#bytes;
  }

  /** Takes the chunk in any case. The promise, where there is one, resolves when there is room for more. Never rejects. */
  write(chunk: Uint8Array): Promise<void> | undefined {
    if (chunk.length === 0) return undefined;
    if (this.#end || this.#discarding) {
      this.#taken?.(chunk.length);
      return undefined;
    }
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
    this.#wakeReader?.();
    if (this.#bytes < this.#limitBytes) return undefined;
    return new Promise((resolve) => this.#wakeWriters.push(resolve));
  }

  /** Nothing more will come; with an error, because something broke. */
  end(error?: Error): void {
    this.#end ??= { error };
    this.#wakeReader?.();
    this.#release();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void> {
    try {
      for (;;) {
        const chunk = this.#chunks.shift();
        if (chunk) {
          this.#bytes -= chunk.length;
          if (this.#bytes < this.#limitBytes) this.#release();
          this.#taken?.(chunk.length);
          yield chunk;
        } else if (this.#end?.error) throw this.#end.error;
        else if (this.#end) return;
        else await new Promise<void>((resolve) => (this.#wakeReader = resolve));
      }
    } finally {
      this.#discard();
    }
  }

  /** Nobody reads any more. */
  #discard(): void {
    this.#discarding = true;
    for (const chunk of this.#chunks.splice(0)) this.#taken?.(chunk.length);
    this.#bytes = 0;
    this.#release();
  }

  #release(): void {
    for (const wake of this.#wakeWriters.splice(0)) wake();
  }
}
