const HELD_BYTES_MAX = 64 * 1024;

/** The standard input of a container: whoever is attached writes into it, its program reads. */
export class SharedInput implements AsyncIterable<Uint8Array> {
  readonly #chunks: Uint8Array[] = [];
  #held = 0;
  #ended = false;
  #come = Promise.withResolvers<void>();
  #taken = Promise.withResolvers<void>();

  /** Settles when the program has read so much that there is room. */
  async put(bytes: Uint8Array, signal: AbortSignal): Promise<void> {
    while (this.#held >= HELD_BYTES_MAX && !this.#ended && !signal.aborted) await this.#taken.promise;
    if (this.#ended || signal.aborted) return;
    this.#chunks.push(bytes);
    this.#held += bytes.length;
    this.#come.resolve();
  }

  /** Nothing more will come. */
  end(): void {
    this.#ended = true;
    this.#come.resolve();
    this.#taken.resolve();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    for (;;) {
      const next = this.#chunks.shift();
      if (next) {
        this.#held -= next.length;
        this.#taken.resolve();
        this.#taken = Promise.withResolvers<void>();
        yield next;
      } else if (this.#ended) return;
      else {
        await this.#come.promise;
        this.#come = Promise.withResolvers<void>();
        if (this.#ended) this.#come.resolve();
      }
    }
  }
}
