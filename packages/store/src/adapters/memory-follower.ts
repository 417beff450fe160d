import type { FollowOptions, StoreEntry } from '../port.ts';

/** One `follow` of a `MemoryStore`: a queue of entries that is emptied in microtasks. */
export class MemoryFollower {
  readonly #options: FollowOptions;
  readonly #done = Promise.withResolvers<void>();
  readonly #onAbort = (): void => this.stop();
  #queue: StoreEntry[];
  /** The revision to announce once the queue of the beginning is empty. */
  #caughtUpAt: number | undefined;
  #scheduled = false;
  #stopped = false;

  constructor(options: FollowOptions, kept: StoreEntry[], caughtUpAt: number) {
    this.#options = options;
    this.#queue = kept;
    this.#caughtUpAt = caughtUpAt;
    options.signal.addEventListener('abort', this.#onAbort, { once: true });
    this.#schedule();
  }

  /** Settles when following has ended. */
  get done(): Promise<void> {
    return this.#done.promise;
  }

  push(entry: StoreEntry): void {
    this.#queue.push(entry);
    this.#schedule();
  }

  stop(error?: unknown): void {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#options.signal.removeEventListener('abort', this.#onAbort);
    if (error === undefined) this.#done.resolve();
    else this.#done.reject(error);
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    queueMicrotask(() => this.#drain());
  }

  #drain(): void {
    this.#scheduled = false;
    const batch = this.#queue;
    this.#queue = [];
    try {
      for (const entry of batch) {
        if (this.#stopped) return;
        this.#options.onEntry(entry);
      }
      if (this.#stopped || this.#caughtUpAt === undefined) return;
      const revision = this.#caughtUpAt;
      this.#caughtUpAt = undefined;
      this.#options.onCaughtUp?.(revision);
    } catch (error) {
      this.stop(error);
    }
  }
}
