import type { Endpoint, EndpointConditions, EndpointSlice } from '@kubernats/api';
import { expect, test } from 'vitest';
import { endpointsOf, type PortEndpoint, usable } from './endpoints.ts';

const slice = (endpoints: Endpoint[], ports: EndpointSlice['ports'] = [{ name: 'http', port: 8080 }]): EndpointSlice => ({
  addressType: 'IPv4',
  ports,
  endpoints,
});
const one = (conditions?: EndpointConditions): EndpointSlice[] => [
  slice([{ addresses: ['10.244.0.1'], ...(conditions ? { conditions } : {}) }]),
];
const texts = (slices: EndpointSlice[], port = { name: 'http', port: 80 }): string[] =>
  endpointsOf(port, slices).map(({ address: { host, port }, ready }) => `${host}:${port}${ready ? '' : ' terminating'}`);

test.each<[string, EndpointConditions | undefined, string[]]>([
  ['no conditions', undefined, ['10.244.0.1:8080']],
  ['ready', { ready: true, serving: true }, ['10.244.0.1:8080']],
  ['not ready', { ready: false, serving: false }, []],
  ['not ready, but published: ready in its slice', { ready: true, serving: false }, ['10.244.0.1:8080']],
  ['terminating and serving', { ready: false, serving: true, terminating: true }, ['10.244.0.1:8080 terminating']],
  ['terminating, serving unknown', { ready: false, terminating: true }, ['10.244.0.1:8080 terminating']],
  ['terminating and not serving', { ready: false, serving: false, terminating: true }, []],
])('%s', (_, conditions, expected) => expect(texts(one(conditions))).toEqual(expected));

test('in the order of addresses, not of text', () => {
  const endpoints = ['10.244.0.10', '10.244.0.9', '10.243.0.11'].map((host) => ({ addresses: [host] }));
  expect(texts([slice(endpoints)])).toEqual(['10.243.0.11:8080', '10.244.0.9:8080', '10.244.0.10:8080']);
});

test('an address in two slices counts once, and as ready if it is in one', () => {
  const going = slice([{ addresses: ['10.244.0.1'], conditions: { ready: false, serving: true, terminating: true } }]);
  for (const slices of [
    [going, ...one()],
    [...one(), going],
  ])
    expect(texts(slices)).toEqual(['10.244.0.1:8080']);
});

test('a named target port that differs from Pod to Pod: each slice has its own number', () => {
  const slices = [
    slice([{ addresses: ['10.244.0.1'] }], [{ name: 'http', port: 8080 }]),
    slice([{ addresses: ['10.244.0.2'] }], [{ name: 'http', port: 9090 }]),
  ];
  expect(texts(slices)).toEqual(['10.244.0.1:8080', '10.244.0.2:9090']);
});

test.each<[string, EndpointSlice]>([
  ['another port', slice([{ addresses: ['10.244.0.1'] }], [{ name: 'admin', port: 8080 }])],
  ['another protocol', slice([{ addresses: ['10.244.0.1'] }], [{ name: 'http', port: 8080, protocol: 'UDP' }])],
  ['a port without a number', slice([{ addresses: ['10.244.0.1'] }], [{ name: 'http' }])],
  ['IPv6', { ...slice([{ addresses: ['fd00::1'] }]), addressType: 'IPv6' }],
  ['a name', { ...slice([{ addresses: ['example.org'] }]), addressType: 'FQDN' }],
  ['an address that is none', slice([{ addresses: ['here'] }])],
])('%s: none', (_, other) => expect(texts([other])).toEqual([]));

const portEndpoint = (host: string, ready: boolean): PortEndpoint => ({
  ...{ address: { host, port: 80 }, nodeName: undefined, ready, forNodes: [], forZones: [] },
});

test.each<[string, PortEndpoint[], string[]]>([
  ['ready ones only', [portEndpoint('a', true), portEndpoint('b', false)], ['a']],
  ['those that terminate, where none is ready', [portEndpoint('a', false), portEndpoint('b', false)], ['a', 'b']],
  ['none', [], []],
])('policy Cluster: %s', (_, endpoints, expected) => expect(usable(endpoints).map(({ host }) => host)).toEqual(expected));

test.each([0, -5, 65_536, 70_000])('a slice with port %d, which the API takes, leads nowhere', (number) => {
  expect(texts([slice([{ addresses: ['10.244.0.1'] }], [{ name: 'http', port: number }])])).toEqual([]);
});
