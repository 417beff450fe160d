import type { Endpoint, EndpointSlice, ServicePort } from '@kubernats/api';
import { type Address, ipToNumber, isIp } from '@kubernats/net';

/** A backend and the node it is on. */
export interface PlacedBackend {
  address: Address;
  nodeName: string | undefined;
}

/** An absent condition counts as true. Source: discovery/v1 EndpointConditions. */
const isReady = (endpoint: Endpoint): boolean => endpoint.conditions?.ready !== false;

const isServingLast = ({ conditions }: Endpoint): boolean => conditions?.terminating === true && conditions.serving !== false;

const byAddress = (a: PlacedBackend, b: PlacedBackend): number =>
  ipToNumber(a.address.host) - ipToNumber(b.address.host) || a.address.port - b.address.port;

/**
 * Where connections to one port of a Service may go: its ready endpoints on `nodeName` (undefined: on any node); if there are none,
 * those that terminate and still serve. Sorted. Source: KEP-1669 for the latter.
 */
export function backendsOf(port: ServicePort, slices: readonly EndpointSlice[], nodeName?: string): Address[] {
  const placed = placedBackends(port, slices, nodeName, isReady);
  return (placed.length > 0 ? placed : placedBackends(port, slices, nodeName, isServingLast)).map(({ address }) => address);
}

function placedBackends(
  port: ServicePort,
  slices: readonly EndpointSlice[],
  nodeName: string | undefined,
  isEligible: (endpoint: Endpoint) => boolean,
): PlacedBackend[] {
  const found = new Map<string, PlacedBackend>();
  for (const slice of slices) {
    if (slice.addressType !== 'IPv4') continue;
    const match = slice.ports?.find((p) => (p.name ?? '') === (port.name ?? '') && (p.protocol ?? 'TCP') === (port.protocol ?? 'TCP'));
    if (match?.port === undefined) continue;
    for (const endpoint of slice.endpoints ?? []) {
      const host = endpoint.addresses[0];
      if (host === undefined || !isIp(host) || !isEligible(endpoint)) continue;
      if (nodeName !== undefined && endpoint.nodeName !== nodeName) continue;
      found.set(`${host}:${match.port}`, { address: { host, port: match.port }, nodeName: endpoint.nodeName });
    }
  }
  return [...found.values()].sort(byAddress);
}
