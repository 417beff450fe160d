// The zone of the cluster: every answer is made when it is asked for, from what the informers know. Nothing is kept, so that nothing has
// to follow a change.
import { canonicalName, type DnsRecord, type Question, type Rcode, type Reply } from '@kubernats/dns';
import { isIp } from '@kubernats/net';
import type { ClusterView } from '../view.ts';
import { reverseRecords } from './reverse-records.ts';
import { type Found, NO_DATA, serviceRecords } from './service-records.ts';

export interface ZoneConfig {
  /** `cluster.local`. */
  domain: string;
  /** Where the zone's server answers. */
  serverIp: string;
  /** The SOA's serial: any number that grows from one server to the next. */
  serial: number;
}

/** An answer; `follow` is an alias' target that lies outside, and of which more may be told. */
export type ZoneReply = Reply & { follow?: string };

/** Seconds: the `ttl` that kubeadm gives to CoreDNS. */
const TTL = 30;
/** The spec's version, which `dns-version` tells, and how long that may be kept. */
const VERSION = { data: '1.1.0', ttl: 28_800 };
const ALIASES_MAX = 8;
const REVERSE_ZONE = 'in-addr.arpa';

/** Answers what belongs to the zone, or to the reverse names of the cluster's addresses; undefined for all other names. Pure. */
export function answerFromZone(question: Pick<Question, 'name' | 'type'>, view: ClusterView, config: ZoneConfig): ZoneReply | undefined {
  const { domain } = config;
  const { type } = question;
  const name = canonicalName(question.name);
  if (name === domain || name.endsWith(`.${domain}`)) return answerAt(name, type, view, config);
  if (!name.endsWith(`.${REVERSE_ZONE}`)) return undefined;
  const found = reverseRecords(view, domain, name, type, TTL);
  if (found === undefined) return undefined;
  return found === 'unknown' ? negative('NXDOMAIN', REVERSE_ZONE, config) : replyOf(found, REVERSE_ZONE, config);
}

function answerAt(name: string, type: string, view: ClusterView, config: ZoneConfig): ZoneReply {
  const { domain } = config;
  const chain: DnsRecord[] = [];
  let at = name;
  for (let steps = 0; steps < ALIASES_MAX; steps++) {
    const found = find(at, type, view, config);
    const alias = type === 'CNAME' ? undefined : found?.records.find((record) => record.type === 'CNAME');
    if (alias?.type !== 'CNAME') {
      const rest = found ? replyOf(found, domain, config) : negative('NXDOMAIN', domain, config);
      return { ...rest, answers: [...chain, ...rest.answers] };
    }
    chain.push(alias);
    if (type === 'ANY') break;
    at = canonicalName(alias.data);
    if (at !== domain && !at.endsWith(`.${domain}`)) return { ...replyOf({ records: chain }, domain, config), follow: at };
  }
  // Aliases that lead in a circle: as far as they go.
  return replyOf({ records: chain }, domain, config);
}

/** What stands at a name of the zone; undefined: no such name. */
function find(name: string, type: string, view: ClusterView, { domain, serverIp, serial }: ZoneConfig): Found | undefined {
  const labels = name === domain ? [] : name.slice(0, -domain.length - 1).split('.');
  const [top, namespace, service, ...rest] = labels.toReversed();
  const records = (...all: DnsRecord[]): Found => ({ records: all.filter((record) => type === 'ANY' || record.type === type) });
  if (top === undefined) {
    const nameserver: DnsRecord = { name, type: 'NS', ttl: TTL, data: `ns.dns.${domain}` };
    const additionals: DnsRecord[] = type === 'NS' ? [{ name: nameserver.data, type: 'A', ttl: TTL, data: serverIp }] : [];
    return { ...records(soa(domain, domain, serial), nameserver), additionals };
  }
  if (name === `dns-version.${domain}`) return records({ name, type: 'TXT', ...VERSION });
  if (name === `dns.${domain}`) return NO_DATA;
  if (name === `ns.dns.${domain}`) return records({ name, type: 'A', ttl: TTL, data: serverIp });
  if (top !== 'svc' && top !== 'pod') return undefined;
  if (namespace === undefined) return NO_DATA;
  if (!view.hasNamespace(namespace)) return undefined;
  if (service === undefined) return NO_DATA;
  if (top === 'pod') {
    // Every address of the namespace, whether a Pod has it or not: what CoreDNS calls `pods insecure`, and kubeadm sets.
    const ip = service.replaceAll('-', '.');
    return rest.length === 0 && isIp(ip) ? records({ name, type: 'A', ttl: TTL, data: ip }) : undefined;
  }
  const object = view.service(namespace, service);
  if (!object) return undefined;
  const serviceName = `${service}.${namespace}.svc.${domain}`;
  return serviceRecords({ service: object, slices: view.slicesOf(namespace, service), serviceName, rest, type, ttl: TTL });
}

function replyOf({ records, additionals = [] }: Found, zone: string, config: ZoneConfig): Reply {
  if (records.length === 0) return negative('NOERROR', zone, config);
  return { rcode: 'NOERROR', authoritative: true, answers: records, authorities: [], additionals };
}

/** No such name, or nothing of that type: the SOA says for how long that may be believed. Source: RFC 2308. */
function negative(rcode: Rcode, zone: string, { domain, serial }: ZoneConfig): Reply {
  return { rcode, authoritative: true, answers: [], authorities: [soa(zone, domain, serial)], additionals: [] };
}

function soa(zone: string, domain: string, serial: number): DnsRecord {
  const data = {
    mname: `ns.dns.${domain}`,
    rname: `hostmaster.${domain}`,
    serial,
    refresh: 7200,
    retry: 1800,
    expire: 86_400,
    minimum: TTL,
  };
  return { name: zone, type: 'SOA', ttl: TTL, data };
}
