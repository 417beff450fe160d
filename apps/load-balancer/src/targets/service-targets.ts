import type { EndpointSlice, Service, ServicePort } from '@kubernats/api';
import { endpointsOf, PROXY_HEALTHZ_PORT, type Protocol, protocolOf, usable } from '@kubernats/dataplane';
import type { Address } from '@kubernats/net';
import type { NodeView } from './node-view.ts';

/** Where traffic for a port may go. */
export interface Target {
  address: Address;
  /** Where `GET /healthz` says whether it may. Absent: a Pod, of which its endpoint says so. */
  check?: Address;
}

export interface PortTargets {
  port: ServicePort;
  protocol: Protocol;
  targets: Target[];
}

/**
 * Where each port of the Service leads: to its node port on every node (S6); where it has none (`allocateLoadBalancerNodePorts: false`), to
 * the Pods themselves. With `externalTrafficPolicy: Local` a node is asked at the Service's own health port, which says whether it has Pods of it.
 */
export function targetsOf({ spec = {} }: Service, nodes: readonly NodeView[], slices: readonly EndpointSlice[]): PortTargets[] {
  const local = spec.externalTrafficPolicy === 'Local' ? spec.healthCheckNodePort : undefined;
  const checkPort = local || PROXY_HEALTHZ_PORT;
  return (spec.ports ?? []).flatMap((port) => {
    const protocol = protocolOf(port);
    if (!protocol) return [];
    const { nodePort } = port;
    const targets: Target[] = nodePort
      ? nodes.map(({ address: host }) => ({ address: { host, port: nodePort }, check: { host, port: checkPort } }))
      : usable(endpointsOf(port, slices)).map((address) => ({ address }));
    return [{ port, protocol, targets }];
  });
}

/** Whether some port leads to Pods directly, so that the Service's endpoints matter. */
export const leadsToPods = ({ spec }: Service): boolean => spec?.ports?.some(({ nodePort }) => !nodePort) ?? false;
