import { CoreEvents, EndpointSlices, Nodes, Services } from '@kubernats/api';
import { createServiceProxy } from '@kubernats/service-proxy';
import { expect } from 'vitest';
import { componentSuite, withoutRole } from './component-suite.ts';

const NODE = '172.30.0.1';

componentSuite('service-proxy', {
  identity: 'system:kube-proxy',
  waitsFor: ['services', 'endpointslices', 'nodes'],
  forbid: withoutRole('system:node-proxier'),
  create: (parts) => createServiceProxy(parts),
  async setUp(world) {
    await world.make(Nodes, { metadata: { name: 'node1' } });
    await world.tell(Nodes, 'node1', undefined, { addresses: [{ type: 'InternalIP', address: NODE }] });
  },
  async work(world, n) {
    const name = `web${n}`;
    const pod = await world.network.listen({ host: `10.244.0.${n}`, port: 9090 }, (connection) => connection.end(name));
    const metadata = { name, namespace: 'default' };
    const ports = [{ port: 8080, nodePort: 30_080 + n }];
    await world.make(Services, { metadata, spec: { type: 'NodePort', ports, externalIPs: ['192.0.2.1'] } });
    // Without a selector the endpoints are whoever's who writes them.
    await world.make(EndpointSlices, {
      metadata: { ...metadata, labels: { 'kubernetes.io/service-name': name } },
      ...{ addressType: 'IPv4', ports: [{ port: 9090 }], endpoints: [{ addresses: [`10.244.0.${n}`] }] },
    });
    const { spec } = await world.find(Services, (service) => service.metadata?.name === name);
    for (const [host, port] of [
      [spec?.clusterIP ?? '', 8080],
      [NODE, 30_080 + n],
    ] as const) {
      await world.until(async () => (await world.ask(host, port)) === name);
    }
    // What is no address of the machine it tells of, which it may.
    await world.find(CoreEvents, ({ reason, involvedObject }) => reason === 'PortNotOpened' && involvedObject.name === name);
    await pod.close();
  },
  async stopped(world) {
    expect(world.network.listening).toEqual([]);
  },
});
