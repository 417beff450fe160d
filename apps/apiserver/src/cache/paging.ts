import type { Clock } from '@kubernats/clock';
import type { Listing } from './past.ts';

const KEEP_MS = 5 * 60_000;
const MAX_SNAPSHOTS = 64;

/** The snapshots that paged lists go on with, by resource and revision. They share memory with the cache; the oldest go first. */
export class Paging {
  readonly #clock: Clock;
  readonly #snapshots = new Map<string, { listing: Listing; atMs: number }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  keep(resource: string, revision: number, listing: Listing): void {
    const key = `${resource}@${revision}`;
    this.#snapshots.delete(key);
    this.#snapshots.set(key, { listing, atMs: this.#clock.monotonic() });
    for (const [oldest, { atMs }] of this.#snapshots) {
      if (this.#snapshots.size <= MAX_SNAPSHOTS && this.#clock.monotonic() - atMs < KEEP_MS) break;
      this.#snapshots.delete(oldest);
    }
  }

  /** The resource as it was at `revision`, if it is still known. */
  find(resource: string, revision: number): Listing | undefined {
    const found = this.#snapshots.get(`${resource}@${revision}`);
    return found && this.#clock.monotonic() - found.atMs < KEEP_MS ? found.listing : undefined;
  }
}
