import { LINE_FEED, lineHead } from './cri.ts';
import type { LogSource } from './log-source.ts';

const BLOCK_BYTES = 128 * 1024;

/** Where the last `count` lines begin, with all pieces of each. Reads from the end, and no more than it needs. */
export async function tailStart(source: LogSource, count: number): Promise<number> {
  const { start, end } = source;
  let found = 0;
  /** Where the line begins that was looked at last; its own beginning was in an earlier block. */
  let lineStart = end;
  let rest: Buffer = Buffer.alloc(0);
  for (let at = end; at > start; ) {
    const from = Math.max(start, at - BLOCK_BYTES);
    const bytes = Buffer.concat([await readAll(source, from, at), rest]);
    let lineEnd = bytes.length;
    for (;;) {
      // The line that ends at `lineEnd` with a line feed.
      const before = lineEnd < 2 ? -1 : bytes.lastIndexOf(LINE_FEED, lineEnd - 2);
      if (before === -1 && from > start) break;
      if (lineEnd === 0) break;
      const isLast = from + lineEnd === end;
      if (isLast || lineHead(bytes, before + 1, lineEnd)?.complete) {
        if (found === count) return from + lineEnd;
        found += 1;
      }
      lineEnd = before + 1;
      lineStart = from + lineEnd;
    }
    rest = bytes.subarray(0, lineEnd);
    at = from;
  }
  return lineStart;
}

async function readAll(source: LogSource, from: number, to: number): Promise<Buffer> {
  const parts: Buffer[] = [];
  for (let at = from; at < to; ) {
    const bytes = await source.read(at, to - at);
    if (bytes.length === 0) break;
    parts.push(bytes);
    at += bytes.length;
  }
  return Buffer.concat(parts);
}
