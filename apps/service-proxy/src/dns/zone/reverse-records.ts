import { serviceOfSlice } from '@kubernats/api';
import { addressOfReverseName, type DnsRecord } from '@kubernats/dns';
import type { ClusterView } from '../view.ts';
import { readyEndpoints } from './endpoints.ts';
import { type Found, NO_DATA } from './service-records.ts';

/** Where private addresses have their names: no server outside knows them. Source: RFC 6303. */
const PRIVATE_ZONE = /(^|\.)(10|127|168\.192|254\.169|(1[6-9]|2\d|3[01])\.172)\.in-addr\.arpa$/;

/**
 * The names of an address: of the Service that has it, else of the endpoints. Undefined: the name is none of ours to tell of; 'unknown':
 * nobody in the cluster has that private address, and nobody outside does. Source: "Kubernetes DNS-Based Service Discovery" 1.1.0, 2.3.3
 * and 2.4.3.
 */
export function reverseRecords(view: ClusterView, domain: string, name: string, type: string, ttl: number): Found | 'unknown' | undefined {
  const ip = addressOfReverseName(name);
  const names = ip === undefined ? [] : namesOf(view, ip).map((each) => `${each}.svc.${domain}`);
  if (names.length > 0) {
    const records = names.map((data): DnsRecord => ({ name, type: 'PTR', ttl, data }));
    return type === 'PTR' || type === 'ANY' ? { records } : NO_DATA;
  }
  if (!PRIVATE_ZONE.test(name)) return undefined;
  // Names on the way to an address are there.
  return ip === undefined && /^[\d.]+\.in-addr\.arpa$/.test(name) && name.split('.').length < 6 ? NO_DATA : 'unknown';
}

function namesOf(view: ClusterView, ip: string): string[] {
  const [service] = view.servicesAt(ip);
  if (service) return [`${service.metadata?.name}.${service.metadata?.namespace}`];
  const found = view.slicesAt(ip).flatMap((slice) => {
    const [namespace, name] = serviceOfSlice(slice)?.split('/') ?? [];
    const endpoints = readyEndpoints([slice]).filter((endpoint) => endpoint.ip === ip);
    return endpoints.map(({ label }) => ({ label, name: `${label}.${name}.${namespace}` }));
  });
  // A host name says more than the address once more.
  const named = found.filter(({ label }) => label !== ip.replaceAll('.', '-'));
  return [...new Set((named.length > 0 ? named : found).map(({ name }) => name))].sort();
}
