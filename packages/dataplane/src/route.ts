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
  /** Where clients of some places are led instead. Absent: every client to every backend. */
  readonly locality?: Locality;
  /** How long a client that comes back is led to the same backend. Milliseconds; absent: it is not. */
  readonly affinityMs?: number;
  /** Which door of the Service this is, for those who watch its traffic. Absent: its cluster IP. */
  readonly door?: Door;
}

/** Which of a route's backends a client is led to by where it is. Sources: KEP-2086 (internalTrafficPolicy), KEP-2433 and KEP-3015 (hints). */
export interface Locality {
  /** For the clients of a node, by its name. Comes before `byZone`. */
  readonly byNode?: ReadonlyMap<string, readonly Address[]>;
  readonly byZone?: ReadonlyMap<string, readonly Address[]>;
  /** Everybody else: led to all backends, or to none (their connections are reset). */
  readonly others: 'all' | 'none';
}

/** Where in the cluster a client is. */
export interface Place {
  readonly node: string;
  readonly zone?: string | undefined;
}

/** Where the client with an address is; undefined: on no node of the cluster. */
export type PlaceOf = (clientHost: string) => Place | undefined;

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

/** One socket of a host: there is one for each protocol. */
export const listenKey = (protocol: Protocol, listen: Address): string => `${protocol} ${addressText(listen)}`;

export function routeId(service: string, protocol: Protocol, listen: Address): string {
  return `${service} ${listenKey(protocol, listen)}`;
}

/** Whether two routes of the same id lead to the same backends in the same way. */
export function sameTargets(a: Route, b: Route): boolean {
  return (
    a.affinityMs === b.affinityMs &&
    sameAddresses(a.backends, b.backends) &&
    a.locality?.others === b.locality?.others &&
    sameGroups(a.locality?.byNode, b.locality?.byNode) &&
    sameGroups(a.locality?.byZone, b.locality?.byZone)
  );
}

const sameAddresses = (a: readonly Address[], b: readonly Address[]): boolean =>
  a.length === b.length && a.every(({ host, port }, index) => b[index]?.host === host && b[index].port === port);

type Groups = Locality['byNode'];

function sameGroups(a: Groups, b: Groups): boolean {
  if (a === undefined || b === undefined) return a === b;
  return a.size === b.size && [...a].every(([name, addresses]) => sameAddresses(addresses, b.get(name) ?? []));
}
