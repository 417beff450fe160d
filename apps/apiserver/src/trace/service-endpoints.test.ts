import type { Endpoint, EndpointSlice } from '@kubernats/api';
import { expect, test } from 'vitest';
import { ServiceEndpoints } from './service-endpoints.ts';

const endpoint = (ip: string, conditions?: Endpoint['conditions'], pod?: string): Endpoint => ({
  addresses: [ip],
  conditions,
  nodeName: 'node1',
  ...(pod ? { targetRef: { kind: 'Pod', namespace: 'default', name: pod } } : {}),
});
const slice = (...endpoints: Endpoint[]): EndpointSlice => ({ metadata: { namespace: 'default' }, addressType: 'IPv4', endpoints });

test('endpoints are counted as a proxy reads their conditions, slice by slice', () => {
  const endpoints = new ServiceEndpoints();
  endpoints.set('a', slice(endpoint('10.0.0.1'), endpoint('10.0.0.2', { ready: true }), endpoint('10.0.0.3', { ready: false })));
  endpoints.set('b', slice(endpoint('10.0.0.4', { ready: false, serving: true, terminating: true })));
  expect(endpoints.counts).toEqual({ ready: 2, servingTerminating: 1, notReady: 1 });
  endpoints.set('a', slice(endpoint('10.0.0.1', { ready: false, serving: false, terminating: true })));
  expect(endpoints.counts).toEqual({ ready: 0, servingTerminating: 1, notReady: 1 });
  endpoints.set('a', undefined);
  endpoints.set('b', { addressType: 'IPv4' });
  expect(endpoints.counts).toEqual({ ready: 0, servingTerminating: 0, notReady: 0 });
});

test('an address belongs to the Pod of its endpoint, and to nobody afterwards', () => {
  const endpoints = new ServiceEndpoints();
  endpoints.set('a', slice(endpoint('10.0.0.1', {}, 'web-1'), endpoint('10.0.0.2')));
  expect(endpoints.ownerOf('10.0.0.1')).toEqual({ pod: 'default/web-1', node: 'node1' });
  expect(endpoints.ownerOf('10.0.0.2')).toEqual({ node: 'node1' });
  endpoints.set('a', slice(endpoint('10.0.0.2')));
  expect(endpoints.ownerOf('10.0.0.1')).toBeUndefined();
});
