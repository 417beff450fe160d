import { setTimeout as sleep } from 'node:timers/promises';
import { type RealCluster, realCluster } from '@kubernats/testing/real-cluster';
import { askOnce } from '../tests/support/conversation.ts';
import { accessOf, HttpsClient } from './https.ts';
import { type Benchmark, type Measurement, median } from './measurement.ts';
import { processesOf } from './processes.ts';

const PORT = 9000;
const CHANGES = 50;
const KILLS = 3;
/** After this the supervisor starts a process that died again at once. */
const HEALTHY_MS = 10_500;
/** Long enough for the last connection that still goes the old way. */
const WATCH_MS = 300;
const SLICE = '/apis/discovery.k8s.io/v1/namespaces/default/endpointslices/by-hand';
const SERVICE = `
apiVersion: v1
kind: Service
metadata: { name: by-hand }
spec: { ports: [{ port: ${PORT} }] }
`;

/** How soon connections follow a change of a Service's endpoints, and how soon they work again when the proxy was killed. */
export const endpoints: Benchmark = {
  name: 'endpoints',
  async run(): Promise<Measurement[]> {
    await using cluster = await realCluster({ nodes: 2 });
    await cluster.kubectl('create deployment web --image=example/web:1 --port=8080 --replicas=2');
    await cluster.kubectl('rollout status deployment/web --timeout=60s');
    await cluster.kubectl('apply -f -', { input: SERVICE });
    const host = await cluster.value('service by-hand', '.spec.clusterIP');
    const pods = (await cluster.value('pods -l app=web', '.items[*].status.podIP')).split(' ');
    const names = (await cluster.value('pods -l app=web', '.items[*].metadata.name')).split(' ');
    await cluster.kubectl('create -f -', { input: slice(pods) });
    using api = new HttpsClient(await accessOf(cluster.kubeconfig));
    const lead = (addresses: string[]): Promise<string> => api.send('PUT', SLICE, slice(addresses));
    return [...(await changes(host, pods, names, lead)), await proxyKilled(cluster, host)];
  },
};

const slice = (addresses: string[]): string =>
  JSON.stringify({
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name: 'by-hand', namespace: 'default', labels: { 'kubernetes.io/service-name': 'by-hand' } },
    addressType: 'IPv4',
    ports: [{ port: 8080 }],
    endpoints: addresses.map((address) => ({ addresses: [address], conditions: { ready: true } })),
  });

type Lead = (addresses: string[]) => Promise<string>;

async function changes(host: string, pods: string[], names: string[], lead: Lead): Promise<Measurement[]> {
  const removed: number[] = [];
  const added: number[] = [];
  const answers = (name: string | undefined) => async () => (await askOnce(host, PORT).catch(() => undefined)) === name;
  for (let i = 0; i < CHANGES; i++) {
    await until(answers(names[0]));
    await lead(pods.slice(1));
    removed.push(await lastAnswer(answers(names[0])));
    await lead(pods);
    added.push(await until(answers(names[0])));
  }
  return [
    { name: 'endpoint removed, last new connection after the answer, p50', value: median(removed), unit: 'ms' },
    {
      name: 'endpoint removed, last new connection after the answer, worst',
      value: Math.max(...removed),
      unit: 'ms',
      goal: { atMost: 100 },
    },
    { name: 'endpoint added, first new connection after the answer, p50', value: median(added), unit: 'ms' },
  ];
}

/** How long after now the last connection began of which `isWanted` is true; 0: there was none. */
async function lastAnswer(isWanted: () => Promise<boolean>): Promise<number> {
  const from = performance.now();
  let lastMs = 0;
  for (;;) {
    const beganMs = performance.now() - from;
    if (beganMs > WATCH_MS) return lastMs;
    if (await isWanted()) lastMs = beganMs;
  }
}

/** How long from now until it holds. */
async function until(holds: () => Promise<boolean>): Promise<number> {
  const from = performance.now();
  while (!(await holds()));
  return performance.now() - from;
}

async function proxyKilled(cluster: RealCluster, host: string): Promise<Measurement> {
  const took: number[] = [];
  const works = (): Promise<boolean> =>
    askOnce(host, PORT).then(
      () => true,
      () => false,
    );
  for (let kill = 0; kill < KILLS; kill++) {
    await sleep(HEALTHY_MS);
    process.kill(processesOf(cluster).get('service-proxy') ?? 0, 'SIGKILL');
    await until(async () => !(await works()));
    took.push(await until(works));
  }
  return { name: 'proxy killed, until new connections work again', value: median(took), unit: 'ms', goal: { atMost: 1000 } };
}
