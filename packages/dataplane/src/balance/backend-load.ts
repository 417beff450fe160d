import type { Address } from '@kubernats/net';
import { addressText } from '../route.ts';

/** A backend and how many connections are open to it now, over all routes that lead to it. */
export interface Backend {
  readonly address: Address;
  open: number;
}

/** The backends of all routes: one entry for an address, so that a node port and a cluster IP see each other's connections. */
export class BackendLoad {
  readonly #backends = new Map<string, { backend: Backend; users: number }>();

  /** Counts one more route that leads to the address. */
  acquire(address: Address): Backend {
    const key = addressText(address);
    const entry = this.#backends.get(key) ?? { backend: { address, open: 0 }, users: 0 };
    entry.users++;
    this.#backends.set(key, entry);
    return entry.backend;
  }

  /** Counts one route less; connections that are open keep their own hold of the backend. */
  release(address: Address): void {
    const key = addressText(address);
    const entry = this.#backends.get(key);
    if (entry && --entry.users === 0) this.#backends.delete(key);
  }

  get size(): number {
    return this.#backends.size;
  }
}
