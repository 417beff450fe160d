import type { Clock, Ids } from '@kubernats/clock';
import { addressesOf, queryIds, resolve } from '@kubernats/dns';
import type { Address, Network } from '@kubernats/net';

/** As the C library does where a file says nothing else. */
const DEFAULTS = { timeoutMs: 5000, attempts: 2, rotate: false };

/**
 * Names in probes and hooks, as a Pod of the namespace would write them: asked of the cluster's DNS, from the node. Undefined: there is no
 * such name.
 */
export function nodeResolver(
  parts: { network: Network; clock: Clock; ids: Ids },
  cluster: Address | undefined,
  domain: string,
): (name: string, namespace: string, nodeIp: string) => Promise<string | undefined> {
  const { network, clock } = parts;
  const queryId = queryIds(parts.ids);
  return async (name, namespace, from) => {
    if (!cluster) return undefined;
    const search = [`${namespace}.svc.${domain}`, `svc.${domain}`, domain];
    const reach = () => ({ network, from, server: cluster });
    const lookup = await resolve({ ...DEFAULTS, nameservers: [cluster.host], search, ndots: 5 }, name, 'A', { clock, queryId, reach });
    return lookup.found === 'records' ? addressesOf(lookup.records)[0] : undefined;
  };
}
