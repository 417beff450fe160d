import type { Clock } from '@kubernats/clock';
import type { Files } from '@kubernats/files';
import { encodePieces, LineSplitter } from './cri.ts';
import { type LogSegment, rotatedPath, segmentsOf } from './log-files.ts';

export interface LogLimits {
  /** A file that is longer is put aside, and a new one begun. Bytes. Source: the kubelet's `containerLogMaxSize`. */
  maxBytes: number;
  /** So many files of a run are kept. Source: `containerLogMaxFiles`. */
  maxFiles: number;
}

/** What may wait for the disk before the container is asked to wait. */
const WAITING_BYTES_MAX = 1024 * 1024;

/** Writes what one run of a container says to its files on the node, and tells those who follow it. */
export class ContainerLog {
  readonly path: string;
  readonly #files: Files;
  readonly #clock: Clock;
  readonly #limits: LogLimits;
  readonly #splitters = { stdout: new LineSplitter(), stderr: new LineSplitter() };
  readonly #segments: LogSegment[];
  #waiting: Uint8Array[] = [];
  #waitingBytes = 0;
  #room: (() => void)[] = [];
  #writing: Promise<void> | undefined;
  #followers: (() => void)[] = [];
  #version = 0;
  #rotations = 0;
  #closed = false;

  private constructor(files: Files, path: string, clock: Clock, limits: LogLimits, segments: LogSegment[]) {
    this.#files = files;
    this.path = path;
    this.#clock = clock;
    this.#limits = limits;
    this.#segments = segments;
  }

  /** Goes on behind what is there: a run whose kubelet was killed may have begun the files. The folder must exist. */
  static async open(files: Files, path: string, clock: Clock, limits: LogLimits): Promise<ContainerLog> {
    return new ContainerLog(files, path, clock, limits, await segmentsOf(files, path));
  }

  /** No more will come. */
  get closed(): boolean {
    return this.#closed;
  }

  /** What has been written; the last file is the one that grows. */
  get segments(): readonly LogSegment[] {
    return this.#segments;
  }

  /** Changes whenever files get other names: what was read meanwhile may be of another file. */
  get rotations(): number {
    return this.#rotations;
  }

  /** The promise, where there is one, resolves when the disk has caught up. Never rejects. */
  write(stream: 'stdout' | 'stderr', chunk: Uint8Array): Promise<void> | undefined {
    if (this.#closed) return undefined;
    const pieces = this.#splitters[stream].push(chunk);
    if (pieces.length > 0) this.#append(encodePieces(this.#clock.now(), stream, pieces));
    if (this.#waitingBytes < WAITING_BYTES_MAX) return undefined;
    return new Promise((resolve) => this.#room.push(resolve));
  }

  /** Writes what is left, a line without its end included. */
  async close(): Promise<void> {
    if (!this.#closed) {
      this.#closed = true;
      for (const stream of ['stdout', 'stderr'] as const) {
        const text = this.#splitters[stream].end();
        if (text.length > 0) this.#append(encodePieces(this.#clock.now(), stream, [{ text, complete: true }]));
      }
    }
    await this.#writing;
    this.#tell();
  }

  /** Counts what has happened to the log: compare with an earlier count. */
  get version(): number {
    return this.#version;
  }

  /** Resolves when the version is another than `seen`, or the signal aborts. */
  changed(seen: number, signal: AbortSignal): Promise<void> {
    if (this.#version !== seen || signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const done = (): void => {
        signal.removeEventListener('abort', done);
        resolve();
      };
      this.#followers.push(done);
      signal.addEventListener('abort', done, { once: true });
    });
  }

  #append(lines: Uint8Array): void {
    this.#waiting.push(lines);
    this.#waitingBytes += lines.length;
    this.#writing ??= this.#drain();
  }

  async #drain(): Promise<void> {
    while (this.#waiting.length > 0) {
      const lines = Buffer.concat(this.#waiting.splice(0));
      // A disk that is full, or a folder that went with its Pod, must not end the container.
      await this.#store(lines).catch(() => {});
      this.#waitingBytes -= lines.length;
      this.#tell();
      if (this.#waitingBytes < WAITING_BYTES_MAX) for (const resolve of this.#room.splice(0)) resolve();
    }
    // At once: who is woken by the last lines may write more before anything else runs.
    this.#writing = undefined;
  }

  async #store(lines: Uint8Array): Promise<void> {
    await this.#files.append(this.path, lines);
    let current = this.#segments.at(-1);
    if (current?.path !== this.path) {
      current = { path: this.path, start: current ? current.start + current.size : 0, size: 0 };
      this.#segments.push(current);
    }
    current.size += lines.length;
    if (current.size >= this.#limits.maxBytes) await this.#rotate(current);
  }

  async #rotate(full: LogSegment): Promise<void> {
    const segments = this.#segments;
    const path = rotatedPath(this.path, this.#clock.now(), segments.at(-2)?.path);
    this.#rotations += 1;
    await this.#files.rename(full.path, path);
    full.path = path;
    this.#rotations += 1;
    // The one that is begun next counts, too.
    while (segments.length >= this.#limits.maxFiles) {
      const oldest = segments.shift();
      if (oldest) await this.#files.remove(oldest.path);
    }
  }

  #tell(): void {
    this.#version += 1;
    for (const resolve of this.#followers.splice(0)) resolve();
  }
}
