/** A message on a stream has its length before it. Source: RFC 1035, 4.2.2. */
export function framed(message: Uint8Array): Uint8Array {
  return Buffer.concat([Uint8Array.of(message.length >> 8, message.length & 0xff), message]);
}

/** Takes a stream apart into messages. Keeps at most one that is not complete yet. */
export class MessageReader {
  #rest: Buffer = Buffer.alloc(0);

  /** The messages that have become complete. */
  take(chunk: Uint8Array): Uint8Array[] {
    this.#rest = this.#rest.length === 0 ? Buffer.from(chunk) : Buffer.concat([this.#rest, chunk]);
    const messages: Uint8Array[] = [];
    for (;;) {
      const length = this.#rest.length >= 2 ? this.#rest.readUInt16BE(0) : undefined;
      if (length === undefined || this.#rest.length < 2 + length) return messages;
      messages.push(this.#rest.subarray(2, 2 + length));
      this.#rest = this.#rest.subarray(2 + length);
    }
  }
}
