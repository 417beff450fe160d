import { type HostRoute, type HostRoutes, sameRoute } from './host-routes.ts';

/** A routing table in memory: for tests and simulation. */
export class MemoryRoutes implements HostRoutes {
  readonly #routes = new Map<string, HostRoute>();

  async list(): Promise<HostRoute[]> {
    return [...this.#routes.values()];
  }

  async set(route: HostRoute): Promise<void> {
    this.#routes.set(route.cidr, route);
  }

  async remove(route: HostRoute): Promise<void> {
    const known = this.#routes.get(route.cidr);
    if (known && sameRoute(known, route)) this.#routes.delete(route.cidr);
  }
}
