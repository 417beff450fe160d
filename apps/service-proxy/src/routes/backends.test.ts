import type { Endpoint, EndpointSlice } from '@kubernats/api';
import { describe, expect, test } from 'vitest';
import { backendsOf } from './backends.ts';

const slice = (endpoints: Endpoint[], ports = [{ name: 'web', port: 8080, protocol: 'TCP' }]): EndpointSlice => ({
  addressType: 'IPv4',
  endpoints,
  ports,
});
const endpoint = (ip: string, conditions?: Endpoint['conditions'], nodeName?: string): Endpoint => ({
  addresses: [ip],
  conditions,
  nodeName,
});
const web = { name: 'web', port: 80, protocol: 'TCP' };
const hosts = (...args: Parameters<typeof backendsOf>): string[] => backendsOf(...args).map(({ host, port }) => `${host}:${port}`);

describe('backendsOf', () => {
  test('S3: a Pod that is not ready gets none', () => {
    const endpoints = [endpoint('10.0.0.2', { ready: true }), endpoint('10.0.0.1', { ready: false }), endpoint('10.0.0.3')];
    expect(hosts(web, [slice(endpoints)])).toEqual(['10.0.0.2:8080', '10.0.0.3:8080']);
  });

  test('without a ready one, those that terminate and still serve are used', () => {
    const terminating = { ready: false, serving: true, terminating: true };
    const endpoints = [
      endpoint('10.0.0.1', terminating),
      endpoint('10.0.0.2', { ...terminating, serving: false }),
      endpoint('10.0.0.3', { ready: false }),
    ];
    expect(hosts(web, [slice(endpoints)])).toEqual(['10.0.0.1:8080']);
    expect(hosts(web, [slice([...endpoints, endpoint('10.0.0.9')])])).toEqual(['10.0.0.9:8080']);
  });

  test('the port is found by name and protocol, in each slice for itself', () => {
    const one = slice([endpoint('10.0.0.1')]);
    const two = slice([endpoint('10.0.0.2')], [{ name: 'web', port: 9090, protocol: 'TCP' }]);
    const udp = slice([endpoint('10.0.0.3')], [{ name: 'web', port: 53, protocol: 'UDP' }]);
    expect(hosts(web, [one, two, udp])).toEqual(['10.0.0.1:8080', '10.0.0.2:9090']);
    expect(hosts({ ...web, name: 'other' }, [one, two, udp])).toEqual([]);
    expect(hosts({ ...web, protocol: 'UDP' }, [one, two, udp])).toEqual(['10.0.0.3:53']);
  });

  test('an address in two slices counts once, and the order is that of addresses', () => {
    const endpoints = [endpoint('10.0.0.10'), endpoint('10.0.0.9')];
    expect(hosts(web, [slice(endpoints), slice(endpoints)])).toEqual(['10.0.0.9:8080', '10.0.0.10:8080']);
  });

  test('S5: only the endpoints of one node', () => {
    const endpoints = [endpoint('10.0.0.1', {}, 'node1'), endpoint('10.0.1.1', {}, 'node2')];
    expect(hosts(web, [slice(endpoints)], 'node2')).toEqual(['10.0.1.1:8080']);
    expect(hosts(web, [slice(endpoints)], 'node3')).toEqual([]);
  });

  test('slices of other address families are left out', () => {
    expect(hosts(web, [{ ...slice([endpoint('fd00::1')]), addressType: 'IPv6' }])).toEqual([]);
  });
});
