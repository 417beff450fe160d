import { describe, expect, test } from 'vitest';
import { addressPlan, nodeAddress, SLOT_COUNT } from './addresses.ts';
import { cidrContains, parseCidr } from './cidr.ts';

describe('the address plan', () => {
  test('loopback, slot 2', () => {
    const plan = addressPlan('loopback', 2);
    expect(plan).toMatchObject({
      nodeCidr: '127.12.0.0/16',
      serviceCidr: '127.98.0.0/16',
      podCidr: '127.144.0.0/13',
      loadBalancerCidr: '127.202.0.0/16',
      kubernetesServiceIp: '127.98.0.1',
      apiServer: { host: '127.0.0.1', port: 6445 },
    });
    expect(nodeAddress(plan, 3)).toBe('127.12.0.3');
    expect(nodeAddress(plan, 300)).toBe('127.12.1.44');
  });

  test('virtual and anyip use the usual ranges', () => {
    expect(addressPlan('virtual')).toMatchObject({
      serviceCidr: '10.96.0.0/16',
      podCidr: '10.244.0.0/16',
      kubernetesServiceIp: '10.96.0.1',
    });
    expect(addressPlan('anyip').podCidr).toBe('10.244.0.0/16');
  });

  test('the ranges of all slots are apart', () => {
    const ranges = Array.from({ length: SLOT_COUNT }, (_, slot) => addressPlan('loopback', slot))
      .flatMap((plan) => [plan.nodeCidr, plan.serviceCidr, plan.podCidr, plan.loadBalancerCidr])
      .map(parseCidr);
    for (const a of ranges) {
      expect(cidrContains('127.0.0.0/8', '127.0.0.1') && a.base >= parseCidr('127.1.0.0/16').base).toBe(true);
      for (const b of ranges) if (a !== b) expect(a.base + a.size <= b.base || b.base + b.size <= a.base).toBe(true);
    }
  });

  test.each([-1, 8, 1.5])('slot %d does not exist', (slot) => expect(() => addressPlan('loopback', slot)).toThrow(RangeError));
});
