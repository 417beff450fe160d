import type { Address } from '@kubernats/net';
import { addressText } from '../routes/route.ts';
import type { Backend, BackendLoad } from './backend-load.ts';

/** Chooses where a route's next connection goes: to the backend with the fewest open connections, ties in turn (S3). */
export class Balancer {
  readonly #load: BackendLoad;
  #backends: Backend[] = [];
  #next = 0;

  constructor(load: BackendLoad) {
    this.#load = load;
  }

  /** Replaces the set of backends; those that stay keep their counts. */
  update(addresses: readonly Address[]): void {
    const old = this.#backends;
    this.#backends = addresses.map((address) => this.#load.acquire(address));
    for (const { address } of old) this.#load.release(address);
    if (this.#next >= this.#backends.length) this.#next = 0;
  }

  /** The backend for the next connection, leaving out those that were tried in vain; undefined when none is left. */
  pick(tried?: ReadonlySet<Backend>): Backend | undefined {
    const count = this.#backends.length;
    let best: Backend | undefined;
    let bestIndex = 0;
    for (let step = 0; step < count; step++) {
      const index = (this.#next + step) % count;
      const backend = this.#backends[index];
      if (!backend || tried?.has(backend) || (best && backend.open >= best.open)) continue;
      best = backend;
      bestIndex = index;
      if (best.open === 0) break;
    }
    if (best) this.#next = (bestIndex + 1) % count;
    return best;
  }

  get addresses(): string[] {
    return this.#backends.map(({ address }) => addressText(address));
  }
}
