import type { Clock, Timer } from '@kubernats/clock';

/**
 * Keys that wait for work. A key that waits is not added again; a key that is being worked on is added once it is done.
 * Source: client-go's workqueue.
 */
export class WorkQueue {
  readonly #clock: Clock;
  /** In the order of arrival: a Set keeps it, and knows what it holds. */
  readonly #waiting = new Set<string>();
  readonly #working = new Set<string>();
  readonly #again = new Set<string>();
  readonly #delayed = new Map<string, { at: number; timer: Timer }>();
  readonly #takers: ((key: string | undefined) => void)[] = [];
  #closed = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** How many keys wait, without those that wait for a time. */
  get depth(): number {
    return this.#waiting.size;
  }

  add(key: string): void {
    if (this.#closed) return;
    if (this.#working.has(key)) {
      this.#again.add(key);
      return;
    }
    if (this.#waiting.has(key)) return;
    this.#waiting.add(key);
    this.#hand();
  }

  /** Adds the key after `delayMs`; of several delays for one key the earliest counts. */
  addAfter(key: string, delayMs: number): void {
    if (this.#closed) return;
    if (delayMs <= 0) return this.add(key);
    const at = this.#clock.monotonic() + delayMs;
    const known = this.#delayed.get(key);
    if (known && known.at <= at) return;
    known?.timer.cancel();
    const timer = this.#clock.setTimer(delayMs, () => {
      this.#delayed.delete(key);
      this.add(key);
    });
    this.#delayed.set(key, { at, timer });
  }

  /** Adds all keys that wait for a time: it may have come by another clock. */
  hasten(): void {
    for (const [key, { timer }] of [...this.#delayed]) {
      timer.cancel();
      this.#delayed.delete(key);
      this.add(key);
    }
  }

  /** The next key, or undefined once the queue is closed. Call `done` after the work. */
  take(): Promise<string | undefined> {
    return new Promise((resolve) => {
      if (this.#closed) return resolve(undefined);
      this.#takers.push(resolve);
      this.#hand();
    });
  }

  done(key: string): void {
    this.#working.delete(key);
    if (this.#again.delete(key)) this.add(key);
  }

  /** Forgets what waits; `take` answers undefined from now on. */
  close(): void {
    this.#closed = true;
    for (const { timer } of this.#delayed.values()) timer.cancel();
    this.#delayed.clear();
    this.#waiting.clear();
    this.#again.clear();
    for (const resolve of this.#takers.splice(0)) resolve(undefined);
  }

  #hand(): void {
    if (this.#takers.length === 0) return;
    for (const key of this.#waiting) {
      const taker = this.#takers.shift();
      if (!taker) return;
      this.#waiting.delete(key);
      this.#working.add(key);
      taker(key);
    }
  }
}
