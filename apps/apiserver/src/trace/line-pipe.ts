import { Buffer } from 'node:buffer';
import { BytePipe } from '@kubernats/client';
import type { TraceLine } from '@kubernats/trace';

/** What may wait for a reader. */
const LIMIT_BYTES = 1024 * 1024;

/** Lines of JSON for a reader who may be slow: what does not fit is dropped, and counted in a line of its own. */
export class LinePipe implements AsyncIterable<Uint8Array> {
  readonly #pipe = new BytePipe(LIMIT_BYTES);
  readonly #now: () => number;
  #dropped = 0;

  constructor(now: () => number) {
    this.#now = now;
  }

  write(line: TraceLine): void {
    if (this.#pipe.waitingBytes >= LIMIT_BYTES) {
      this.#dropped++;
      return;
    }
    const dropped = this.#dropped;
    this.#dropped = 0;
    if (dropped > 0) this.#put({ type: 'Dropped', time: this.#time(), count: dropped });
    this.#put(line);
  }

  /** Counts events that were lost before they came here. */
  lost(count: number): void {
    if (count > 0) this.write({ type: 'Dropped', time: this.#time(), count });
  }

  end(): void {
    if (this.#dropped > 0) this.#put({ type: 'Dropped', time: this.#time(), count: this.#dropped });
    this.#pipe.end();
  }

  [Symbol.asyncIterator](): AsyncIterator<Uint8Array> {
    return this.#pipe[Symbol.asyncIterator]();
  }

  #put(line: TraceLine): void {
    void this.#pipe.write(Buffer.from(`${JSON.stringify(line)}\n`));
  }

  #time(): string {
    return new Date(this.#now()).toISOString();
  }
}
