import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type EndpointSlice, EndpointSlices, Nodes, type Service, Services } from '@kubernats/api';
import { type Client, createClient, httpsTransport } from '@kubernats/client';
import { realClock, realRandom } from '@kubernats/clock';
import { type RealCluster, realCluster } from '@kubernats/testing/real-cluster';
import { accessOf } from './https.ts';
import { type Benchmark, type Measurement, median, percentile } from './measurement.ts';
import { cpuMs, memoryMb, processesOf } from './processes.ts';
import { connects } from './sockets.ts';

const SERVICES = 5_000;
const ENDPOINTS_EACH = 10;
const NODES = 100;
const NODE_PORTS = 100;
const CHANGES = 50;
const RESTARTS = 3;
const AT_ONCE = 32;
const PORT = 9000;

const nameOf = (i: number): string => `bench-${i}`;
/** Addresses of 127.0.0.0/8 that no slot uses. */
const hostOf = (i: number): string => `127.250.${i >> 8}.${i & 255}`;

/** Without a selector: its endpoints are those that are written here. */
const serviceOf = (i: number): Service => ({
  metadata: { name: nameOf(i), namespace: 'default' },
  spec: { ports: [{ name: 'http', port: PORT, targetPort: PORT }] },
});

/** As the EndpointSlice controller writes them. */
const sliceOf = (i: number): EndpointSlice => ({
  metadata: {
    name: `${nameOf(i)}-slice`,
    namespace: 'default',
    labels: { 'kubernetes.io/service-name': nameOf(i), 'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io' },
  },
  addressType: 'IPv4',
  ports: [{ name: 'http', port: PORT, protocol: 'TCP' }],
  endpoints: Array.from({ length: ENDPOINTS_EACH }, (_, k) => ({
    addresses: [hostOf(1 + i * ENDPOINTS_EACH + k)],
    conditions: { ready: true, serving: true, terminating: false },
    nodeName: 'node1',
    targetRef: { kind: 'Pod', namespace: 'default', name: `${nameOf(i)}-5d9c7b6f4-${k}abcd`, uid: crypto.randomUUID() },
  })),
});

async function forEach(count: number, work: (i: number) => Promise<unknown>): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let i = next++; i < count; i = next++) await work(i);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

/** Kills the proxy; milliseconds from the start of the new process until it serves everything that is there. */
async function syncMs(cluster: RealCluster): Promise<number> {
  const killed = processesOf(cluster).get('service-proxy') ?? 0;
  process.kill(killed, 'SIGKILL');
  const file = join(cluster.home, cluster.name, 'run/supervisor.json');
  for (;;) {
    const { children } = JSON.parse(readFileSync(file, 'utf8')) as {
      children: Record<string, { process: { pid: number }; startedAt: number; ready: boolean }>;
    };
    const proxy = children['service-proxy'];
    if (proxy?.ready && proxy.process.pid !== killed) return Date.now() - proxy.startedAt;
    await sleep(5);
  }
}

/** Milliseconds from the request that adds a Service's first endpoint until its address takes connections. */
async function changeMs(client: Client, i: number): Promise<number> {
  const name = `${nameOf(i)}-slice`;
  const { spec } = await client.kind(Services).get(nameOf(i), 'default');
  const address = { host: spec?.clusterIP ?? '', port: PORT };
  await client.kind(EndpointSlices).patch(name, 'default', 'merge', { endpoints: [] });
  while (await connects(address)) await sleep(1);
  const from = performance.now();
  void client.kind(EndpointSlices).patch(name, 'default', 'merge', { endpoints: sliceOf(i).endpoints?.slice(0, 1) });
  while (!(await connects(address)));
  return performance.now() - from;
}

async function best(times: number, measure: () => Promise<number>): Promise<number> {
  const all: number[] = [];
  for (let i = 0; i < times; i++) all.push(await measure());
  return Math.min(...all);
}

async function openNodePorts(client: Client): Promise<void> {
  await forEach(NODES, async (i) => {
    const name = `bench${i}`;
    await client.kind(Nodes).create({ metadata: { name } });
    const status = { addresses: [{ type: 'InternalIP', address: `127.251.0.${i + 1}` }] };
    await client.kind(Nodes).patch(name, undefined, 'merge', { status }, { subresource: 'status' });
  });
  await forEach(NODE_PORTS, (i) => client.kind(Services).patch(nameOf(i), 'default', 'merge', { spec: { type: 'NodePort' } }));
}

/** Five thousand Services with ten endpoints each; and node ports on many nodes. */
export const services: Benchmark = {
  name: 'services',
  async run(): Promise<Measurement[]> {
    await using cluster = await realCluster({ nodes: 1, flags: ['--fidelity', 'status'] });
    const { url, ca, cert, key } = await accessOf(cluster.kubeconfig);
    using transport = httpsTransport({ url: url.href, ca, cert, key, clock: realClock, random: realRandom });
    const client = createClient(transport);
    await forEach(SERVICES, async (i) => {
      await client.kind(Services).create(serviceOf(i));
      await client.kind(EndpointSlices).create(sliceOf(i));
    });
    const proxyMb = (): number => memoryMb(processesOf(cluster).get('service-proxy') ?? 0);
    const sync = await best(RESTARTS, () => syncMs(cluster));
    const memory = proxyMb();
    const cpu = cpuMs(processesOf(cluster).get('service-proxy') ?? 0);
    const changes: number[] = [];
    for (let i = 0; i < CHANGES; i++) changes.push(await changeMs(client, i * Math.floor(SERVICES / CHANGES)));
    await openNodePorts(client);
    const withNodePorts = await best(RESTARTS, () => syncMs(cluster));
    const withNodePortsMb = proxyMb();
    const perPort = (value: number, base: number): number => ((value - base) * 1000) / (NODES * NODE_PORTS);
    return [
      {
        name: '5,000 Services, 50,000 endpoints: from the start of the proxy until all are served',
        value: sync / 1000,
        unit: 's',
        goal: { atMost: 3 },
      },
      { name: "… the proxy's processor time for it", value: cpu / 1000, unit: 's' },
      { name: '… memory of the proxy', value: memory, unit: 'MB', goal: { atMost: 400 } },
      { name: '… a first endpoint: request to first connection, p50', value: median(changes), unit: 'ms', goal: { atMost: 50 } },
      { name: '… a first endpoint: request to first connection, p99', value: percentile(changes, 0.99), unit: 'ms' },
      { name: '… and 100 node ports on 100 nodes: until all are served', value: withNodePorts / 1000, unit: 's' },
      { name: '… each node port of a node more: time', value: perPort(withNodePorts, sync), unit: 'µs' },
      { name: '… each node port of a node more: memory', value: perPort(withNodePortsMb, memory), unit: 'kB' },
    ];
  },
};
