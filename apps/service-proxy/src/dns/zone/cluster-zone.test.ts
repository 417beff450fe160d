import type { EndpointSlice, Service, ServiceSpec } from '@kubernats/api';
import type { DnsRecord } from '@kubernats/dns';
import { describe, expect, it } from 'vitest';
import { rotateAddresses } from '../rotate.ts';
import type { ClusterView } from '../view.ts';
import { answerFromZone } from './cluster-zone.ts';

const service = (key: string, spec: ServiceSpec): Service => {
  const [namespace, name] = key.split('/');
  return { metadata: { namespace, name }, spec };
};
const sliceOf = (key: string, part: Partial<EndpointSlice>): EndpointSlice => {
  const [namespace, name = ''] = key.split('/');
  return { metadata: { namespace, labels: { 'kubernetes.io/service-name': name } }, addressType: 'IPv4', ...part };
};

const HTTP = { name: 'http', port: 80, protocol: 'TCP' };
const services = [
  service('shop/web', { clusterIP: '10.96.0.7', ports: [HTTP, { name: 'metrics', port: 9090, protocol: 'TCP' }] }),
  service('shop/plain', { clusterIP: '10.96.0.8', ports: [{ port: 53, protocol: 'UDP' }] }),
  service('shop/db', { clusterIP: 'None', ports: [{ name: 'sql', port: 5432, protocol: 'TCP' }] }),
  service('shop/quiet', { clusterIP: 'None', ports: [HTTP] }),
  service('shop/portless', { clusterIP: 'None' }),
  service('shop/six', { clusterIP: 'None' }),
  service('shop/outside', { type: 'ExternalName', externalName: 'www.Example.com' }),
  service('shop/inside', { type: 'ExternalName', externalName: 'web.shop.svc.cluster.local.' }),
  service('shop/a', { type: 'ExternalName', externalName: 'b.shop.svc.cluster.local' }),
  service('shop/b', { type: 'ExternalName', externalName: 'a.shop.svc.cluster.local' }),
  service('shop/lost', { type: 'ExternalName', externalName: 'gone.shop.svc.cluster.local' }),
  service('shop/numeric', { type: 'ExternalName', externalName: '1.2.3.4' }),
];
const slices: Record<string, EndpointSlice[]> = {
  'shop/web': [sliceOf('shop/web', { ports: [{ ...HTTP, port: 8080 }], endpoints: [{ addresses: ['10.244.0.9'], hostname: 'named' }] })],
  'shop/db': [
    sliceOf('shop/db', {
      ports: [{ name: 'sql', port: 5432, protocol: 'TCP' }],
      endpoints: [
        { addresses: ['10.244.0.1'], hostname: 'db-0', conditions: { ready: true } },
        { addresses: ['10.244.0.2'] },
        { addresses: ['10.244.0.3'], hostname: 'db-2', conditions: { ready: false } },
      ],
    }),
    sliceOf('shop/db', { addressType: 'FQDN', endpoints: [{ addresses: ['db.example.com'] }] }),
  ],
  'shop/quiet': [sliceOf('shop/quiet', { endpoints: [{ addresses: ['10.244.0.4'], conditions: { ready: false } }] })],
  'shop/portless': [sliceOf('shop/portless', { endpoints: [{ addresses: ['10.244.0.5'] }] })],
  'shop/six': [sliceOf('shop/six', { addressType: 'IPv6', endpoints: [{ addresses: ['fd00::5'] }] })],
};

const view: ClusterView = {
  hasNamespace: (name) => name === 'shop' || name === 'empty',
  service: (namespace, name) => services.find(({ metadata }) => metadata?.namespace === namespace && metadata.name === name),
  slicesOf: (namespace, name) => slices[`${namespace}/${name}`] ?? [],
  servicesAt: (ip) => services.filter(({ spec }) => spec?.clusterIP === ip),
  slicesAt: (ip) =>
    Object.values(slices)
      .flat()
      .filter(({ endpoints }) => endpoints?.some(({ addresses }) => addresses.includes(ip))),
};
const CONFIG = { domain: 'cluster.local', serverIp: '10.96.0.10', serial: 1 };

const shown = (record: DnsRecord): string => {
  const short = (name: string): string => name.replace('.svc.cluster.local', '…');
  if (record.type === 'SRV') {
    const { priority, weight, port, target } = record.data;
    return `SRV ${priority} ${weight} ${port} ${short(target)}`;
  }
  return `${record.type} ${short(String(record.type === 'SOA' ? record.name : record.data))}`;
};
const answer = (type: string, name: string) => answerFromZone({ name, type }, view, CONFIG);
const ask = (type: string, name: string): string => {
  const reply = answer(type, name);
  if (!reply) return 'not ours';
  const more = reply.follow === undefined ? [] : [`→ ${reply.follow}`];
  const soa = reply.authorities.length > 0 ? [`(${reply.authorities.map(shown).join(' ')})`] : [];
  return [reply.rcode === 'NOERROR' ? '' : reply.rcode, ...reply.answers.map(shown), ...more, ...soa].filter(Boolean).join(', ');
};

const NO_DATA = '(SOA cluster.local)';
const NXDOMAIN = 'NXDOMAIN, (SOA cluster.local)';

describe('names of Services', () => {
  it.each([
    // A Service with a cluster IP
    ['A', 'web.shop.svc.cluster.local', 'A 10.96.0.7'],
    ['A', 'WEB.Shop.SVC.cluster.LOCAL', 'A 10.96.0.7'],
    ['AAAA', 'web.shop.svc.cluster.local', NO_DATA],
    ['MX', 'web.shop.svc.cluster.local', NO_DATA],
    ['ANY', 'web.shop.svc.cluster.local', 'A 10.96.0.7'],
    ['SRV', '_http._tcp.web.shop.svc.cluster.local', 'SRV 0 100 80 web.shop…'],
    ['SRV', 'web.shop.svc.cluster.local', 'SRV 0 50 80 web.shop…, SRV 0 50 9090 web.shop…'],
    ['SRV', '_http._udp.web.shop.svc.cluster.local', NXDOMAIN],
    ['SRV', '_nope._tcp.web.shop.svc.cluster.local', NXDOMAIN],
    ['SRV', '_._udp.plain.shop.svc.cluster.local', NXDOMAIN],
    ['A', '_http._tcp.web.shop.svc.cluster.local', NO_DATA],
    ['A', '_tcp.web.shop.svc.cluster.local', NO_DATA],
    ['A', '_udp.web.shop.svc.cluster.local', NXDOMAIN],
    ['A', 'named.web.shop.svc.cluster.local', 'A 10.244.0.9'],
    ['A', 'x._http._tcp.web.shop.svc.cluster.local', NXDOMAIN],
    // A headless one
    ['A', 'db.shop.svc.cluster.local', 'A 10.244.0.1, A 10.244.0.2'],
    ['A', 'db-0.db.shop.svc.cluster.local', 'A 10.244.0.1'],
    ['A', '10-244-0-2.db.shop.svc.cluster.local', 'A 10.244.0.2'],
    ['A', '10-244-0-1.db.shop.svc.cluster.local', NXDOMAIN],
    ['A', 'db-2.db.shop.svc.cluster.local', NXDOMAIN],
    ['A', 'x.y.db.shop.svc.cluster.local', NXDOMAIN],
    ['SRV', '_sql._tcp.db.shop.svc.cluster.local', 'SRV 0 50 5432 db-0.db.shop…, SRV 0 50 5432 10-244-0-2.db.shop…'],
    ['SRV', 'db-0.db.shop.svc.cluster.local', 'SRV 0 100 5432 db-0.db.shop…'],
    ['A', 'quiet.shop.svc.cluster.local', NXDOMAIN],
    ['A', 'portless.shop.svc.cluster.local', 'A 10.244.0.5'],
    ['AAAA', 'six.shop.svc.cluster.local', 'AAAA fd00::5'],
    ['AAAA', 'fd00--5.six.shop.svc.cluster.local', 'AAAA fd00::5'],
    // An alias
    ['A', 'outside.shop.svc.cluster.local', 'CNAME www.Example.com, → www.example.com'],
    ['CNAME', 'outside.shop.svc.cluster.local', 'CNAME www.Example.com'],
    ['A', 'inside.shop.svc.cluster.local', 'CNAME web.shop…, A 10.96.0.7'],
    ['AAAA', 'inside.shop.svc.cluster.local', 'CNAME web.shop…, (SOA cluster.local)'],
    ['A', 'lost.shop.svc.cluster.local', 'NXDOMAIN, CNAME gone.shop…, (SOA cluster.local)'],
    ['A', 'numeric.shop.svc.cluster.local', NXDOMAIN],
    ['SRV', '_http._tcp.outside.shop.svc.cluster.local', NXDOMAIN],
    // What is not there, and what is there for the sake of others
    ['A', 'nope.shop.svc.cluster.local', NXDOMAIN],
    ['A', 'web.nowhere.svc.cluster.local', NXDOMAIN],
    ['A', 'empty.svc.cluster.local', NO_DATA],
    ['A', 'nowhere.svc.cluster.local', NXDOMAIN],
    ['A', 'svc.cluster.local', NO_DATA],
    ['A', 'nope.cluster.local', NXDOMAIN],
    ['A', 'constructor.shop.svc.cluster.local', NXDOMAIN],
    ['A', '__proto__.shop.svc.cluster.local', NXDOMAIN],
    ['A', 'web.shop.svc.cluster.local.example', 'not ours'],
    ['A', 'xcluster.local', 'not ours'],
  ])('%s %s: %s', (type, name, expected) => expect(ask(type, name)).toBe(expected));

  it('aliases that lead in a circle end', () => {
    expect(answer('A', 'a.shop.svc.cluster.local')?.answers.length).toBeLessThan(10);
  });

  it('what SRV records lead to is told along with them', () => {
    const reply = answer('SRV', '_sql._tcp.db.shop.svc.cluster.local');
    expect(reply?.additionals.map(({ name, type }) => `${name} ${type}`)).toEqual([
      'db-0.db.shop.svc.cluster.local A',
      '10-244-0-2.db.shop.svc.cluster.local A',
    ]);
  });

  it('an answer is the zone’s own, and may be kept for half a minute', () => {
    expect(answer('A', 'web.shop.svc.cluster.local')).toMatchObject({ authoritative: true, answers: [{ ttl: 30 }] });
  });
});

describe('other names', () => {
  it.each([
    ['A', '10-244-0-77.shop.pod.cluster.local', 'A 10.244.0.77'],
    ['AAAA', '10-244-0-77.shop.pod.cluster.local', NO_DATA],
    ['A', '10-244-0-77.nowhere.pod.cluster.local', NXDOMAIN],
    ['A', '10-244-0.shop.pod.cluster.local', NXDOMAIN],
    ['A', 'x.10-244-0-77.shop.pod.cluster.local', NXDOMAIN],
    ['A', 'shop.pod.cluster.local', NO_DATA],
    ['TXT', 'dns-version.cluster.local', 'TXT 1.1.0'],
    ['A', 'dns-version.cluster.local', NO_DATA],
    ['SOA', 'cluster.local', 'SOA cluster.local'],
    ['NS', 'cluster.local', 'NS ns.dns.cluster.local'],
    ['A', 'ns.dns.cluster.local', 'A 10.96.0.10'],
    ['A', 'dns.cluster.local', NO_DATA],
    ['A', 'cluster.local', NO_DATA],
    ['A', 'www.example.com', 'not ours'],
  ])('%s %s: %s', (type, name, expected) => expect(ask(type, name)).toBe(expected));
});

describe('addresses', () => {
  it.each([
    ['PTR', '7.0.96.10.in-addr.arpa', 'PTR web.shop…'],
    ['A', '7.0.96.10.in-addr.arpa', '(SOA in-addr.arpa)'],
    ['PTR', '1.0.244.10.in-addr.arpa', 'PTR db-0.db.shop…'],
    ['PTR', '2.0.244.10.in-addr.arpa', 'PTR 10-244-0-2.db.shop…'],
    ['PTR', '3.0.244.10.in-addr.arpa', 'NXDOMAIN, (SOA in-addr.arpa)'],
    ['PTR', '9.0.244.10.in-addr.arpa', 'PTR named.web.shop…'],
    ['PTR', '99.99.99.10.in-addr.arpa', 'NXDOMAIN, (SOA in-addr.arpa)'],
    ['PTR', '96.10.in-addr.arpa', '(SOA in-addr.arpa)'],
    ['PTR', 'x.10.in-addr.arpa', 'NXDOMAIN, (SOA in-addr.arpa)'],
    ['PTR', '1.0.0.127.in-addr.arpa', 'NXDOMAIN, (SOA in-addr.arpa)'],
    ['PTR', '8.8.8.8.in-addr.arpa', 'not ours'],
    ['PTR', '1.0.32.172.in-addr.arpa', 'not ours'],
  ])('%s %s: %s', (type, name, expected) => expect(ask(type, name)).toBe(expected));
});

it('several addresses come in turn, behind their aliases', () => {
  const record = (type: 'A' | 'CNAME', data: string): DnsRecord => ({ name: 'x', type, ttl: 30, data });
  const records = [record('CNAME', 'y'), record('A', '1'), record('A', '2'), record('A', '3')];
  const order = (turn: number) => rotateAddresses(records, turn).map((each) => ('data' in each ? String(each.data) : ''));
  expect([order(0), order(1), order(2), order(3)]).toEqual([
    ['y', '1', '2', '3'],
    ['y', '2', '3', '1'],
    ['y', '3', '1', '2'],
    ['y', '1', '2', '3'],
  ]);
});
