import { CoreEvents, type Service, Services } from '@kubernats/api';
import { expect, test } from 'vitest';
import { startCluster, type TestCluster } from '../../src/index.ts';

const WEB = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: default }
spec:
  replicas: 2
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers: [{ name: web, image: traefik/whoami, ports: [{ containerPort: 80 }] }]
`;

const service = (name: string, spec: Service['spec'] = {}): Service => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name, namespace: 'default' },
  spec: { type: 'LoadBalancer', selector: { app: 'web' }, ports: [{ port: 8080, targetPort: 80 }], ...spec },
});

const ips = ({ status }: Service): string[] => (status?.loadBalancer?.ingress ?? []).flatMap(({ ip }) => ip ?? []);
const withAddress = (cluster: TestCluster, name: string): Promise<Service> =>
  cluster.waitFor(Services, (each) => ips(each).length > 0, { namespace: 'default', name });
const eventsOf = async (cluster: TestCluster, name: string): Promise<string[]> => {
  const { items } = await cluster.client.kind(CoreEvents).list({ namespace: 'default' });
  return items
    .filter(({ involvedObject }) => involvedObject.kind === 'Service' && involvedObject.name === name)
    .map(({ reason, message }) => `${reason}: ${message}`);
};

async function ask(cluster: TestCluster, host: string, port = 8080): Promise<string> {
  const connection = await cluster.network.dial({ host, port });
  connection.write('GET / HTTP/1.1\r\nHost: web\r\nConnection: close\r\n\r\n');
  return Buffer.concat(await connection.toArray()).toString();
}
const podOf = (answer: string): string => /^Hostname: (.*)\r?$/m.exec(answer)?.[1] ?? answer;

test('S7: without the add-on a Service of type LoadBalancer has no address', async () => {
  await using cluster = await startCluster();
  await cluster.apply([service('web')]);
  expect(await eventsOf(cluster, 'web')).toEqual([]);
  expect((await cluster.client.kind(Services).get('web', 'default')).status).toEqual({ loadBalancer: {} });
});

test.each(['memory', 'nats'] as const)('S6, S7: with it an address leads to Pods on every node, over the %s bus', async (bus) => {
  await using cluster = await startCluster({ nodes: 2, bus, addons: ['load-balancer'] });
  await cluster.apply(WEB);
  await cluster.apply([service('web')]);
  const web = await withAddress(cluster, 'web');
  expect(web.metadata?.finalizers).toEqual(['service.kubernetes.io/load-balancer-cleanup']);
  expect(web.status?.loadBalancer).toEqual({
    ingress: [{ ip: '172.31.0.1', ipMode: 'Proxy', ports: [{ port: 8080, protocol: 'TCP' }] }],
  });
  const seen = new Set<string>();
  while (seen.size < 2) {
    await new Promise((resolve) => setImmediate(resolve));
    const answer = await ask(cluster, '172.31.0.1').catch(() => undefined);
    if (answer) seen.add(podOf(answer));
  }
  expect([...seen].every((name) => name.startsWith('web-'))).toBe(true);
  await cluster.client.kind(Services).delete('web', 'default');
  await cluster.waitForAll(Services, (all) => all.every(({ metadata }) => metadata?.name !== 'web'));
  await expect(ask(cluster, '172.31.0.1')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  await cluster.waitForAll(CoreEvents, (all) => all.some(({ reason }) => reason === 'DeletedLoadBalancer'));
  expect(await eventsOf(cluster, 'web')).toEqual([
    'EnsuringLoadBalancer: Ensuring load balancer',
    'EnsuredLoadBalancer: Ensured load balancer',
    'DeletingLoadBalancer: Deleting load balancer',
    'DeletedLoadBalancer: Deleted load balancer',
  ]);
});
