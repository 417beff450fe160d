import type { EndpointSlice, Service } from '@kubernats/api';
import type { DnsRecord } from '@kubernats/dns';
import { isIp } from '@kubernats/net';
import { clusterIpsOf, isHeadless, type NamedEndpoint, readyEndpoints } from './endpoints.ts';

/** The records of one type at one name, and what is told along with them. */
export interface Found {
  records: DnsRecord[];
  additionals?: DnsRecord[];
}

/** The name is there, and has nothing of that type. */
export const NO_DATA: Found = { records: [] };

interface Asked {
  service: Service;
  slices: readonly EndpointSlice[];
  /** The Service's own name: `web.shop.svc.cluster.local`. */
  serviceName: string;
  /** What stands before it, from the right: `['_tcp', '_http']`, or an endpoint's name. */
  rest: readonly string[];
  type: string;
  ttl: number;
}

interface PortFilter {
  protocol: string;
  name: string;
}

/** A port of the Service, or of an endpoint, with the name that it belongs to. */
interface Target {
  name: string;
  ips: readonly string[];
  port: number;
}

/** What a Service has at its name or below it. Undefined: no such name. Source: "Kubernetes DNS-Based Service Discovery" 1.1.0, 2.3–2.5. */
export function serviceRecords(asked: Asked): Found | undefined {
  const { service, rest } = asked;
  if (service.spec?.type === 'ExternalName') return rest.length === 0 ? alias(asked, service.spec.externalName ?? '') : undefined;
  const [first, second] = rest;
  if (first === undefined) return wholeService(asked);
  if (!first.startsWith('_')) return second === undefined ? oneEndpoint(asked, first) : undefined;
  if (second !== undefined && !second.startsWith('_')) return undefined;
  if (rest.length > 2) return undefined;
  return portOf(asked, first.slice(1), second?.slice(1));
}

function alias({ serviceName, ttl }: Asked, externalName: string): Found | undefined {
  const target = externalName.replace(/\.$/, '');
  // Nothing can be an alias of an address; CoreDNS leaves such a Service out, too.
  if (target === '' || isIp(target)) return undefined;
  return { records: [{ name: serviceName, type: 'CNAME', ttl, data: target }] };
}

function wholeService(asked: Asked): Found | undefined {
  const { service, serviceName, type } = asked;
  const headless = isHeadless(service);
  const endpoints = headless ? readyEndpoints(asked.slices) : [];
  // "If there are no ready endpoints for the headless Service, the answer should be NXDOMAIN": 2.4.1.
  if (headless && endpoints.length === 0) return undefined;
  if (type === 'SRV') return srvRecords(asked, serviceName, headless ? targetsOf(asked, endpoints) : ownTargets(asked));
  return addresses(asked, serviceName, headless ? endpoints.map(({ ip }) => ip) : clusterIpsOf(service));
}

function oneEndpoint(asked: Asked, label: string): Found | undefined {
  const endpoints = readyEndpoints(asked.slices).filter((endpoint) => endpoint.label.toLowerCase() === label);
  if (endpoints.length === 0) return undefined;
  const name = `${label}.${asked.serviceName}`;
  if (asked.type === 'SRV') return srvRecords(asked, name, targetsOf(asked, endpoints));
  return addresses(
    asked,
    name,
    endpoints.map(({ ip }) => ip),
  );
}

/** `_port._protocol` of the Service; the protocol alone is there as soon as a port has one. */
function portOf(asked: Asked, protocol: string, name: string | undefined): Found | undefined {
  const { service, serviceName, type } = asked;
  const filter = name === undefined ? undefined : { protocol, name };
  const headless = isHeadless(service);
  const endpoints = headless ? readyEndpoints(asked.slices) : [];
  if (filter === undefined) {
    const ports = headless ? endpoints.flatMap(({ ports }) => ports) : (service.spec?.ports ?? []);
    return ports.some((port) => port.name && protocolOf(port) === protocol) ? NO_DATA : undefined;
  }
  const targets = headless ? targetsOf(asked, endpoints, filter) : ownTargets(asked, filter);
  if (targets.length === 0) return undefined;
  return type === 'SRV' ? srvRecords(asked, `_${name}._${protocol}.${serviceName}`, targets) : NO_DATA;
}

const protocolOf = ({ protocol = 'TCP' }: { protocol?: string }): string => protocol.toLowerCase();

const passes = (port: { name?: string; protocol?: string }, filter: PortFilter | undefined): boolean =>
  filter === undefined || (port.name === filter.name && protocolOf(port) === filter.protocol);

function ownTargets({ service, serviceName }: Asked, filter?: PortFilter): Target[] {
  const ips = clusterIpsOf(service);
  return (service.spec?.ports ?? []).filter((port) => passes(port, filter)).map(({ port }) => ({ name: serviceName, ips, port }));
}

function targetsOf({ serviceName }: Asked, endpoints: readonly NamedEndpoint[], filter?: PortFilter): Target[] {
  return endpoints.flatMap(({ label, ip, ports }) =>
    ports
      .filter((port) => passes(port, filter))
      .flatMap(({ port }) => (port === undefined ? [] : [{ name: `${label}.${serviceName}`, ips: [ip], port }])),
  );
}

/** All weigh the same; together, as near as it goes, 100. As CoreDNS has it. */
function srvRecords({ ttl }: Asked, name: string, targets: readonly Target[]): Found {
  const weight = Math.max(1, Math.floor(100 / Math.max(1, targets.length)));
  const records = targets.map(
    ({ name: target, port }): DnsRecord => ({ name, type: 'SRV', ttl, data: { priority: 0, weight, port, target } }),
  );
  const owners = new Map(targets.map(({ name: owner, ips }) => [owner, ips]));
  return { records, additionals: [...owners].flatMap(([owner, ips]) => ips.map((ip) => addressRecord(owner, ip, ttl))) };
}

function addresses({ type, ttl }: Asked, name: string, ips: readonly string[]): Found {
  const records = [...new Set(ips)].map((ip) => addressRecord(name, ip, ttl));
  return { records: records.filter((record) => type === 'ANY' || record.type === type) };
}

function addressRecord(name: string, ip: string, ttl: number): DnsRecord {
  return { name, type: ip.includes(':') ? 'AAAA' : 'A', ttl, data: ip };
}
