// The append-only file: every command that changed something, as clients send them. It is replayed at the start, which is what lets data outlive the Pod.
import type { Files } from '@kubernats/files';
import { CommandReader, encodeCommand } from './resp.ts';

const REWRITE_FROM_BYTES = 64 * 1024;

/** One server's append-only file. */
export class Journal {
  readonly #files: Files;
  readonly #path: string;
  #pending: string[] = [];
  #writing: Promise<void> | undefined;
  #bytes = 0;

  constructor(files: Files, path: string) {
    this.#files = files;
    this.#path = path;
  }

  /** The commands of the file; what a crash left half written at its end is cut off. */
  async load(): Promise<string[][]> {
    await this.#files.mkdir(this.#path.slice(0, this.#path.lastIndexOf('/')) || '/', { recursive: true });
    if ((await this.#files.stat(this.#path))?.kind !== 'file') return [];
    const data = await this.#files.read(this.#path);
    const reader = new CommandReader();
    const commands = reader.read(data);
    this.#bytes = data.byteLength - reader.pendingBytes;
    if (reader.pendingBytes > 0) await this.#files.replace(this.#path, data.subarray(0, this.#bytes));
    return commands;
  }

  add(command: readonly string[]): void {
    this.#pending.push(encodeCommand(command));
  }

  /** Resolves when everything that was added is in the file: what a client is told after that outlives this process. */
  async flush(): Promise<void> {
    while (this.#pending.length > 0 || this.#writing) {
      // All who wait share one write.
      this.#writing ??= this.#write().finally(() => {
        this.#writing = undefined;
      });
      await this.#writing;
    }
  }

  /** Puts a snapshot in the place of a history that has grown far beyond it. */
  async rewrite(snapshot: () => readonly string[][]): Promise<void> {
    if (this.#bytes < REWRITE_FROM_BYTES) return;
    const data = Buffer.from(snapshot().map(encodeCommand).join(''), 'latin1');
    if (data.byteLength * 2 > this.#bytes) return;
    await this.#files.replace(this.#path, data);
    this.#bytes = data.byteLength;
  }

  async #write(): Promise<void> {
    const data = Buffer.from(this.#pending.join(''), 'latin1');
    this.#pending = [];
    if (data.byteLength === 0) return;
    await this.#files.append(this.#path, data);
    this.#bytes += data.byteLength;
  }
}
