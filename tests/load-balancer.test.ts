import { request } from 'node:http';
import { type RealCluster, realCluster } from '@kubernats/testing/real-cluster';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { curl } from './support/http.ts';
import { until } from './support/until.ts';

const pod = (node: string): string => `
apiVersion: v1
kind: Pod
metadata: { name: web-${node}, labels: { app: web } }
spec:
  nodeSelector: { hostname: ${node} }
  containers: [{ name: web, image: traefik/whoami, args: [--port, '8080'], ports: [{ containerPort: 8080 }] }]
`;

const service = (name: string, spec = ''): string => `
apiVersion: v1
kind: Service
metadata: { name: ${name} }
spec: { type: LoadBalancer, selector: { app: web }, ports: [{ port: 8000, targetPort: 8080 }]${spec} }
`;

describe('the load balancer', () => {
  let cluster: RealCluster;
  let address: string;
  beforeAll(async () => {
    cluster = await realCluster({ nodes: 2 });
    await cluster.kubectl('apply -f -', { input: [pod('node1'), pod('node2'), service('web')].join('---') });
  });
  afterAll(async () => {
    await cluster[Symbol.asyncDispose]();
  });

  const externalIp = async (name: string): Promise<string> => {
    const columns = await cluster.kubectl(`get service ${name} --no-headers`);
    return columns.split(/\s+/)[3] ?? '';
  };
  const addressOf = async (name: string): Promise<string> => {
    await cluster.kubectl(`wait --for=jsonpath={.status.loadBalancer.ingress[0].ip} service/${name} --timeout=180s`);
    return externalIp(name);
  };
  const hostname = (host: string): Promise<string | undefined> =>
    curl(`http://${host}:8000/`).then(
      (body) => /^Hostname: (.*)$/m.exec(body)?.[1],
      () => undefined,
    );

  test('S7: without it EXTERNAL-IP stays <pending>, and the add-on is there to be enabled', async () => {
    expect(await externalIp('web')).toBe('<pending>');
    expect(await cluster.kubernats('addon', 'list')).toMatchObject({
      code: 0,
      stdout:
        'NAME            STATUS     DESCRIPTION\n' +
        'load-balancer   disabled   gives Services of type LoadBalancer an address that works\n',
    });
    expect(await cluster.kubernats('addon', 'enable', 'ingress')).toMatchObject({
      code: 2,
      stderr: 'kubernats: there is no add-on ingress. There are: load-balancer\n',
    });
    expect(await cluster.kubernats('addon', 'enable', 'load-balancer', '--name', 'absent')).toMatchObject({
      code: 1,
      stderr: 'kubernats: cluster absent is not running. Start it with: ./kubernats up\n',
    });
  });

  test('S6, S7: enabled, an address is assigned that leads to Pods on every node', async () => {
    expect(await cluster.kubernats('addon', 'enable', 'load-balancer')).toMatchObject({ code: 0, stdout: 'load-balancer enabled\n' });
    address = await addressOf('web');
    expect(address).toMatch(/^127\.20\d\.0\.1$/);
    const seen = new Set<string>();
    await until(async () => {
      const name = await hostname(address);
      if (name) seen.add(name);
      return seen.size === 2;
    });
    expect([...seen].sort()).toEqual(['web-node1', 'web-node2']);
    expect(await cluster.kubernats('addon', 'enable', 'load-balancer')).toMatchObject({ code: 0, stdout: 'load-balancer enabled\n' });
  });

  test('a client of this machine keeps its address through load balancer and node', async () => {
    const body = await new Promise<string>((resolve, reject) => {
      const asked = request({ host: address, port: 8000, localAddress: '127.0.0.77', agent: false }, (response) => {
        response.setEncoding('utf8');
        let text = '';
        response.on('data', (chunk: string) => {
          text += chunk;
        });
        response.on('end', () => resolve(text));
      });
      asked.on('error', reject);
      asked.end();
    });
    expect(body).toMatch(/^RemoteAddr: 127\.0\.0\.77:/m);
  });

  test('a node with the label that excludes it leaves the load balancer', async () => {
    await cluster.kubectl('label node node2 node.kubernetes.io/exclude-from-external-load-balancers=');
    await until(async () => (await events('web', 'UpdatedLoadBalancer')) === 'Updated load balancer with new hosts');
    expect(await hostname(address)).toMatch(/^web-/);
    await cluster.kubectl('label node node2 node.kubernetes.io/exclude-from-external-load-balancers-');
  });

  const events = (name: string, reason: string): Promise<string> =>
    cluster
      .kubectl(`get events --field-selector=involvedObject.name=${name},reason=${reason} -o jsonpath={.items[0].message}`)
      .catch(() => '');

  test('R2: killed, it is started again and every address is the same', async () => {
    await cluster.kubectl('apply -f -', { input: service('second') });
    const second = await addressOf('second');
    expect(second).not.toBe(address);
    const pid = async (): Promise<number> => {
      const { stdout } = await cluster.kubernats('status');
      return Number(/^load-balancer +(\d+) +yes/m.exec(stdout)?.[1]);
    };
    const first = await pid();
    process.kill(first, 'SIGKILL');
    await until(async () => {
      const now = await pid();
      return now > 0 && now !== first;
    });
    await until(async () => (await hostname(address)) !== undefined && (await hostname(second)) !== undefined);
    expect([await externalIp('web'), await externalIp('second')]).toEqual([address, second]);
  });

  test('a requested address is honoured, or refused with an event; another class is left alone', async () => {
    const wanted = address.replace(/\.1$/, '.99');
    const manifest = [
      service('wanted', `, loadBalancerIP: ${wanted}`),
      service('taken', `, loadBalancerIP: ${address}`),
      service('other', ', loadBalancerClass: example.com/other'),
    ];
    await cluster.kubectl('apply -f -', { input: manifest.join('---') });
    expect(await addressOf('wanted')).toBe(wanted);
    await until(async () => (await events('taken', 'SyncLoadBalancerFailed')) !== '');
    expect(await events('taken', 'SyncLoadBalancerFailed')).toBe(
      `Error syncing load balancer: failed to ensure load balancer: requested address ${address} is already in use by service default/web`,
    );
    expect([await externalIp('taken'), await externalIp('other')]).toEqual(['<pending>', '<pending>']);
  });

  test('a deleted Service gives its address back', async () => {
    await cluster.kubectl('delete service web');
    expect(await addressOf('taken')).toBe(address);
    await until(async () => (await hostname(address)) !== undefined);
  });

  test('disabled, it takes back what it gave', async () => {
    expect(await cluster.kubernats('addon', 'disable', 'load-balancer')).toMatchObject({ code: 0, stdout: 'load-balancer disabled\n' });
    expect([await externalIp('taken'), await externalIp('second')]).toEqual(['<pending>', '<pending>']);
    expect(await hostname(address)).toBeUndefined();
    // Nothing holds a Service that nobody serves any more.
    await cluster.kubectl('delete service taken second --timeout=180s');
    expect((await cluster.kubernats('status')).stdout).not.toContain('load-balancer');
  });
});
