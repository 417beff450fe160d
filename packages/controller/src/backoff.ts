import type { Random } from '@kubernats/clock';

export interface BackoffOptions {
  /** The first delay, in milliseconds. Default 5. */
  baseMs?: number;
  /** The longest delay, in milliseconds. Default 1 000 000. */
  maxMs?: number;
}

/** A delay per key that doubles with each failure in a row, spread by up to a half so that keys do not march in step. */
export class Backoff {
  readonly #failures = new Map<string, number>();
  readonly #random: Random;
  readonly #baseMs: number;
  readonly #maxMs: number;

  constructor(random: Random, options: BackoffOptions = {}) {
    this.#random = random;
    this.#baseMs = options.baseMs ?? 5;
    this.#maxMs = options.maxMs ?? 1_000_000;
  }

  /** Counts one more failure of the key, and says how long to wait. Milliseconds. */
  next(key: string): number {
    const failures = this.#failures.get(key) ?? 0;
    this.#failures.set(key, failures + 1);
    return Math.min(this.#maxMs, this.#baseMs * 2 ** failures) * (0.75 + this.#random.next() / 2);
  }

  failures(key: string): number {
    return this.#failures.get(key) ?? 0;
  }

  reset(key: string): void {
    this.#failures.delete(key);
  }
}
