// A Pod's /etc/resolv.conf. Source: Kubernetes, "DNS for Services and Pods", and the kubelet's dns configurer.
import type { Pod, PodDNSConfigOption } from '@kubernats/api';
import type { Address } from '@kubernats/net';

/** What a node knows of DNS. */
export interface NodeDns {
  /** The cluster's DNS; undefined: there is none, and Pods have the node's own. */
  cluster: Address | undefined;
  /** `cluster.local`. */
  domain: string;
  /** The text of the node's own file. */
  nodeFile: string;
}

/** What stands in the file. Options are `name` or `name:value`. */
export interface PodDns {
  nameservers: string[];
  searches: string[];
  options: string[];
}

export interface PodDnsPlan {
  dns: PodDns;
  /** What could not be done as it was asked for: reason and message of a Warning event. */
  warnings: [reason: string, message: string][];
}

/** As many as a resolver reads. Source: the kubelet's validation package. */
const NAMESERVERS_MAX = 3;
const SEARCHES_MAX = 32;
const SEARCH_CHARACTERS_MAX = 2048;

/** Decides what a Pod's file says, by its `dnsPolicy` and `dnsConfig`. Pure. */
export function podDns({ metadata, spec }: Pod, node: NodeDns): PodDnsPlan {
  const warnings: PodDnsPlan['warnings'] = [];
  const { dnsPolicy: policy = 'ClusterFirst', dnsConfig } = spec ?? {};
  const own = parseFile(node.nodeFile);
  const wantsCluster = policy === 'ClusterFirstWithHostNet' || (policy === 'ClusterFirst' && spec?.hostNetwork !== true);
  let base = own;
  if (policy === 'None') base = { nameservers: [], searches: [], options: [] };
  else if (wantsCluster && node.cluster) {
    const services = `svc.${node.domain}`;
    const searches = [`${metadata?.namespace ?? 'default'}.${services}`, services, node.domain, ...own.searches];
    base = { nameservers: [node.cluster.host], searches, options: ['ndots:5'] };
  } else if (wantsCluster) {
    const fallback = 'Falling back to "Default" policy.';
    warnings.push([
      'MissingClusterDNS',
      `kubelet does not have ClusterDNS IP configured and cannot create Pod using "${policy}" policy. ${fallback}`,
    ]);
  }
  const wanted = {
    nameservers: unique([...base.nameservers, ...(dnsConfig?.nameservers ?? [])]),
    searches: unique([...base.searches, ...(dnsConfig?.searches ?? [])]),
    options: mergedOptions(base.options, dnsConfig?.options ?? []),
  };
  return { dns: withinLimits(wanted, warnings), warnings };
}

/** The file's text. */
export function resolvConfText({ nameservers, searches, options }: PodDns): string {
  return [
    ...(searches.length > 0 ? [`search ${searches.join(' ')}`] : []),
    ...nameservers.map((nameserver) => `nameserver ${nameserver}`),
    ...(options.length > 0 ? [`options ${options.join(' ')}`] : []),
    '',
  ].join('\n');
}

function withinLimits(wanted: PodDns, warnings: PodDnsPlan['warnings']): PodDns {
  const nameservers = wanted.nameservers.slice(0, NAMESERVERS_MAX);
  if (nameservers.length < wanted.nameservers.length) {
    const line = nameservers.join(' ');
    warnings.push([
      'DNSConfigForming',
      `Nameserver limits were exceeded, some nameservers have been omitted, the applied nameserver line is: ${line}`,
    ]);
  }
  const searches = wanted.searches.slice(0, SEARCHES_MAX);
  while (searches.join(' ').length > SEARCH_CHARACTERS_MAX) searches.pop();
  if (searches.length < wanted.searches.length) {
    const line = searches.join(' ');
    warnings.push([
      'DNSConfigForming',
      `Search Line limits were exceeded, some search paths have been omitted, the applied search line is: ${line}`,
    ]);
  }
  return { ...wanted, nameservers, searches };
}

function mergedOptions(base: readonly string[], more: readonly PodDNSConfigOption[]): string[] {
  const options = new Map(base.map((option) => [option.split(':')[0] ?? '', option]));
  for (const { name = '', value } of more) options.set(name, value === undefined || value === '' ? name : `${name}:${value}`);
  return [...options.values()];
}

function parseFile(text: string): PodDns {
  const dns: PodDns = { nameservers: [], searches: [], options: [] };
  for (const line of text.split('\n')) {
    const [keyword, ...words] = line
      .replace(/[#;].*/, '')
      .trim()
      .split(/\s+/);
    if (keyword === 'nameserver') dns.nameservers.push(...words.slice(0, 1));
    // Of several lines the last counts.
    if (keyword === 'search') dns.searches = words;
    if (keyword === 'options') dns.options = words;
  }
  return dns;
}

const unique = (values: readonly string[]): string[] => [...new Set(values.filter((value) => value !== ''))];
