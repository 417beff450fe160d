import type { Clock, Timer } from '@kubernats/clock';

interface Held<T> {
  item: T;
  atMs: number;
  arrivedMs: number;
}

/** Puts what several proxies tell into the order in which it happened: each item is held a moment, in which earlier ones may still arrive. */
export class InOrder<T> {
  readonly #clock: Clock;
  readonly #holdMs: number;
  readonly #give: (item: T) => void;
  #held: Held<T>[] = [];
  #timer: Timer | undefined;

  constructor(clock: Clock, holdMs: number, give: (item: T) => void) {
    this.#clock = clock;
    this.#holdMs = holdMs;
    this.#give = give;
  }

  /** `atMs`: when it happened. */
  add(item: T, atMs: number): void {
    this.#held.push({ item, atMs, arrivedMs: this.#clock.monotonic() });
    this.#timer ??= this.#arm(this.#holdMs);
  }

  /** Gives everything now. */
  flush(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#giveUpTo(Number.POSITIVE_INFINITY);
  }

  #arm(delayMs: number): Timer {
    return this.#clock.setTimer(delayMs, () => {
      const now = this.#clock.monotonic();
      const due = this.#held.filter(({ arrivedMs }) => arrivedMs + this.#holdMs <= now);
      // What came later and happened earlier goes with them.
      this.#giveUpTo(due.reduce((latest, { atMs }) => Math.max(latest, atMs), Number.NEGATIVE_INFINITY));
      const next = this.#held[0];
      this.#timer = next && this.#arm(next.arrivedMs + this.#holdMs - now);
    });
  }

  #giveUpTo(limitMs: number): void {
    const due = this.#held.filter(({ atMs }) => atMs <= limitMs);
    this.#held = this.#held.filter(({ atMs }) => atMs > limitMs);
    for (const { item } of due.sort((a, b) => a.atMs - b.atMs)) this.#give(item);
  }
}
