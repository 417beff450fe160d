import type { PodSpec } from '@kubernats/api';
import { describe, expect, it } from 'vitest';
import { podDns, resolvConfText } from './pod-dns.ts';

const NODE = {
  cluster: { host: '10.96.0.10', port: 53 },
  domain: 'cluster.local',
  nodeFile: 'nameserver 192.168.1.1\nsearch corp.example\noptions timeout:1\n',
};
const file = (spec: Partial<PodSpec>, node: Partial<typeof NODE> = {}): string =>
  resolvConfText(podDns({ metadata: { namespace: 'shop' }, spec: { containers: [], ...spec } }, { ...NODE, ...node }).dns);
const warnings = (spec: Partial<PodSpec>, node: { cluster?: undefined } = {}) =>
  podDns({ metadata: { namespace: 'shop' }, spec: { containers: [], ...spec } }, { ...NODE, ...node }).warnings;

const CLUSTER = 'search shop.svc.cluster.local svc.cluster.local cluster.local corp.example\nnameserver 10.96.0.10\noptions ndots:5\n';
const OWN = 'search corp.example\nnameserver 192.168.1.1\noptions timeout:1\n';

describe('resolv.conf of a Pod', () => {
  it.each<[string, Partial<PodSpec>, string]>([
    ['ClusterFirst', { dnsPolicy: 'ClusterFirst' }, CLUSTER],
    ['ClusterFirst on the network of the node', { dnsPolicy: 'ClusterFirst', hostNetwork: true }, OWN],
    ['ClusterFirstWithHostNet', { dnsPolicy: 'ClusterFirstWithHostNet', hostNetwork: true }, CLUSTER],
    ['Default', { dnsPolicy: 'Default' }, OWN],
    ['None', { dnsPolicy: 'None', dnsConfig: { nameservers: ['1.1.1.1'] } }, 'nameserver 1.1.1.1\n'],
    [
      'a configuration is added, and its options win',
      {
        dnsConfig: {
          nameservers: ['1.1.1.1', '10.96.0.10'],
          searches: ['my.example', 'cluster.local'],
          options: [{ name: 'ndots', value: '2' }, { name: 'edns0' }],
        },
      },
      'search shop.svc.cluster.local svc.cluster.local cluster.local corp.example my.example\nnameserver 10.96.0.10\nnameserver 1.1.1.1\noptions ndots:2 edns0\n',
    ],
  ])('%s', (_what, spec, expected) => expect(file(spec)).toBe(expected));

  it('a node that has no file has nobody to ask', () => expect(file({ dnsPolicy: 'Default' }, { nodeFile: '' })).toBe(''));

  it('a cluster without DNS leaves Pods to that of the node, and says so', () => {
    expect(file({}, { cluster: undefined as never })).toBe(OWN);
    expect(warnings({}, { cluster: undefined })).toEqual([
      [
        'MissingClusterDNS',
        'kubelet does not have ClusterDNS IP configured and cannot create Pod using "ClusterFirst" policy. Falling back to "Default" policy.',
      ],
    ]);
  });

  it('what a resolver would not read is left out, and said', () => {
    const spec = { dnsConfig: { nameservers: ['1.1.1.1', '2.2.2.2', '3.3.3.3'] } };
    expect(file(spec)).toContain('nameserver 10.96.0.10\nnameserver 1.1.1.1\nnameserver 2.2.2.2\noptions');
    expect(warnings(spec)).toEqual([
      [
        'DNSConfigForming',
        'Nameserver limits were exceeded, some nameservers have been omitted, the applied nameserver line is: 10.96.0.10 1.1.1.1 2.2.2.2',
      ],
    ]);
    const searches = Array.from({ length: 32 }, (_, i) => `domain-${i}.example`);
    expect(file({ dnsConfig: { searches } }).split('\n')[0]?.split(' ')).toHaveLength(33);
    expect(warnings({ dnsConfig: { searches } })[0]?.[1]).toMatch(/^Search Line limits were exceeded/);
  });
});
