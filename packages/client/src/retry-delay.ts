import type { Random } from '@kubernats/clock';

const FIRST_MS = 50;
const LONGEST_MS = 2_000;

/** How long to wait before the next try: doubling, and spread so that many followers do not come back at once. Milliseconds. */
export class RetryDelay {
  readonly #random: Random;
  #tries = 0;

  constructor(random: Random) {
    this.#random = random;
  }

  next(): number {
    const base = Math.min(LONGEST_MS, FIRST_MS * 2 ** this.#tries);
    this.#tries++;
    return base * (0.5 + this.#random.next());
  }

  reset(): void {
    this.#tries = 0;
  }
}
