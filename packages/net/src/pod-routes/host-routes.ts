/**
 * A way of the machine to the addresses of a range. `local`: they are the machine's own, and any of them can be listened on and used as a
 * source (Linux calls it AnyIP). What is sent there without a source of its own has `source`, an address of the machine; by default it has the
 * very address that it goes to. `via`: a neighbour's address, on a network that both are on.
 */
export type HostRoute =
  | { readonly cidr: string; readonly to: 'local'; readonly source?: string | undefined }
  | { readonly cidr: string; readonly via: string };

/**
 * The port to the machine's routing table: the routes that kubernats has made, in an earlier life too, and no others. A machine that will not
 * is a `NetworkError`. Adapters: `ipRoutes` (Linux, by iproute2), `MemoryRoutes`.
 */
export interface HostRoutes {
  list(): Promise<HostRoute[]>;
  /** Makes the route, in place of another one for the same range. */
  set(route: HostRoute): Promise<void>;
  /** A route that is not there is fine. */
  remove(route: HostRoute): Promise<void>;
}

export function sameRoute(a: HostRoute, b: HostRoute): boolean {
  if (a.cidr !== b.cidr) return false;
  return 'via' in a ? 'via' in b && a.via === b.via : 'to' in b && a.source === b.source;
}
