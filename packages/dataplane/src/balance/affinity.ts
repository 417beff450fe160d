import type { Clock } from '@kubernats/clock';
import { addressText } from '../route.ts';
import type { Backend } from './backend-load.ts';

/** How many clients are remembered before those that are due are looked for, at least. */
const SWEEP_AT_LEAST = 1024;

/** `sessionAffinity: ClientIP`: a client that comes back within the time goes where it went before. */
export class Affinity {
  readonly #clock: Clock;
  /** Doubles with the clients that stay, so that a sweep costs each connection little. */
  #sweepAt = SWEEP_AT_LEAST;
  readonly #clients = new Map<string, { backend: string; until: number }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Where the client went last, as `host:port`; undefined when it is new or was away too long. */
  backendOf(client: string): string | undefined {
    const entry = this.#clients.get(client);
    return entry && entry.until > this.#clock.monotonic() ? entry.backend : undefined;
  }

  remember(client: string, backend: Backend, timeoutMs: number): void {
    if (this.#clients.size >= this.#sweepAt) this.#sweep();
    this.#clients.set(client, { backend: addressText(backend.address), until: this.#clock.monotonic() + timeoutMs });
  }

  get size(): number {
    return this.#clients.size;
  }

  #sweep(): void {
    const now = this.#clock.monotonic();
    for (const [client, { until }] of this.#clients) if (until <= now) this.#clients.delete(client);
    this.#sweepAt = Math.max(SWEEP_AT_LEAST, 2 * this.#clients.size);
  }
}
