import type { Service } from '@kubernats/api';
import { listenKey, protocolOf } from '@kubernats/dataplane';

/**
 * Where a load balancer listens for the Service and leads to its node ports, and so back to the proxy: each as `listenKey` has it. Addresses
 * that are not the balancer's own (`ipMode: VIP`) may well be a node's. Source: KEP-1860.
 */
export function balancedAddresses({ spec, status }: Service): string[] {
  const hosts = (status?.loadBalancer?.ingress ?? []).flatMap(({ ip, ipMode }) => (ip && ipMode === 'Proxy' ? [ip] : []));
  return hosts.flatMap((host) =>
    (spec?.ports ?? []).flatMap((port) => {
      const protocol = protocolOf(port);
      return protocol ? [listenKey(protocol, { host, port: port.port })] : [];
    }),
  );
}
