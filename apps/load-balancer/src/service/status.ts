import type { LoadBalancerStatus, PortStatus, Service, ServicePort } from '@kubernats/api';
import { protocolOf } from '@kubernats/dataplane';

/** Why a port of an address does not work, as `status.loadBalancer.ingress[].ports[].error` says it. */
export const PORT_NOT_OPENED = 'kubernats.dev/PortNotOpened';
export const PROTOCOL_NOT_SUPPORTED = 'kubernats.dev/ProtocolNotSupported';

/**
 * What a Service's status says of its load balancer. `ipMode: Proxy`: traffic to the address goes through the load balancer, which dials a
 * node's port; a service proxy must not cut that short. Source: KEP-1860.
 */
export function statusOf(
  service: Service,
  hosts: readonly string[],
  isRefused: (host: string, port: ServicePort) => boolean,
): LoadBalancerStatus {
  const portStatus = (host: string, port: ServicePort): PortStatus => {
    const status = { port: port.port, protocol: port.protocol ?? 'TCP' };
    if (protocolOf(port) === undefined) return { ...status, error: PROTOCOL_NOT_SUPPORTED };
    return isRefused(host, port) ? { ...status, error: PORT_NOT_OPENED } : status;
  };
  const ports = service.spec?.ports ?? [];
  return { ingress: hosts.map((ip) => ({ ip, ipMode: 'Proxy', ports: ports.map((port) => portStatus(ip, port)) })) };
}
