import { type Files, FilesError } from '@kubernats/files';
import type { ContainerLog } from './container-log.ts';
import { type LogSegment, segmentsOf } from './log-files.ts';

/** All bytes of one run's log, by their place in it, over whatever files they are in. */
export class LogSource {
  readonly #files: Files;
  readonly #live: ContainerLog | undefined;
  readonly #found: readonly LogSegment[];

  private constructor(files: Files, live: ContainerLog | undefined, found: readonly LogSegment[]) {
    this.#files = files;
    this.#live = live;
    this.#found = found;
  }

  /** `live` writes the log; absent: nobody does any more. */
  static async open(files: Files, path: string, live: ContainerLog | undefined): Promise<LogSource> {
    return new LogSource(files, live, live ? [] : await segmentsOf(files, path));
  }

  /** Where the log begins: later than at 0 when its first files have been removed. */
  get start(): number {
    return this.#segments[0]?.start ?? 0;
  }

  /** Where it ends for now. */
  get end(): number {
    const last = this.#segments.at(-1);
    return last ? last.start + last.size : 0;
  }

  /** Bytes from `at` on, out of one file; none at the end. */
  async read(at: number, lengthMax: number): Promise<Buffer> {
    for (;;) {
      const rotations = this.#live?.rotations;
      const segment = this.#segments.find(({ start, size }) => at >= start && at < start + size);
      if (!segment) return Buffer.alloc(0);
      const length = Math.min(lengthMax, segment.start + segment.size - at);
      const bytes = await this.#files.readRange(segment.path, at - segment.start, length).catch((error: unknown) => {
        // Put aside or removed in this moment.
        if (error instanceof FilesError && error.code === 'ENOENT') return new Uint8Array();
        throw error;
      });
      if (this.#live?.rotations === rotations) return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    }
  }

  get #segments(): readonly LogSegment[] {
    return this.#live?.segments ?? this.#found;
  }
}
