import type { DiscoveryEndpointPort, EndpointSlice, Service } from '@kubernats/api';

/** An endpoint that has records: one for each of its addresses. */
export interface NamedEndpoint {
  /** Its host name, or its address with dashes: unique within the Service. */
  label: string;
  ip: string;
  ports: readonly DiscoveryEndpointPort[];
}

/** `10.0.0.7` → `10-0-0-7`. */
const dashed = (ip: string): string => ip.replace(/[.:]/g, '-');

/**
 * The ready endpoints of slices. Whether one that is not ready counts as ready, because its Service publishes it, the slice says already.
 * Source: "Kubernetes DNS-Based Service Discovery" 1.1.0, 2.4.
 */
export function readyEndpoints(slices: readonly EndpointSlice[]): NamedEndpoint[] {
  return slices
    .filter(({ addressType }) => addressType !== 'FQDN')
    .flatMap(({ endpoints, ports }) =>
      (endpoints ?? [])
        .filter(({ conditions }) => conditions?.ready !== false)
        .flatMap(({ addresses, hostname }) => addresses.map((ip) => ({ label: hostname || dashed(ip), ip, ports: ports ?? [] }))),
    );
}

/** The Service's own addresses. */
export function clusterIpsOf({ spec }: Service): string[] {
  const ips = spec?.clusterIPs?.length ? spec.clusterIPs : [spec?.clusterIP ?? ''];
  return ips.filter((ip) => ip !== '' && ip !== 'None');
}

export const isHeadless = (service: Service): boolean => service.spec?.clusterIP === 'None';
