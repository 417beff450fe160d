import { type Route, type RouteChanges, sameTargets } from '@kubernats/dataplane';

/** The routes of all Services, as they are wanted. */
export class RouteTable {
  readonly #routes = new Map<string, Map<string, Route>>();

  /** Whether the Service has routes. */
  has(service: string): boolean {
    return this.#routes.has(service);
  }

  /** Replaces one Service's routes and says what changed. */
  replace(service: string, routes: readonly Route[]): RouteChanges {
    const before = this.#routes.get(service) ?? new Map<string, Route>();
    const after = new Map(routes.map((route) => [route.id, route]));
    if (after.size > 0) this.#routes.set(service, after);
    else this.#routes.delete(service);
    const set = routes.filter((route) => {
      const old = before.get(route.id);
      return !old || !sameTargets(old, route);
    });
    return { set, removed: [...before.values()].filter(({ id }) => !after.has(id)) };
  }
}
