import { Services } from '@kubernats/api';
import { httpsTransport, linesOf } from '@kubernats/client';
import { realClock, realRandom } from '@kubernats/clock';
import type { Connection } from '@kubernats/net';
import type { ConnectionLine, TraceLine } from '@kubernats/trace';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { startCluster, type TestCluster } from '../src/index.ts';

const WEB = `
apiVersion: v1
kind: Pod
metadata: { name: web, namespace: default, labels: { app: web } }
spec: { containers: [{ name: web, image: traefik/whoami, ports: [{ containerPort: 80 }] }] }
---
apiVersion: v1
kind: Service
metadata: { name: web, namespace: default }
spec: { type: LoadBalancer, selector: { app: web }, ports: [{ port: 8080, targetPort: 80 }] }
`;

function apiOf({ kubeconfig = '' }: TestCluster) {
  const { clusters, users } = parse(kubeconfig);
  const pem = (data: string): string => Buffer.from(data, 'base64').toString();
  const { cluster } = clusters[0];
  const { user } = users[0];
  return httpsTransport({
    ...{ url: cluster.server, ca: pem(cluster['certificate-authority-data']) },
    ...{ cert: pem(user['client-certificate-data']), key: pem(user['client-key-data']) },
    ...{ clock: realClock, random: realRandom },
  });
}

test('S6: a node sees a load balancer’s connection come from where the trace says that it goes', async () => {
  await using cluster = await startCluster({ nodes: 2, https: true, addons: ['load-balancer'] });
  await cluster.apply(WEB);
  const ingress = ({ status }: { status?: { loadBalancer?: { ingress?: { ip?: string }[] } } }) => status?.loadBalancer?.ingress?.[0]?.ip;
  const service = await cluster.waitFor(Services, (each) => ingress(each) !== undefined, { namespace: 'default', name: 'web' });
  using api = apiOf(cluster);
  const stop = new AbortController();
  const where = { group: '', version: 'v1', resource: 'services', namespace: 'default', name: 'web', subresource: 'trace' };
  const proxies = new Set<string>();
  const opened = new Map<string, ConnectionLine>();
  let ready = false;
  let connection: Connection | undefined;
  for await (const bytes of linesOf(await api.stream({ verb: 'get', ...where }, stop.signal))) {
    const line = JSON.parse(new TextDecoder().decode(bytes)) as TraceLine;
    if (line.type === 'Proxy') proxies.add(line.proxy);
    if (line.type === 'Endpoints') ready = line.ready > 0;
    if (line.type === 'Opened') opened.set(line.proxy, line);
    if (opened.size === 2) break;
    if (ready && proxies.size === 2) connection ??= await cluster.network.dial({ host: ingress(service) ?? '', port: 8080 });
  }
  stop.abort();
  connection?.destroy();
  const [balanced, proxied] = [opened.get('load-balancer'), opened.get('service-proxy')];
  expect(balanced).toMatchObject({
    door: { kind: 'LoadBalancer', address: `${ingress(service)}:8080` },
    backend: { node: proxied?.door.node },
  });
  expect(proxied).toMatchObject({ door: { kind: 'NodePort' }, backend: { pod: 'default/web' }, client: { address: balanced?.source } });
});
