import { setTimeout as sleep } from 'node:timers/promises';
import { Pods } from '@kubernats/api';
import { type ApiTransport, createClient, createInformer, httpsTransport } from '@kubernats/client';
import { realClock, realRandom } from '@kubernats/clock';
import { type RealCluster, realCluster } from '@kubernats/testing/real-cluster';
import { accessOf } from './https.ts';
import { Lateness } from './lateness.ts';
import { type Benchmark, type Measurement, milliseconds } from './measurement.ts';
import { cpuMs, memoryMb, processesOf } from './processes.ts';

const NODES = 1_000;
const PODS = 20_000;
const AT_ONCE = 32;
const SETTLE_MS = 10_000;
const WATCH_MS = 40_000;

/** Pods are bound as they are made, so that it is the kubelet that is measured and not the scheduler. */
const podOf = (i: number) => ({
  metadata: { name: `pod-${i}`, namespace: 'default', labels: { app: 'bench' } },
  spec: {
    nodeName: `node${(i % NODES) + 1}`,
    containers: [{ name: 'app', image: 'example/app', resources: { requests: { cpu: '10m', memory: '16Mi' } } }],
  },
});

/** Creates the Pods; resolves when all of them are Running. */
async function run(transport: ApiTransport, count: number): Promise<void> {
  const kind = createClient(transport).kind(Pods);
  const stop = new AbortController();
  const informer = createInformer({ transport, target: Pods, fieldSelector: 'status.phase=Running' });
  const done = Promise.withResolvers<void>();
  const look = (): void => {
    if (informer.size >= count) done.resolve();
  };
  informer.addHandler({ add: look, update: look });
  const following = informer.run(stop.signal);
  let left = count;
  const create = async (): Promise<void> => {
    for (let i = left--; i > 0; i = left--) await kind.create(podOf(i));
  };
  await Promise.all([done.promise, ...Array.from({ length: AT_ONCE }, create)]);
  stop.abort();
  await following;
}

const pidOf = (cluster: RealCluster, name: string): number => processesOf(cluster).get(name) ?? 0;

/** A thousand nodes and twenty thousand Pods in one kubelet process that only tells of them. */
export const scale: Benchmark = {
  name: 'scale',
  async run(): Promise<Measurement[]> {
    await using cluster = await realCluster({ nodes: NODES, flags: ['--fidelity', 'status'] });
    const { url, ca, cert, key } = await accessOf(cluster.kubeconfig);
    using transport = httpsTransport({ url: url.href, ca, cert, key, clock: realClock, random: realRandom });
    const lateness = new Lateness(transport);
    const ms = await milliseconds(() => run(transport, PODS));
    const worstUnderLoadMs = lateness.worstMs;
    await sleep(SETTLE_MS);
    lateness.reset();
    const pids = processesOf(cluster);
    const before = new Map([...pids].map(([name, pid]) => [name, cpuMs(pid)]));
    await sleep(WATCH_MS);
    for (const [name, pid] of pids) {
      const percent = ((cpuMs(pid) - (before.get(name) ?? 0)) / WATCH_MS) * 100;
      console.error(`  ${name}: ${percent.toFixed(1)} % of a core, ${Math.round(memoryMb(pid))} MB`);
    }
    const kubelet = pidOf(cluster, 'kubelet-sim');
    const idle = ((cpuMs(kubelet) - (before.get('kubelet-sim') ?? 0)) / WATCH_MS) * 100;
    console.error(`  ${lateness.renewals} renewals of ${lateness.nodes} Leases in ${WATCH_MS / 1000} s`);
    await lateness.stop();
    return [
      { name: '1,000 nodes, 20,000 Pods: from the first create to all Running', value: ms / 1000, unit: 's' },
      { name: '… memory of the kubelet', value: memoryMb(kubelet), unit: 'MB', goal: { atMost: 1_000 } },
      { name: '… latest renewal of a Lease, while Pods start', value: worstUnderLoadMs, unit: 'ms late', goal: { atMost: 10_000 } },
      { name: '… latest renewal of a Lease, idle', value: lateness.worstMs, unit: 'ms late', goal: { atMost: 1_000 } },
      { name: '… the kubelet, idle', value: idle, unit: '% of a core' },
    ];
  },
};
