import type { Clock, Random } from '@kubernats/clock';
import { Backoff } from '@kubernats/controller';
import { BACKOFF } from './said-by-driver.ts';

interface Failure {
  what: string;
  untilMs: number;
}

/** What failed is tried again when its time has come, or when something else is wanted by then: not because the failure was written down. */
export class Patience {
  readonly #clock: Clock;
  readonly #backoff: Backoff;
  readonly #failures = new Map<string, Failure>();

  constructor({ clock, random }: { clock: Clock; random: Random }) {
    this.#clock = clock;
    this.#backoff = new Backoff(random, BACKOFF);
  }

  /** How long until `what` may be tried again for the key, in milliseconds; 0: now. */
  left(key: string, what: string): number {
    const failure = this.#failures.get(key);
    return failure?.what === what ? Math.max(0, failure.untilMs - this.#clock.monotonic()) : 0;
  }

  /** `what` failed for the key. Answers how long to wait, in milliseconds: longer each time. */
  failed(key: string, what: string): number {
    if (this.#failures.get(key)?.what !== what) this.#backoff.reset(key);
    const waitMs = this.#backoff.next(key);
    this.#failures.set(key, { what, untilMs: this.#clock.monotonic() + waitMs });
    return waitMs;
  }

  forget(key: string): void {
    this.#failures.delete(key);
    this.#backoff.reset(key);
  }
}
