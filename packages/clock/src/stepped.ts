import type { Clock, Timer } from './ports.ts';

interface Pending {
  at: number;
  order: number;
  fire: () => void;
}

/** A clock that stands still until it is told to move: timers fire in the order of their time, then of their setting. */
export class SteppedClock implements Clock {
  #now: number;
  #wallAheadMs = 0;
  #order = 0;
  readonly #pending = new Set<Pending>();

  /** `start` is wall time in milliseconds since the epoch. */
  constructor(start = Date.UTC(2026, 0, 1)) {
    this.#now = start;
  }

  now(): number {
    return this.#now + this.#wallAheadMs;
  }

  monotonic(): number {
    return this.#now;
  }

  setTimer(delayMs: number, fire: () => void): Timer {
    const entry: Pending = { at: this.#now + Math.max(0, delayMs), order: this.#order++, fire };
    this.#pending.add(entry);
    return { cancel: () => this.#pending.delete(entry) };
  }

  sleep(delayMs: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const onAbort = () => {
        timer.cancel();
        reject(signal?.reason);
      };
      const timer = this.setTimer(delayMs, () => {
        signal?.removeEventListener('abort', onAbort);
        resolve();
      });
      signal?.addEventListener('abort', onAbort, { once: true });
    });
  }

  /** Sets the wall clock forward, or back: no time passes, and no timer hears of it. */
  stepWall(ms: number): void {
    this.#wallAheadMs += ms;
  }

  /** How many timers wait. */
  get waiting(): number {
    return this.#pending.size;
  }

  /** The time of the next timer, if one waits. By `monotonic`. */
  get nextAt(): number | undefined {
    return this.#next()?.at;
  }

  /**
   * Moves time forward by `ms`, firing what falls due on the way. Between two timers every promise that the first one
   * settled is followed to its end, so that a loop which sleeps again is seen sleeping again.
   */
  async advance(ms: number): Promise<void> {
    const target = this.#now + ms;
    for (;;) {
      await settle();
      const next = this.#next();
      if (!next || next.at > target) break;
      this.#pending.delete(next);
      this.#now = Math.max(this.#now, next.at);
      next.fire();
    }
    this.#now = target;
    await settle();
  }

  #next(): Pending | undefined {
    let best: Pending | undefined;
    for (const entry of this.#pending) {
      if (!best || entry.at < best.at || (entry.at === best.at && entry.order < best.order)) best = entry;
    }
    return best;
  }
}

/** One turn of the event loop: all microtasks, and what they queued, are done after it. */
function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
