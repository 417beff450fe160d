import type { Clock } from '@kubernats/clock';

/** How long a change may wait for being carried out before the proxy counts as unhealthy: two of kube-proxy's sync periods. */
const HEALTH_TIMEOUT_MS = 60_000;

/** Whether the proxy keeps up with what changes. Source: kube-proxy's ProxyHealthServer. */
export class SyncHealth {
  readonly #clock: Clock;
  /** When each change arrived that is not carried out yet, the oldest first. */
  readonly #pending = new Set<{ sinceMs: number }>();
  #lastUpdated: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#lastUpdated = clock.now();
  }

  /** Changes have arrived; call what is returned when they have been carried out. */
  queued(): () => void {
    const change = { sinceMs: this.#clock.monotonic() };
    this.#pending.add(change);
    return () => {
      this.#pending.delete(change);
      this.#lastUpdated = this.#clock.now();
    };
  }

  get healthy(): boolean {
    const [oldest] = this.#pending;
    return oldest === undefined || this.#clock.monotonic() - oldest.sinceMs < HEALTH_TIMEOUT_MS;
  }

  /** When something was carried out last, in milliseconds since 1970. */
  get lastUpdated(): number {
    return this.#lastUpdated;
  }
}
