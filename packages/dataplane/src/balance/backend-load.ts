import type { Address } from '@kubernats/net';
import { addressText } from '../route.ts';

/** One endpoint of a Service, and the traffic that it has over all routes of that Service. */
export interface Backend {
  readonly service: string;
  readonly address: Address;
  /** How many routes lead to it. */
  routes: number;
  /** Connections that are open to it now. */
  open: number;
  /** When it was chosen last among equals: the number of that choice, 0 before the first. */
  lastTurn: number;
  /** Connections that it was given. */
  taken: number;
  /** Connections that it did not answer. */
  failedDials: number;
  /** Until when others are preferred, because it did not answer; by the monotonic clock, 0: it is as good as any. */
  shunnedUntilMs: number;
  /** From clients to the endpoint, by connections that have ended. */
  bytesIn: number;
  /** From the endpoint to clients, by connections that have ended. */
  bytesOut: number;
}

/** The backends of all routes. Routes of one Service share them, so that a node port and a cluster IP see each other's connections. */
export class BackendLoad {
  readonly #backends = new Map<string, Backend>();
  #turns = 0;

  /** It has had its turn, whichever route it was that chose it. */
  tookTurn(backend: Backend): void {
    backend.lastTurn = ++this.#turns;
  }

  /** Counts one more route that leads to the endpoint. */
  acquire(service: string, address: Address): Backend {
    const key = keyOf(service, address);
    let backend = this.#backends.get(key);
    if (!backend) {
      backend = { service, address, routes: 0, open: 0, lastTurn: 0, taken: 0, failedDials: 0, shunnedUntilMs: 0, bytesIn: 0, bytesOut: 0 };
      this.#backends.set(key, backend);
    }
    backend.routes++;
    return backend;
  }

  /** Counts one route less. */
  release(backend: Backend): void {
    backend.routes--;
    this.#forgetUnused(backend);
  }

  /** Counts one connection less: one that was opened by `backend.open++`. */
  closed(backend: Backend): void {
    backend.open--;
    this.#forgetUnused(backend);
  }

  /** Those that a route leads to, and those that still have connections. */
  all(): Iterable<Backend> {
    return this.#backends.values();
  }

  get size(): number {
    return this.#backends.size;
  }

  #forgetUnused({ service, address, routes, open }: Backend): void {
    if (routes === 0 && open === 0) this.#backends.delete(keyOf(service, address));
  }
}

const keyOf = (service: string, address: Address): string => `${service} ${addressText(address)}`;
