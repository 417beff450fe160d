import type { Clock } from '@kubernats/clock';
import { addressText } from '../route.ts';
import type { Backend } from './backend-load.ts';

/** How many clients are remembered before those that are due are looked for. */
const SWEEP_AT = 1024;

/** `sessionAffinity: ClientIP`: a client that comes back within the time goes where it went before. */
export class Affinity {
  readonly #clock: Clock;
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
    if (this.#clients.size >= SWEEP_AT) this.#sweep();
    this.#clients.set(client, { backend: addressText(backend.address), until: this.#clock.monotonic() + timeoutMs });
  }

  #sweep(): void {
    const now = this.#clock.monotonic();
    for (const [client, { until }] of this.#clients) if (until <= now) this.#clients.delete(client);
  }
}
