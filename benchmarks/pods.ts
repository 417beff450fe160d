import { Pods } from '@kubernats/api';
import { createClient, createInformer, httpsTransport } from '@kubernats/client';
import { realClock, realRandom } from '@kubernats/clock';
import { realCluster } from '@kubernats/testing/real-cluster';
import { accessOf } from './https.ts';
import { type Benchmark, type Measurement, milliseconds } from './measurement.ts';
import { memoryMb, processesOf, sum } from './processes.ts';

const PODS = 5_000;
const NODES = 100;
const AT_ONCE = 32;

const podOf = (i: number) => ({
  metadata: { name: `pod-${i}`, namespace: 'default' },
  spec: { containers: [{ name: 'app', image: 'example/app', resources: { requests: { cpu: '10m', memory: '16Mi' } } }] },
});

/** Pods from create to Running on 100 nodes that only tell of their containers, and what they weigh. */
export const pods: Benchmark = {
  name: 'pods',
  async run(): Promise<Measurement[]> {
    await using cluster = await realCluster({ nodes: NODES, flags: ['--fidelity', 'status'] });
    const { url, ca, cert, key } = await accessOf(cluster.kubeconfig);
    using transport = httpsTransport({ url: url.href, ca, cert, key, clock: realClock, random: realRandom });
    const kind = createClient(transport).kind(Pods);
    const stop = new AbortController();
    const informer = createInformer({ transport, target: Pods });
    const running = new Set<string>();
    const done = Promise.withResolvers<void>();
    informer.addHandler({
      update({ metadata, status }) {
        if (status?.phase === 'Running') running.add(metadata?.name ?? '');
        if (running.size === PODS) done.resolve();
      },
    });
    const following = informer.run(stop.signal);
    await informer.synced;
    const weight = (): number => sum([...processesOf(cluster).values()].map(memoryMb));
    const before = weight();
    let left = PODS;
    const ms = await milliseconds(async () => {
      const create = async (): Promise<void> => {
        for (let i = left--; i > 0; i = left--) await kind.create(podOf(i));
      };
      await Promise.all([done.promise, ...Array.from({ length: AT_ONCE }, create)]);
    });
    const after = weight();
    stop.abort();
    await following;
    return [
      { name: 'Pods from create to Running, 100 nodes, 5,000 Pods', value: (PODS / ms) * 1000, unit: '/s', goal: { atLeast: 300 } },
      { name: 'memory per 1,000 Pods, all processes', value: ((after - before) / PODS) * 1000, unit: 'MB' },
    ];
  },
};
