import type { Clock } from '@kubernats/clock';
import type { Files } from '@kubernats/files';
import { encodeLine, LineSplitter } from './cri.ts';

/** Writes what one run of a container says to its file on the node, and tells those who follow it. */
export class ContainerLog {
  readonly path: string;
  readonly #files: Files;
  readonly #clock: Clock;
  readonly #splitters = { stdout: new LineSplitter(), stderr: new LineSplitter() };
  #waiting: Uint8Array[] = [];
  #writing: Promise<void> | undefined;
  #followers: (() => void)[] = [];
  #version = 0;
  #closed = false;

  constructor(files: Files, path: string, clock: Clock) {
    this.#files = files;
    this.path = path;
    this.#clock = clock;
  }

  /** No more will come. */
  get closed(): boolean {
    return this.#closed;
  }

  write(stream: 'stdout' | 'stderr', chunk: Uint8Array): void {
    if (this.#closed) return;
    const atMs = this.#clock.now();
    for (const { text, complete } of this.#splitters[stream].push(chunk)) this.#waiting.push(encodeLine(atMs, stream, text, complete));
    this.#write();
  }

  /** Writes what is left, a line without its end included. */
  async close(): Promise<void> {
    if (!this.#closed) {
      this.#closed = true;
      for (const stream of ['stdout', 'stderr'] as const) {
        const rest = this.#splitters[stream].end();
        if (rest.length > 0) this.#waiting.push(encodeLine(this.#clock.now(), stream, rest, true));
      }
      this.#write();
    }
    await this.#writing;
    this.#tell();
  }

  /** Counts what has happened to the file: compare with an earlier count. */
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

  #write(): void {
    if (this.#waiting.length === 0) return;
    this.#writing ??= this.#drain().finally(() => {
      this.#writing = undefined;
    });
  }

  async #drain(): Promise<void> {
    while (this.#waiting.length > 0) {
      const lines = this.#waiting;
      this.#waiting = [];
      // A disk that is full, or a folder that went with its Pod, must not end the container.
      await this.#files.append(this.path, Buffer.concat(lines)).catch(() => {});
      this.#tell();
    }
  }

  #tell(): void {
    this.#version += 1;
    for (const resolve of this.#followers.splice(0)) resolve();
  }
}

/** A container's log folder on the node. */
export function logFolder(pod: { namespace: string; name: string; uid: string }, container: string): string {
  return `/var/log/pods/${pod.namespace}_${pod.name}_${pod.uid}/${container}`;
}
