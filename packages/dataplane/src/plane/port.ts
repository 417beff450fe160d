import type { Route } from '../route.ts';

/** What opens routes, or what else listens on an address. */
export interface RoutePlane<R = Route> {
  /**
   * Opens the route, or leads its next connections to other backends. A `NetworkError` says that its address cannot be had:
   * the route is then not open, and nothing else is touched.
   */
  set(route: R): Promise<void>;
  /** Takes no more connections for the route; established ones live on. An unknown route is fine. */
  remove(id: string): Promise<void>;
}

/** What carries connections along routes. Planes: `userspace` (relays in this process, everywhere). */
export interface DataPlane extends RoutePlane, AsyncDisposable {}
