import type { LogsHello } from '@kubernats/client';
import type { Files } from '@kubernats/files';
import type { ContainerLog } from './container-log.ts';
import { decodeLine, type LogLine } from './cri.ts';

const BLOCK_BYTES = 256 * 1024;
const LINE_FEED = Buffer.from('\n');

export type LogQuery = Pick<LogsHello, 'follow' | 'timestamps' | 'tailLines' | 'limitBytes' | 'sinceMs'>;

/**
 * The bytes of a log as `kubectl logs` shows them. With `follow`, goes on while `live` does. Chunks hold whole lines where the limit
 * allows; nothing is read ahead of the reader.
 */
export async function* readLog(
  files: Files,
  path: string,
  live: ContainerLog | undefined,
  query: LogQuery,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, void> {
  let left = query.limitBytes ?? Infinity;
  let pieceContinues = false;
  const shown = (line: LogLine): Uint8Array => {
    const stamp = query.timestamps && !pieceContinues ? [Buffer.from(`${line.time} `)] : [];
    pieceContinues = !line.complete;
    return Buffer.concat([...stamp, line.text, ...(line.complete ? [LINE_FEED] : [])]);
  };
  const cursor = new LogCursor(files, path);
  let tail: LogLine[] | undefined = query.tailLines === undefined ? undefined : [];
  while (!signal.aborted && left > 0) {
    // Looked at before the file: what came in between is then seen as new.
    const ended = live?.closed ?? true;
    const seen = live?.version ?? 0;
    const block = await cursor.next();
    if (block.length === 0) {
      if (tail) {
        const lines = tail;
        tail = undefined;
        const bytes = Buffer.concat(lines.map(shown)).subarray(0, left);
        left -= bytes.length;
        if (bytes.length > 0) yield bytes;
        continue;
      }
      if (!query.follow || !live || ended) return;
      await live.changed(seen, signal);
      continue;
    }
    const lines = block.filter((line) => query.sinceMs === undefined || line.atMs >= query.sinceMs);
    if (tail) {
      tail.push(...lines);
      tail = lastLines(tail, query.tailLines ?? 0);
      continue;
    }
    const bytes = Buffer.concat(lines.map(shown)).subarray(0, left);
    left -= bytes.length;
    if (bytes.length > 0) yield bytes;
  }
}

/** The last `count` lines, with all pieces of each. */
function lastLines(lines: LogLine[], count: number): LogLine[] {
  let found = 0;
  for (let i = lines.length - 1; i >= 0; i--) {
    if (i < lines.length - 1 && !lines[i]?.complete) continue;
    if (found === count) return lines.slice(i + 1);
    found += 1;
  }
  return lines;
}

/** Reads a log file block by block, whole lines each. */
class LogCursor {
  readonly #files: Files;
  readonly #path: string;
  #offset = 0;
  #rest: Uint8Array = new Uint8Array();

  constructor(files: Files, path: string) {
    this.#files = files;
    this.#path = path;
  }

  /** The next lines; none at the end of what is there now. */
  async next(): Promise<LogLine[]> {
    for (;;) {
      const stat = await this.#files.stat(this.#path);
      if (!stat || stat.sizeBytes <= this.#offset) return [];
      const bytes = await this.#files.readRange(this.#path, this.#offset, BLOCK_BYTES);
      this.#offset += bytes.length;
      const whole = Buffer.concat([this.#rest, bytes]);
      const end = whole.lastIndexOf(0x0a);
      this.#rest = whole.subarray(end + 1);
      const lines: LogLine[] = [];
      for (let from = 0; from <= end; ) {
        const next = whole.indexOf(0x0a, from);
        const line = decodeLine(whole.subarray(from, next));
        if (line) lines.push(line);
        from = next + 1;
      }
      if (lines.length > 0) return lines;
    }
  }
}
