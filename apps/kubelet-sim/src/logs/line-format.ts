import { LINE_FEED, lineHead, TIME_BYTES } from './cri.ts';

export interface LineFormatOptions {
  /** Each line begins with its time. */
  timestamps: boolean;
  /** What was written before is left out. Milliseconds since the epoch. */
  sinceMs?: number;
}

const MILLISECONDS_BYTES = '2026-01-01T00:00:00.000'.length;

/** Turns the bytes of log files into the text that `kubectl logs` shows, block by block. Lines are written over the block itself: what is shown is never longer. */
export class LineFormat {
  readonly #timestamps: boolean;
  #since: Buffer | undefined;
  #rest: Buffer = Buffer.alloc(0);
  #inLine = false;

  constructor({ timestamps, sinceMs }: LineFormatOptions) {
    this.#timestamps = timestamps;
    if (sinceMs !== undefined && Number.isFinite(sinceMs)) this.#since = Buffer.from(timeText(sinceMs), 'latin1');
  }

  /** The text of the lines that end in this block, which is used up. */
  push(block: Buffer): Buffer {
    const bytes = this.#rest.length === 0 ? block : Buffer.concat([this.#rest, block]);
    const end = bytes.lastIndexOf(LINE_FEED) + 1;
    // A copy: what is shown is written over the block.
    this.#rest = Buffer.from(bytes.subarray(end));
    let shown = 0;
    for (let from = 0; from < end; ) {
      const feed = bytes.indexOf(LINE_FEED, from);
      const head = lineHead(bytes, from, feed);
      if (head && this.#isWanted(bytes, from)) {
        if (this.#timestamps && !this.#inLine) {
          bytes.copyWithin(shown, from, from + TIME_BYTES + 1);
          shown += TIME_BYTES + 1;
        }
        const to = head.complete ? feed + 1 : feed;
        bytes.copyWithin(shown, head.text, to);
        shown += to - head.text;
        this.#inLine = !head.complete;
      }
      from = feed + 1;
    }
    return bytes.subarray(0, shown);
  }

  /** What comes next does not follow what came before. */
  cut(): void {
    this.#rest = Buffer.alloc(0);
    this.#inLine = false;
  }

  /** Lines stand in the order of their writing: after the first that is late enough, all are. */
  #isWanted(bytes: Buffer, from: number): boolean {
    if (!this.#since) return true;
    if (bytes.compare(this.#since, 0, MILLISECONDS_BYTES, from, from + MILLISECONDS_BYTES) < 0) return false;
    this.#since = undefined;
    return true;
  }
}

/** Times that a date cannot hold are before or after everything. */
function timeText(ms: number): string {
  const date = new Date(Math.max(0, ms));
  return Number.isNaN(date.getTime()) ? '9999-12-31T23:59:59.999' : date.toISOString().slice(0, MILLISECONDS_BYTES);
}
