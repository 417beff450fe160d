// Real sockets on a machine that is one node of a cluster: its range of Pods is local to it, and routes lead to the ranges of the others.
import { cidrContains } from '../cidr.ts';
import type { Network } from '../port.ts';
import { loopbackNetwork } from './loopback.ts';

/**
 * Sockets of this node. `inside` are the ranges that know the way back to a Pod: there a connection keeps its source. Everywhere else the
 * node's address is the source, as behind a masquerading node. Source: the concept "Cluster networking".
 */
export function anyipNetwork(inside: readonly string[]): Network {
  const sockets = loopbackNetwork();
  const knowsTheWayBack = (host: string): boolean => inside.some((range) => cidrContains(range, host));
  return {
    ...sockets,
    dial: (address, options) => {
      if (options?.localHost === undefined || knowsTheWayBack(address.host)) return sockets.dial(address, options);
      const { localHost: _, ...others } = options;
      return sockets.dial(address, others);
    },
  };
}
