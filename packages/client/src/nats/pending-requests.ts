import type { Clock, Timer } from '@kubernats/clock';
import { timeout } from '@kubernats/errors';

/** How long an answer may take before it is asked whether there still is somebody to give it. Milliseconds. */
const PATIENCE_MS = 500;

interface Pending {
  readonly sinceMs: number;
  readonly give: AbortController;
}

/**
 * The requests of one process that wait for an answer. The bus does not tell when who took one dies before the answer: so that nobody waits for it as long
 * as for a slow one, it is looked whether the API server is there, and when it is not, what was asked before fails. It may have been done.
 */
export class PendingRequests {
  readonly #clock: Clock;
  readonly #look: () => void;
  /** In the order in which they were made. */
  readonly #pending = new Set<Pending>();
  #timer: Timer | undefined;
  #goneAtMs = Number.NEGATIVE_INFINITY;

  /** `look` has it looked whether the API server is there. */
  constructor(clock: Clock, look: () => void) {
    this.#clock = clock;
    this.#look = look;
  }

  /** Runs a request. Its signal aborts with the given one, or when there will be no answer. */
  async run<T>(request: (signal: AbortSignal) => Promise<T>, signal?: AbortSignal): Promise<T> {
    const pending: Pending = { sinceMs: this.#clock.monotonic(), give: new AbortController() };
    const onAbort = (): void => pending.give.abort(signal?.reason);
    if (signal?.aborted) onAbort();
    else signal?.addEventListener('abort', onAbort, { once: true });
    this.#pending.add(pending);
    this.#timer ??= this.#clock.setTimer(PATIENCE_MS, () => this.#check());
    try {
      return await request(pending.give.signal);
    } finally {
      this.#pending.delete(pending);
      signal?.removeEventListener('abort', onAbort);
    }
  }

  /** An API server is no more. It may have been another one that was asked: then the answer was late in any case. */
  gone(): void {
    this.#goneAtMs = this.#clock.monotonic();
    this.#giveUp();
  }

  #check(): void {
    this.#giveUp();
    const [oldest] = this.#pending;
    this.#timer = oldest && this.#clock.setTimer(PATIENCE_MS, () => this.#check());
    if (oldest && this.#clock.monotonic() - oldest.sinceMs >= PATIENCE_MS) this.#look();
  }

  #giveUp(): void {
    const now = this.#clock.monotonic();
    for (const { sinceMs, give } of this.#pending) {
      // A young one may be with the next API server, and answered in a moment.
      if (sinceMs > this.#goneAtMs || now - sinceMs < PATIENCE_MS) return;
      give.abort(timeout('the API server that was asked is gone'));
    }
  }
}
