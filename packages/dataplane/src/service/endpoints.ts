import type { Endpoint, EndpointSlice, ServicePort } from '@kubernats/api';
import { type Address, ipToNumber, isIp } from '@kubernats/net';

/** An endpoint that may be connected to, at one port of a Service. */
export interface PortEndpoint {
  readonly address: Address;
  readonly nodeName: string | undefined;
  /** False: it terminates and still serves, and is used where no ready one is. Source: KEP-1669. */
  readonly ready: boolean;
  /** Hints: the nodes and zones whose clients it is meant for. */
  readonly forNodes: readonly string[];
  readonly forZones: readonly string[];
}

const PORT_MAX = 65_535;
const NO_HINTS: readonly string[] = [];

/** An absent condition counts as true. Source: discovery/v1 EndpointConditions. */
const isReady = ({ conditions }: Endpoint): boolean => conditions?.ready !== false;

const isServingLast = ({ conditions }: Endpoint): boolean => conditions?.terminating === true && conditions.serving !== false;

/** The endpoints of one port of a Service, in the order of their addresses. An address in several slices counts once, and as ready if it is in one. */
export function endpointsOf(port: ServicePort, slices: readonly EndpointSlice[]): PortEndpoint[] {
  const found = new Map<number, PortEndpoint>();
  for (const slice of slices) {
    const number = slice.addressType === 'IPv4' ? portOf(port, slice) : undefined;
    if (number === undefined) continue;
    for (const endpoint of slice.endpoints ?? []) {
      const [host] = endpoint.addresses;
      const ready = isReady(endpoint);
      if (host === undefined || !isIp(host) || !(ready || isServingLast(endpoint))) continue;
      const order = ipToNumber(host) * 65_536 + number;
      if (found.get(order)?.ready) continue;
      const { nodeName, hints } = endpoint;
      found.set(order, {
        address: { host, port: number },
        nodeName,
        ready,
        forNodes: hints?.forNodes?.map(({ name }) => name) ?? NO_HINTS,
        forZones: hints?.forZones?.map(({ name }) => name) ?? NO_HINTS,
      });
    }
  }
  return [...found].sort(([a], [b]) => a - b).map(([, endpoint]) => endpoint);
}

/**
 * The number of the slice's port of this name and protocol: slices of one Service differ where a named target port does from Pod to Pod.
 * The API takes any number there.
 */
function portOf({ name = '', protocol = 'TCP' }: ServicePort, { ports = [] }: EndpointSlice): number | undefined {
  const number = ports.find((port) => (port.name ?? '') === name && (port.protocol ?? 'TCP') === protocol)?.port;
  return number !== undefined && number >= 1 && number <= PORT_MAX ? number : undefined;
}

/** Where traffic of policy `Cluster` may go: the ready endpoints, and if there are none those that terminate and still serve. Source: KEP-1669. */
export function usable(endpoints: readonly PortEndpoint[]): Address[] {
  const ready = endpoints.filter((endpoint) => endpoint.ready);
  return (ready.length > 0 ? ready : endpoints).map(({ address }) => address);
}
