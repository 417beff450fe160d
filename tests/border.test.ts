import { type RealCluster, realCluster } from '@kubernats/testing/real-cluster';
import { afterAll, beforeAll, describe, expect, type TestContext, test } from 'vitest';
import { curl } from './support/http.ts';
import { type Outside, outside } from './support/outside.ts';
import { type OpenSocket, openSockets } from './support/sockets.ts';
import { until } from './support/until.ts';

const WEB = `
apiVersion: v1
kind: Pod
metadata:
  name: web
  labels: { app: web }
spec:
  containers:
    - name: web
      image: example/web:1
      ports: [{ containerPort: 8080 }]
---
apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  selector: { app: web }
  ports: [{ name: http, port: 9000, targetPort: 8080 }, { name: udp, port: 9001, protocol: UDP }]
`;

describe('S2: the border of a cluster', () => {
  let cluster: RealCluster;
  let client: Outside | { refusal: string };
  const cleanup = new AsyncDisposableStack();
  beforeAll(async () => {
    client = await outside();
    if (!('refusal' in client)) cleanup.use(client);
    cluster = await realCluster({ nodes: 3, flags: 'refusal' in client ? [] : ['--expose', client.hostAddress] });
    cleanup.use(cluster);
    await cluster.kubectl('apply -f -', { input: WEB });
    await cluster.kubectl('wait --for=condition=Ready pod/web --timeout=180s');
    const url = `http://${await clusterIp()}:9000/`;
    await until(() => answers(() => curl(url)));
  });
  afterAll(() => cleanup.disposeAsync());

  const clusterIp = (): Promise<string> => cluster.value('service web', '.spec.clusterIP');
  const beyond = (): string[] =>
    openSockets(cluster)
      .filter(({ host }) => !host.startsWith('127.'))
      .map(text);
  const text = ({ process, protocol, host, port }: OpenSocket): string => `${process} ${protocol} ${host}:${port}`;
  const answers = (ask: () => Promise<string>): Promise<boolean> =>
    ask().then(
      (body) => body.includes('pod: web'),
      () => false,
    );
  /** The client; without one the test is skipped, and says why. */
  function theClient({ skip }: TestContext): Outside {
    return 'refusal' in client ? skip(client.refusal) : client;
  }

  test('S2: without a node port nothing listens beyond 127.0.0.0/8', async () => {
    const texts = openSockets(cluster).map(text);
    const ip = await clusterIp();
    expect(texts).toEqual(expect.arrayContaining([`service-proxy tcp ${ip}:9000`, `service-proxy udp ${ip}:9001`]));
    for (const name of ['apiserver', 'nats-server', 'kubelet-sim'])
      expect(texts.some((each) => each.startsWith(`${name} tcp `))).toBe(true);
    expect(beyond()).toEqual([]);
  });

  test('S2, S4: with --expose the node ports are open there, and nothing else, as long as the Service has them', async (context) => {
    const { hostAddress, openPorts, curl: curlOutside } = theClient(context);
    expect((await cluster.kubernats('status')).stdout).toContain(`exposed: node ports and load balancers are open on ${hostAddress} too\n`);
    const ports = () => [...new Set(openSockets(cluster).map(({ port }) => port))];
    expect(await openPorts(hostAddress, ports())).toEqual([]);

    await cluster.kubectl(['patch', 'service', 'web', '-p', '{"spec":{"type":"NodePort"}}']);
    const [tcp, udp] = (await cluster.value('service web', '.spec.ports[*].nodePort')).split(' ').map(Number);
    await until(() => answers(() => curlOutside(`http://${hostAddress}:${tcp}/`)));
    expect(await openPorts(hostAddress, ports())).toEqual([tcp]);
    expect(beyond().sort()).toEqual([`service-proxy tcp ${hostAddress}:${tcp}`, `service-proxy udp ${hostAddress}:${udp}`]);
    const inside: [string, number][] = [
      [await clusterIp(), 9000],
      [await cluster.value('pod web', '.status.podIP'), 8080],
      [await cluster.value('node node1', '.status.addresses[0].address'), tcp ?? 0],
    ];
    expect(await Promise.all(inside.map(([host, port]) => openPorts(host, [port])))).toEqual([[], [], []]);

    await cluster.kubectl(['patch', 'service', 'web', '-p', '{"spec":{"type":"ClusterIP"}}']);
    await until(async () => beyond().length === 0);
    expect(await openPorts(hostAddress, [...ports(), tcp ?? 0])).toEqual([]);
  });
});
