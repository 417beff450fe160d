import type { Service } from '@kubernats/api';
import { expect, test } from 'vitest';
import { balancedAddresses } from './balanced-addresses.ts';

test('what a load balancer of its own listens on, and nothing that may be the address of a node', () => {
  const service: Service = {
    spec: { ports: [{ port: 80 }, { port: 53, protocol: 'UDP' }, { port: 5000, protocol: 'SCTP' }] },
    status: {
      loadBalancer: { ingress: [{ ip: '192.0.2.1', ipMode: 'Proxy' }, { ip: '172.30.0.1', ipMode: 'VIP' }, { hostname: 'lb.example' }] },
    },
  };
  expect(balancedAddresses(service)).toEqual(['TCP 192.0.2.1:80', 'UDP 192.0.2.1:53']);
  expect(balancedAddresses({ spec: { ports: [{ port: 80 }] } })).toEqual([]);
});
