import type { Clock, Timer } from '@kubernats/clock';

const DONE = new Error('the work is done');

/** A signal that aborts after a time, or with another signal; `passed` tells the two apart. Dispose it when the work is done. */
export class Deadline implements Disposable {
  readonly #controller = new AbortController();
  readonly #parent: AbortSignal;
  readonly #timer: Timer | undefined;
  readonly #onAbort = (): void => this.#controller.abort(this.#parent.reason);
  #passed = false;

  /** `ms` undefined: no time of its own. */
  constructor(clock: Clock, ms: number | undefined, parent: AbortSignal) {
    this.#parent = parent;
    if (parent.aborted) {
      this.#onAbort();
      return;
    }
    parent.addEventListener('abort', this.#onAbort, { once: true });
    if (ms === undefined) return;
    this.#timer = clock.setTimer(ms, () => {
      this.#passed = true;
      this.#controller.abort(new Error('context deadline exceeded'));
    });
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** The time is over, and that is why the signal aborted. */
  get passed(): boolean {
    return this.#passed;
  }

  [Symbol.dispose](): void {
    this.#timer?.cancel();
    this.#parent.removeEventListener('abort', this.#onAbort);
    // Whoever still listens may forget it.
    this.#controller.abort(DONE);
  }
}
