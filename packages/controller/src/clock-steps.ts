import type { Clock } from '@kubernats/clock';

/** How often the clocks are compared. */
const EVERY_MS = 30_000;
/** What a wall clock that is kept in time gains or loses in that while is far less. */
const STEP_MIN_MS = 1_000;

/**
 * Tells when the wall clock was set to another time, or went on while the machine slept: timers count monotonic time, and what they wait for
 * by wall time (the next start of a CronJob, the end of a time to live) may be due already.
 */
export class ClockSteps {
  readonly #clock: Clock;
  readonly #listeners = new Set<() => void>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Answers with what takes the listener away. */
  onStep(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Watches until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    let known = this.#difference();
    while (!signal.aborted) {
      try {
        await this.#clock.sleep(EVERY_MS, signal);
      } catch {
        return;
      }
      const now = this.#difference();
      if (Math.abs(now - known) >= STEP_MIN_MS) for (const listener of this.#listeners) listener();
      known = now;
    }
  }

  #difference(): number {
    return this.#clock.now() - this.#clock.monotonic();
  }
}
