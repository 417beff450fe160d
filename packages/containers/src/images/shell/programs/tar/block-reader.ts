/** Reads a stream in pieces of any length. */
export class BlockReader {
  readonly #chunks: AsyncIterator<Uint8Array>;
  #left: Uint8Array = new Uint8Array();
  #ended = false;
  /** How many bytes have been read. */
  taken = 0;

  constructor(chunks: AsyncIterable<Uint8Array>) {
    this.#chunks = chunks[Symbol.asyncIterator]();
  }

  /** So many bytes; fewer at the end of the stream. */
  async read(length: number): Promise<Uint8Array> {
    const parts: Uint8Array[] = [];
    await this.pieces(length, length, (bytes) => void parts.push(bytes));
    return Buffer.concat(parts);
  }

  async skip(length: number): Promise<void> {
    if (length > 0) await this.pieces(length, length, () => {});
  }

  /** Hands on so many bytes in pieces of at most `most`. */
  async pieces(length: number, most: number, use: (bytes: Uint8Array) => Promise<void> | void): Promise<void> {
    let left = length;
    while (left > 0 && (await this.#fill())) {
      const taken = this.#left.subarray(0, Math.min(left, most));
      this.#left = this.#left.subarray(taken.length);
      this.taken += taken.length;
      left -= taken.length;
      await use(taken);
    }
  }

  async #fill(): Promise<boolean> {
    while (this.#left.length === 0 && !this.#ended) {
      const { done, value } = await this.#chunks.next();
      if (done === true) this.#ended = true;
      else this.#left = value;
    }
    return this.#left.length > 0;
  }
}
