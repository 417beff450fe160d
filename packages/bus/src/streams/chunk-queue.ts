/**
 * What the peer has sent and nobody has read yet. `taken` is told of each chunk that leaves, so that the peer may send more.
 * What came before an end or a failure is still read before it shows.
 */
export class ChunkQueue implements AsyncIterable<Uint8Array> {
  readonly #chunks: Uint8Array[] = [];
  readonly #taken: (bytes: number) => void;
  #end: { error: Error | undefined } | undefined;
  #wake: (() => void) | undefined;
  #reading = false;
  /** The reader has gone: what still comes counts as read. */
  #discarding = false;

  constructor(taken: (bytes: number) => void) {
    this.#taken = taken;
  }

  push(chunk: Uint8Array): void {
    if (this.#discarding) return this.#taken(chunk.length);
    this.#chunks.push(chunk);
    this.#wake?.();
  }

  finish(error?: Error): void {
    this.#end ??= { error };
    this.#wake?.();
  }

  [Symbol.asyncIterator](): AsyncIterator<Uint8Array> {
    if (this.#reading) throw new Error('a byte stream is read once');
    this.#reading = true;
    return { next: () => this.#next(), return: () => this.#stop() };
  }

  async #next(): Promise<IteratorResult<Uint8Array>> {
    this.#taken(0);
    for (;;) {
      const chunk = this.#chunks.shift();
      if (chunk) {
        this.#taken(chunk.length);
        return { value: chunk, done: false };
      }
      if (this.#end?.error) throw this.#end.error;
      if (this.#end) return { value: undefined, done: true };
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  async #stop(): Promise<IteratorResult<Uint8Array>> {
    this.#discarding = true;
    for (const chunk of this.#chunks.splice(0)) this.#taken(chunk.length);
    return { value: undefined, done: true };
  }
}
