/** What an answer of HTTP/1.1 consists of. */
export interface AnswerParts {
  onHead(code: number): void;
  /** The body, as it comes; valid until this returns. */
  onBody(part: Buffer): void;
  onEnd(): void;
}

const HEAD_END = Buffer.from('\r\n\r\n');
const LINE_END = Buffer.from('\r\n');
const NOTHING = Buffer.alloc(0);

/** Reads the answers on a connection, one after the other: bodies with a length, and in chunks. Keeps nothing of them but a piece that is not whole. */
export class AnswerReader {
  readonly #parts: AnswerParts;
  #rest: Buffer = NOTHING;
  #isInBody = false;
  #isInChunks = false;
  /** Of the body, or of its present chunk. */
  #leftBytes = 0;

  constructor(parts: AnswerParts) {
    this.#parts = parts;
  }

  take(piece: Buffer): void {
    let bytes = this.#rest.length === 0 ? piece : Buffer.concat([this.#rest, piece]);
    for (let next = this.#step(bytes); next; next = this.#step(bytes)) bytes = next;
    this.#rest = bytes.length === 0 ? NOTHING : Buffer.from(bytes);
  }

  /** What is left to be read; undefined: more has to come first. */
  #step(bytes: Buffer): Buffer | undefined {
    if (bytes.length === 0 && (!this.#isInBody || this.#leftBytes > 0)) return undefined;
    if (!this.#isInBody) return this.#head(bytes);
    if (this.#leftBytes > 0) return this.#body(bytes);
    return this.#isInChunks ? this.#chunkLine(bytes) : this.#end(bytes);
  }

  #head(bytes: Buffer): Buffer | undefined {
    const at = bytes.indexOf(HEAD_END);
    if (at === -1) return undefined;
    const head = bytes.toString('latin1', 0, at).toLowerCase();
    this.#isInBody = true;
    this.#isInChunks = head.includes('\r\ntransfer-encoding: chunked');
    this.#leftBytes = Number(/\r\ncontent-length: (\d+)/.exec(head)?.[1] ?? 0);
    this.#parts.onHead(Number(head.slice(9, 12)));
    return bytes.subarray(at + HEAD_END.length);
  }

  #body(bytes: Buffer): Buffer {
    const part = bytes.length <= this.#leftBytes ? bytes : bytes.subarray(0, this.#leftBytes);
    this.#leftBytes -= part.length;
    this.#parts.onBody(part);
    return bytes.subarray(part.length);
  }

  /** Before each chunk comes its length in a line of its own, and behind it the end of a line. */
  #chunkLine(bytes: Buffer): Buffer | undefined {
    const from = bytes[0] === LINE_END[0] ? LINE_END.length : 0;
    const at = bytes.indexOf(LINE_END, from);
    if (at === -1) return undefined;
    this.#leftBytes = Number.parseInt(bytes.toString('latin1', from, at), 16);
    if (this.#leftBytes > 0) return bytes.subarray(at + LINE_END.length);
    return bytes.length < at + HEAD_END.length ? undefined : this.#end(bytes.subarray(at + HEAD_END.length));
  }

  #end(bytes: Buffer): Buffer {
    this.#isInBody = false;
    this.#parts.onEnd();
    return bytes;
  }
}
