import type { Service, ServiceSpec } from '@kubernats/api';
import { expect, test } from 'vitest';
import { changeOf } from './changes.ts';

const service = (spec: ServiceSpec, metadata: Service['metadata'] = {}): Service => ({ metadata, spec: { type: 'LoadBalancer', ...spec } });

test.each<[string, Service, Service, string | undefined]>([
  ['the type', service({ type: 'ClusterIP' }), service({}), 'Type: ClusterIP -> LoadBalancer'],
  ['the type, back', service({}), service({ type: 'NodePort' }), 'Type: LoadBalancer -> NodePort'],
  [
    'the ranges',
    service({}),
    service({ loadBalancerSourceRanges: ['10.0.0.0/8', '11.0.0.0/8'] }),
    'LoadBalancerSourceRanges: [] -> [10.0.0.0/8 11.0.0.0/8]',
  ],
  ['the address', service({ loadBalancerIP: '10.0.0.1' }), service({}), 'LoadbalancerIP: 10.0.0.1 -> '],
  [
    'the policy',
    service({ externalTrafficPolicy: 'Cluster' }),
    service({ externalTrafficPolicy: 'Local' }),
    'ExternalTrafficPolicy: Cluster -> Local',
  ],
  ['the health port', service({}), service({ healthCheckNodePort: 31_000 }), 'HealthCheckNodePort: 0 -> 31000'],
  ['the ports', service({ ports: [{ port: 80 }] }), service({ ports: [{ port: 81 }] }), ''],
  ['the affinity', service({ sessionAffinity: 'None' }), service({ sessionAffinity: 'ClientIP' }), ''],
  ['an annotation', service({}), service({}, { annotations: { a: 'b' } }), ''],
  ['a deletion', service({}), service({}, { deletionTimestamp: '2026-01-01T00:00:00Z' }), ''],
  ['a label', service({}), service({}, { labels: { a: 'b' } }), undefined],
  ['of another type', service({ type: 'ClusterIP' }), service({ type: 'NodePort' }), undefined],
])('%s', (_, old, next, expected) => {
  const change = changeOf(old, next);
  const told = change?.event ? `${change.event.reason}: ${change.event.message}` : change && '';
  expect(told).toBe(expected);
});
