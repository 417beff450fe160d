import type { Service } from '@kubernats/api';
import { expect, test } from 'vitest';
import { AddressPool } from '../addresses/address-pool.ts';
import { CLEANUP_FINALIZER } from './claims.ts';
import { type Decision, decide } from './decide.ts';

const service = (spec: Service['spec'], metadata: Service['metadata'] = {}): Service => ({
  metadata: { name: 'web', namespace: 'default', ...metadata },
  spec: { type: 'LoadBalancer', ...spec },
});
const served = { finalizers: [CLEANUP_FINALIZER] };
const going = { deletionTimestamp: '2026-01-01T00:00:00Z' };
const other = 'example.com/other';
const ensure = (address: string): Decision => ({ do: 'ensure', address });
const inUse = 'requested address 10.0.0.2 is already in use by service default/other';

test.each<[string, Service, string | undefined, Decision]>([
  ['a new one gets the lowest address', service({}), undefined, ensure('10.0.0.1')],
  ['one that has an address keeps it', service({}), '10.0.0.5', ensure('10.0.0.5')],
  ['one that asks gets what it asks for', service({ loadBalancerIP: '10.0.0.6' }), undefined, ensure('10.0.0.6')],
  ['also in place of what it has', service({ loadBalancerIP: '10.0.0.6' }), '10.0.0.5', ensure('10.0.0.6')],
  ['what it asks for and has is fine', service({ loadBalancerIP: '10.0.0.5' }), '10.0.0.5', ensure('10.0.0.5')],
  ['what another has is refused', service({ loadBalancerIP: '10.0.0.2' }), '10.0.0.5', { do: 'refuse', why: inUse, address: '10.0.0.5' }],
  [
    'so is what is outside',
    service({ loadBalancerIP: '10.0.1.2' }),
    undefined,
    { do: 'refuse', why: 'requested address 10.0.1.2 is not in the pool 10.0.0.0/29', address: undefined },
  ],
  ['another type has nothing', service({ type: 'NodePort' }), undefined, { do: 'ignore' }],
  ['another class is for others', service({ loadBalancerClass: other }), undefined, { do: 'ignore' }],
  ['its own class counts', service({ loadBalancerClass: 'kubernats.dev/load-balancer' }), undefined, ensure('10.0.0.1')],
  ['a deleted one gives back', service({}, { ...served, ...going }), '10.0.0.5', { do: 'release' }],
  ['so does one of another type', service({ type: 'ClusterIP' }, served), '10.0.0.5', { do: 'release' }],
  ['a deleted one gets nothing', service({}, going), undefined, { do: 'ignore' }],
  ['what others put there is theirs', service({ loadBalancerClass: other }, { ...served, ...going }), undefined, { do: 'ignore' }],
])('%s', (_, subject, has, expected) => {
  const pool = new AddressPool('10.0.0.0/29');
  pool.take('10.0.0.2', 'default/other');
  if (has) pool.take(has, 'default/web');
  expect(decide(subject, pool)).toEqual(expected);
});
