import type { Service } from '@kubernats/api';
import { expect, test } from 'vitest';
import { AddressPool } from '../addresses/address-pool.ts';
import { CLEANUP_FINALIZER } from './claims.ts';
import { restore } from './restore.ts';

const service = (name: string, creationTimestamp: string, ip: string, finalizers = [CLEANUP_FINALIZER]): Service => ({
  metadata: { name, namespace: 'default', creationTimestamp, finalizers },
  spec: { type: 'LoadBalancer' },
  status: { loadBalancer: { ingress: [{ ip }] } },
});

test('every Service has its address again; of two that claim one the older has it', () => {
  const pool = new AddressPool('10.0.0.0/29');
  restore(
    [
      service('young', '2026-01-02T00:00:00Z', '10.0.0.1'),
      service('old', '2026-01-01T00:00:00Z', '10.0.0.1'),
      service('outside', '2026-01-01T00:00:00Z', '10.9.0.1'),
      service('not-ours', '2026-01-01T00:00:00Z', '10.0.0.2', []),
      service('last', '2026-01-03T00:00:00Z', '10.0.0.3'),
    ],
    pool,
  );
  const names = ['young', 'old', 'outside', 'not-ours', 'last'];
  expect(names.map((name) => pool.addressOf(`default/${name}`))).toEqual([undefined, '10.0.0.1', undefined, undefined, '10.0.0.3']);
});
