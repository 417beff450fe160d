// The format of container logs on a node: one line of text is `TIME STREAM F text`; a piece of a longer one is marked P.
// Source: the container runtime interface's logging format.

/** Longer lines are written in pieces, so that a line without an end cannot fill memory. */
export const PIECE_MAX_BYTES = 16 * 1024;
const LINE_FEED = 0x0a;

export interface LogLine {
  atMs: number;
  time: string;
  /** Whether the text ends with the line. */
  complete: boolean;
  text: Uint8Array;
}

/** Cuts a stream of bytes into lines, and keeps what has no end yet. One for each stream of a container. */
export class LineSplitter {
  #rest: Uint8Array = new Uint8Array();

  /** The pieces that are ready, with whether each ends its line. */
  push(chunk: Uint8Array): { text: Uint8Array; complete: boolean }[] {
    let bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    const pieces: { text: Uint8Array; complete: boolean }[] = [];
    for (;;) {
      const end = bytes.indexOf(LINE_FEED);
      if (end !== -1 && end <= PIECE_MAX_BYTES) {
        pieces.push({ text: bytes.subarray(0, end), complete: true });
        bytes = bytes.subarray(end + 1);
      } else if (bytes.length > PIECE_MAX_BYTES) {
        pieces.push({ text: bytes.subarray(0, PIECE_MAX_BYTES), complete: false });
        bytes = bytes.subarray(PIECE_MAX_BYTES);
      } else break;
    }
    this.#rest = bytes.slice();
    return pieces;
  }

  /** What is left at the end of the stream. */
  end(): Uint8Array {
    const rest = this.#rest;
    this.#rest = new Uint8Array();
    return rest;
  }
}

export function encodeLine(atMs: number, stream: 'stdout' | 'stderr', text: Uint8Array, complete: boolean): Uint8Array {
  const time = `${new Date(atMs).toISOString().slice(0, 23)}000000Z`;
  return Buffer.concat([Buffer.from(`${time} ${stream} ${complete ? 'F' : 'P'} `), text, Buffer.from('\n')]);
}

/** Reads one line of the file, without its line feed; undefined when it is none. */
export function decodeLine(bytes: Uint8Array): LogLine | undefined {
  const first = bytes.indexOf(0x20);
  const second = bytes.indexOf(0x20, first + 1);
  const third = bytes.indexOf(0x20, second + 1);
  if (first === -1 || second === -1 || third === -1) return undefined;
  const time = Buffer.from(bytes.subarray(0, first)).toString('latin1');
  const atMs = Date.parse(time.replace(/(\.\d{3})\d*Z$/, '$1Z'));
  return { atMs, time, complete: bytes[second + 1] === 0x46, text: bytes.subarray(third + 1) };
}
