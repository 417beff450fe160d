import { parseResolvConf } from '@kubernats/dns';
import { type Address, isIp } from '@kubernats/net';
import type { ClusterDnsConfig } from './cluster-dns.ts';

const DNS_PORT = 53;

/** What a process is told of the cluster's DNS; `resolvConf` is the text of the machine's resolver file. Undefined: there is none. */
export function clusterDnsConfig(told: {
  clusterDns: Address | undefined;
  clusterDomain: string;
  resolvConf: string;
}): ClusterDnsConfig | undefined {
  const { clusterDns: address, clusterDomain: domain, resolvConf } = told;
  const upstreams = parseResolvConf(resolvConf)
    .nameservers.filter(isIp)
    .map((host) => ({ host, port: DNS_PORT }));
  return address && { address, domain, upstreams };
}
