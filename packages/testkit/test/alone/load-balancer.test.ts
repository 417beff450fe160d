import { Leases, Nodes, type Service, Services } from '@kubernats/api';
import { createLoadBalancer } from '@kubernats/load-balancer';
import { expect } from 'vitest';
import { componentSuite, withoutRole } from './component-suite.ts';

const NODE = '172.30.0.1';

componentSuite('load-balancer', {
  identity: 'system:kubernats:load-balancer',
  waitsFor: ['services', 'nodes'],
  forbid: withoutRole('system:kubernats:load-balancer'),
  create: (parts) => createLoadBalancer(parts, { addressPool: '172.31.0.0/24', leaderElection: { identity: 'alone' } }),
  async setUp(world) {
    await world.make(Nodes, { metadata: { name: 'node1' } });
    const conditions = [{ type: 'Ready', status: 'True' }];
    await world.tell(Nodes, 'node1', undefined, { addresses: [{ type: 'InternalIP', address: NODE }], conditions });
    // The proxy of the node says that it is well.
    await world.network.listen({ host: NODE, port: 10_256 }, (connection) => {
      connection.once('data', () => connection.end('HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n'));
    });
  },
  async work(world, n) {
    const name = `web${n}`;
    await world.network.listen({ host: NODE, port: 30_080 + n }, (connection) => connection.end(name));
    const ports = [{ port: 80, nodePort: 30_080 + n }];
    await world.make(Services, { metadata: { name, namespace: 'default' }, spec: { type: 'LoadBalancer', ports } });
    const address = ({ status }: Service) => status?.loadBalancer?.ingress?.[0]?.ip;
    const service = await world.find(Services, (each) => each.metadata?.name === name && address(each) !== undefined);
    await world.until(async () => (await world.ask(address(service) ?? '', 80)) === name);
  },
  async stopped(world) {
    expect(world.network.listening.filter((each) => each.startsWith('172.31.'))).toEqual([]);
    expect((await world.admin.kind(Leases).get('kubernats-load-balancer', 'kube-system')).spec?.holderIdentity).toBe('');
  },
});
