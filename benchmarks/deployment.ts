import { type Deployment, Deployments, type Pod, Pods } from '@kubernats/api';
import { type ApiTransport, createClient, createInformer, httpsTransport } from '@kubernats/client';
import { realClock, realRandom } from '@kubernats/clock';
import { type RealCluster, realCluster } from '@kubernats/testing/real-cluster';
import { accessOf } from './https.ts';
import { type Benchmark, type Measurement, median } from './measurement.ts';
import { cpuMs, processesOf } from './processes.ts';

const NODES = 100;
const REPLICAS = 1_000;
const ROUNDS = 5;

const deploymentOf = (name: string): Deployment => ({
  metadata: { name, namespace: 'default' },
  spec: {
    replicas: REPLICAS,
    selector: { matchLabels: { app: name } },
    template: {
      metadata: { labels: { app: name } },
      spec: { containers: [{ name: 'app', image: 'example/app', resources: { requests: { cpu: '10m', memory: '16Mi' } } }] },
    },
  },
});

interface Times {
  boundMs: number;
  runningMs: number;
}

/** A Deployment of a thousand Pods on a hundred nodes that only tell of them, from the apply until all run; several times, for the first is the slowest. */
export const deploymentBenchmark: Benchmark = {
  name: 'deployment',
  async run(): Promise<Measurement[]> {
    await using cluster = await realCluster({ nodes: NODES, flags: ['--fidelity', 'status'] });
    const { url, ca, cert, key } = await accessOf(cluster.kubeconfig);
    using transport = httpsTransport({ url: url.href, ca, cert, key, clock: realClock, random: realRandom });
    const rounds: Times[] = [];
    for (let round = 0; round < ROUNDS; round++) rounds.push(await rollOut(cluster, transport, `web-${round}`));
    const what = `a Deployment of ${REPLICAS} Pods on ${NODES} nodes`;
    return [
      { name: `${what}: from the apply until all are bound`, value: median(rounds.map(({ boundMs }) => boundMs)) / 1000, ...goal(2.5) },
      { name: '… until all are Running', value: median(rounds.map(({ runningMs }) => runningMs)) / 1000, ...goal(4) },
    ];
  },
};

const goal = (seconds: number): Pick<Measurement, 'unit' | 'goal'> => ({ unit: 's', goal: { atMost: seconds } });

/** Makes the Deployment, and takes it away again. */
async function rollOut(cluster: RealCluster, transport: ApiTransport, name: string): Promise<Times> {
  const client = createClient(transport);
  const stop = new AbortController();
  const informer = createInformer({ transport, target: Pods, namespace: 'default' });
  const [bound, running, gone] = [countUp(), countUp(), countUp()];
  const look = ({ metadata, spec, status }: Pod): void => {
    if (spec?.nodeName) bound.add(metadata?.name ?? '');
    if (status?.phase === 'Running') running.add(metadata?.name ?? '');
  };
  informer.addHandler({ add: look, update: look, delete: ({ metadata }) => gone.add(metadata?.name ?? '') });
  const following = informer.run(stop.signal);
  await informer.synced;
  const before = processorTimes(cluster);
  const from = performance.now();
  await client.kind(Deployments).create(deploymentOf(name));
  const times = { boundMs: (await bound.all) - from, runningMs: (await running.all) - from };
  const used = [...processorTimes(cluster)].map(([name, ms]) => `${name} ${((ms - (before.get(name) ?? 0)) / 1000).toFixed(2)}`);
  console.error(`  bound ${times.boundMs.toFixed(0)} ms, Running ${times.runningMs.toFixed(0)} ms; processor seconds: ${used.join(', ')}`);
  await client.kind(Deployments).delete(name, 'default', { propagationPolicy: 'Foreground' });
  await gone.all;
  stop.abort();
  await following;
  return times;
}

/** Hears of names; resolves with the time at which all of the Deployment's were heard of. */
function countUp(): { add(name: string): void; all: Promise<number> } {
  const names = new Set<string>();
  const { promise, resolve } = Promise.withResolvers<number>();
  return {
    add(name) {
      if (names.add(name).size === REPLICAS) resolve(performance.now());
    },
    all: promise,
  };
}

const processorTimes = (cluster: RealCluster): Map<string, number> =>
  new Map([...processesOf(cluster)].map(([name, pid]) => [name, cpuMs(pid)]));
