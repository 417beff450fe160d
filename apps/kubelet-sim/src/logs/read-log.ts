import type { LogsHello } from '@kubernats/client';
import type { Files } from '@kubernats/files';
import type { ContainerLog } from './container-log.ts';
import { LineFormat } from './line-format.ts';
import { LogSource } from './log-source.ts';
import { tailStart } from './tail.ts';

const BLOCK_BYTES = 256 * 1024;

export type LogQuery = Pick<LogsHello, 'follow' | 'timestamps' | 'tailLines' | 'limitBytes' | 'sinceMs'>;

/**
 * The bytes of a log as `kubectl logs` shows them, over all files of the run. With `follow`, goes on while `live` does. Nothing is read
 * ahead of the reader; one that is slower than the log is written goes on at the oldest file that is left.
 */
export async function* readLog(
  files: Files,
  path: string,
  live: ContainerLog | undefined,
  query: LogQuery,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, void> {
  const source = await LogSource.open(files, path, live);
  const format = new LineFormat(query);
  let left = query.limitBytes ?? Infinity;
  let at = query.tailLines === undefined ? source.start : await tailStart(source, query.tailLines);
  while (!signal.aborted && left > 0) {
    // Looked at before the file: what came in between is then seen as new.
    const ended = live?.closed ?? true;
    const seen = live?.version ?? 0;
    if (at < source.start) {
      at = source.start;
      format.cut();
    }
    const block = await source.read(at, BLOCK_BYTES);
    if (block.length > 0) {
      at += block.length;
      const text = format.push(block).subarray(0, left);
      left -= text.length;
      if (text.length > 0) yield text;
    } else if (at < source.start) {
      // The file was removed while it was read: on with the next.
    } else if (at < source.end || !query.follow || !live || ended) return;
    else await live.changed(seen, signal);
  }
}
