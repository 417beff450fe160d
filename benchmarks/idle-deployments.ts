import { setTimeout as sleep } from 'node:timers/promises';
import { type Deployment, Deployments } from '@kubernats/api';
import { createClient, createInformer, httpsTransport } from '@kubernats/client';
import { realClock, realRandom } from '@kubernats/clock';
import { realCluster } from '@kubernats/testing/real-cluster';
import { accessOf } from './https.ts';
import type { Benchmark, Measurement } from './measurement.ts';
import { cpuMs, memoryMb, processesOf } from './processes.ts';

const NODES = 100;
const DEPLOYMENTS = 10_000;
const AT_ONCE = 32;
const SETTLE_MS = 15_000;
const WATCH_MS = 60_000;

/** A Pod each, so that nodes and kubelets tell of them as they would. */
const deploymentOf = (i: number): Deployment => ({
  metadata: { name: `web-${i}`, namespace: 'default' },
  spec: {
    replicas: 1,
    selector: { matchLabels: { app: `web-${i}` } },
    template: {
      metadata: { labels: { app: `web-${i}` } },
      spec: { containers: [{ name: 'app', image: 'example/app', resources: { requests: { cpu: '10m', memory: '16Mi' } } }] },
    },
  },
});

/** What ten thousand Deployments cost when nothing happens. */
export const idleDeployments: Benchmark = {
  name: 'idle-deployments',
  async run(): Promise<Measurement[]> {
    await using cluster = await realCluster({ nodes: NODES, flags: ['--fidelity', 'status'] });
    const { url, ca, cert, key } = await accessOf(cluster.kubeconfig);
    using transport = httpsTransport({ url: url.href, ca, cert, key, clock: realClock, random: realRandom });
    const stop = new AbortController();
    const informer = createInformer({ transport, target: Deployments });
    const available = new Set<string>();
    const done = Promise.withResolvers<void>();
    informer.addHandler({
      update({ metadata, status }) {
        if (status?.availableReplicas && available.add(metadata?.name ?? '').size === DEPLOYMENTS) done.resolve();
      },
    });
    const following = informer.run(stop.signal);
    await informer.synced;
    const from = performance.now();
    let left = DEPLOYMENTS;
    const create = async (): Promise<void> => {
      for (let i = left--; i > 0; i = left--) await createClient(transport).kind(Deployments).create(deploymentOf(i));
    };
    await Promise.all([done.promise, ...Array.from({ length: AT_ONCE }, create)]);
    const availableMs = performance.now() - from;
    stop.abort();
    await following;
    await sleep(SETTLE_MS);
    const processes = [...processesOf(cluster)];
    const before = processes.map(([, pid]) => cpuMs(pid));
    await sleep(WATCH_MS);
    const used = new Map(processes.map(([name, pid], i) => [name, ((cpuMs(pid) - (before[i] ?? 0)) / WATCH_MS) * 100]));
    for (const [name, pid] of processes) {
      console.error(`  ${name}: ${used.get(name)?.toFixed(2)} % of a core, ${Math.round(memoryMb(pid))} MB`);
    }
    const manager = processes.find(([name]) => name === 'controller-manager')?.[1] ?? 0;
    return [
      { name: '10,000 Deployments of a Pod each: until all are available', value: availableMs / 1000, unit: 's' },
      {
        name: '… controller-manager when nothing happens',
        value: used.get('controller-manager') ?? Number.NaN,
        unit: '% of a core',
        goal: { atMost: 2 },
      },
      { name: '… memory of controller-manager', value: memoryMb(manager), unit: 'MB' },
    ];
  },
};
