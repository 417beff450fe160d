import type { Address } from '@kubernats/net';

export type Protocol = 'TCP' | 'UDP';

/** One address that the proxy answers on, and where what arrives there goes. */
export interface Route {
  /** Service, protocol and address: two Services may want one address while one of them goes. */
  readonly id: string;
  /** `namespace/name` of the Service. */
  readonly service: string;
  readonly protocol: Protocol;
  readonly listen: Address;
  /** Sorted, without repetition, never empty: a Service port without endpoints has no route, and refuses connections so. */
  readonly backends: readonly Address[];
  /** How long a client that comes back is led to the same backend. Milliseconds; absent: it is not. */
  readonly affinityMs?: number;
  /** Which door of the Service this is, for those who watch its traffic. Absent: its cluster IP. */
  readonly door?: Door;
}

/** A way in to a Service; `node` is the node whose address it is. */
export interface Door {
  readonly kind: 'ClusterIP' | 'NodePort' | 'ExternalIP' | 'LoadBalancer';
  readonly node?: string;
}

/** What brings a data plane from one routing table to the next. */
export interface RouteChanges {
  /** New routes, and those whose backends changed. */
  set: Route[];
  removed: Route[];
}

export const addressText = ({ host, port }: Address): string => `${host}:${port}`;

export function routeId(service: string, protocol: Protocol, listen: Address): string {
  return `${service} ${protocol} ${addressText(listen)}`;
}

/** Whether two routes of the same id lead to the same backends in the same way. */
export function sameTargets(a: Route, b: Route): boolean {
  return (
    a.affinityMs === b.affinityMs &&
    a.backends.length === b.backends.length &&
    a.backends.every(({ host, port }, index) => b.backends[index]?.host === host && b.backends[index].port === port)
  );
}
