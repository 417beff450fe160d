// The format of container logs on a node: one line of text is `TIME STREAM F text`; a piece of a longer one is marked P.
// Source: the container runtime interface's logging format.

/** Longer lines are written in pieces, so that a line without an end cannot fill memory. */
export const PIECE_MAX_BYTES = 16 * 1024;
export const LINE_FEED = 0x0a;
const SPACE = 0x20;
const COMPLETE = 0x46;
/** `2026-01-01T00:00:00.000000000Z`, and behind it ` stdout F `: both streams' names have six letters. */
export const TIME_BYTES = 30;
const HEAD_BYTES = TIME_BYTES + 10;

export interface LinePiece {
  text: Uint8Array;
  /** Whether the text ends with the line. */
  complete: boolean;
}

/** Cuts a stream of bytes into lines, and keeps what has no end yet, at most a piece. One for each stream of a container. */
export class LineSplitter {
  #rest: Buffer | undefined;
  #restBytes = 0;

  /** The pieces that are ready; their texts are views of the chunk where they can be. */
  push(chunk: Uint8Array): LinePiece[] {
    const pieces: LinePiece[] = [];
    let at = 0;
    let feed = chunk.indexOf(LINE_FEED);
    while (at < chunk.length) {
      if (feed !== -1 && feed < at) feed = chunk.indexOf(LINE_FEED, at);
      const end = feed === -1 ? chunk.length : feed;
      const room = PIECE_MAX_BYTES - this.#restBytes;
      if (end - at > room) {
        pieces.push({ text: this.#with(chunk.subarray(at, at + room)), complete: false });
        at += room;
      } else if (feed === -1) {
        this.#keep(chunk.subarray(at));
        at = end;
      } else {
        pieces.push({ text: this.#with(chunk.subarray(at, feed)), complete: true });
        at = feed + 1;
      }
    }
    return pieces;
  }

  /** What is left at the end of the stream. */
  end(): Uint8Array {
    return this.#with(new Uint8Array());
  }

  #keep(bytes: Uint8Array): void {
    this.#rest ??= Buffer.allocUnsafe(PIECE_MAX_BYTES);
    this.#rest.set(bytes, this.#restBytes);
    this.#restBytes += bytes.length;
  }

  #with(bytes: Uint8Array): Uint8Array {
    if (this.#restBytes === 0) return bytes;
    const whole = Buffer.concat([(this.#rest ?? Buffer.alloc(0)).subarray(0, this.#restBytes), bytes]);
    this.#restBytes = 0;
    return whole;
  }
}

/** Pieces that were written at one time to one stream, as lines of the file. */
export function encodePieces(atMs: number, stream: 'stdout' | 'stderr', pieces: readonly LinePiece[]): Buffer {
  const time = `${new Date(atMs).toISOString().slice(0, 23)}000000Z`;
  const whole = Buffer.from(`${time} ${stream} F `, 'latin1');
  const part = Buffer.from(`${time} ${stream} P `, 'latin1');
  const length = pieces.reduce((total, { text }) => total + HEAD_BYTES + text.length + 1, 0);
  const lines = Buffer.allocUnsafe(length);
  let at = 0;
  for (const { text, complete } of pieces) {
    lines.set(complete ? whole : part, at);
    lines.set(text, at + HEAD_BYTES);
    at += HEAD_BYTES + text.length;
    lines[at] = LINE_FEED;
    at += 1;
  }
  return lines;
}

export interface LineHead {
  complete: boolean;
  /** Where the text begins. */
  text: number;
}

/** Reads the head of the line that begins at `from` and ends before `to`; undefined when it is none. Nothing is copied: logs are long. */
export function lineHead(bytes: Uint8Array, from: number, to: number): LineHead | undefined {
  const text = from + HEAD_BYTES;
  const fits = text <= to && bytes[from + TIME_BYTES] === SPACE && bytes[text - 3] === SPACE && bytes[text - 1] === SPACE;
  return fits ? { complete: bytes[text - 2] === COMPLETE, text } : undefined;
}
