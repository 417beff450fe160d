import type { Endpoint, EndpointSlice, ServicePort } from '@kubernats/api';
import { type Address, isIp } from '@kubernats/net';

/** An absent condition counts as true. Source: discovery/v1 EndpointConditions. */
const isReady = ({ conditions }: Endpoint): boolean => conditions?.ready !== false;
const isServingLast = ({ conditions }: Endpoint): boolean => conditions?.terminating === true && conditions.serving !== false;

/** The Pods behind one port of a Service: those that are ready, else those that terminate and still serve (KEP-1669). */
export function endpointsOf(port: ServicePort, slices: readonly EndpointSlice[]): Address[] {
  const ready = addresses(port, slices, isReady);
  return ready.length > 0 ? ready : addresses(port, slices, isServingLast);
}

function addresses(
  { name = '', protocol = 'TCP' }: ServicePort,
  slices: readonly EndpointSlice[],
  counts: (endpoint: Endpoint) => boolean,
) {
  const found = new Map<string, Address>();
  for (const { addressType, ports = [], endpoints = [] } of slices) {
    const port = ports.find((other) => (other.name ?? '') === name && (other.protocol ?? 'TCP') === protocol)?.port;
    if (addressType !== 'IPv4' || port === undefined) continue;
    for (const endpoint of endpoints) {
      const host = endpoint.addresses[0];
      if (host !== undefined && isIp(host) && counts(endpoint)) found.set(`${host}:${port}`, { host, port });
    }
  }
  return [...found.values()];
}
