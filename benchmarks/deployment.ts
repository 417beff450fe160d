import type { Deployment } from '@kubernats/api';
import { type RealCluster, realCluster } from '@kubernats/testing/real-cluster';
import { type Access, accessOf, HttpsClient } from './https.ts';
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

/** Of a Pod, and not of its owner: with a suffix after the hash of its template. */
const POD_NAME = /"name":"(web-\d+-[a-z0-9]+-[a-z0-9]{5})"/;

interface Times {
  boundMs: number;
  runningMs: number;
}

/** A Deployment of a thousand Pods on a hundred nodes that only tell of them, from the apply until all run; several times, for the first is the slowest. */
export const deploymentBenchmark: Benchmark = {
  name: 'deployment',
  async run(): Promise<Measurement[]> {
    await using cluster = await realCluster({ nodes: NODES, flags: ['--fidelity', 'status'] });
    const access = await accessOf(cluster.kubeconfig);
    const rounds: Times[] = [];
    for (let round = 0; round < ROUNDS; round++) rounds.push(await rollOut(cluster, access, `web-${round}`));
    const what = `a Deployment of ${REPLICAS} Pods on ${NODES} nodes`;
    return [
      { name: `${what}: from the apply until all are bound`, value: median(rounds.map(({ boundMs }) => boundMs)) / 1000, ...goal(2.5) },
      { name: '… until all are Running', value: median(rounds.map(({ runningMs }) => runningMs)) / 1000, ...goal(4) },
    ];
  },
};

const goal = (seconds: number): Pick<Measurement, 'unit' | 'goal'> => ({ unit: 's', goal: { atMost: seconds } });

/** Makes the Deployment, and takes it away again. */
async function rollOut(cluster: RealCluster, access: Access, name: string): Promise<Times> {
  // A connection each.
  using client = new HttpsClient(access);
  using watcher = new HttpsClient(access);
  const [bound, running, gone] = [countUp(), countUp(), countUp()];
  // Read as text: a client that parsed all of it would take a good part of what the machine has.
  const stop = await watcher.follow('/api/v1/namespaces/default/pods?watch=true', (line) => {
    const pod = POD_NAME.exec(line)?.[1] ?? '';
    if (line.startsWith('{"type":"DELETED"')) gone.add(pod);
    else if (line.includes('"nodeName":"')) bound.add(pod);
    if (line.includes('"phase":"Running"')) running.add(pod);
  });
  const path = '/apis/apps/v1/namespaces/default/deployments';
  const before = processorTimes(cluster);
  const from = performance.now();
  await client.send('POST', path, JSON.stringify(deploymentOf(name)));
  const times = { boundMs: (await bound.all) - from, runningMs: (await running.all) - from };
  const used = [...processorTimes(cluster)].map(([process, ms]) => `${process} ${((ms - (before.get(process) ?? 0)) / 1000).toFixed(2)}`);
  console.error(`  bound ${times.boundMs.toFixed(0)} ms, Running ${times.runningMs.toFixed(0)} ms; processor seconds: ${used.join(', ')}`);
  await client.send('DELETE', `${path}/${name}?propagationPolicy=Foreground`);
  await gone.all;
  stop();
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
