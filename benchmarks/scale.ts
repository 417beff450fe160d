import { setTimeout as sleep } from 'node:timers/promises';
import type { Pod } from '@kubernats/api';
import { httpsTransport } from '@kubernats/client';
import { realClock, realRandom } from '@kubernats/clock';
import { type RealCluster, realCluster } from '@kubernats/testing/real-cluster';
import { accessOf } from './https.ts';
import { Lateness } from './lateness.ts';
import type { Benchmark, Measurement } from './measurement.ts';
import { cpuMs, memoryMb, processesOf } from './processes.ts';
import { runPods } from './run-pods.ts';

const NODES = 1_000;
const PODS = 20_000;
const SETTLE_MS = 10_000;
const WATCH_MS = 40_000;

/** Pods are bound as they are made, so that it is the kubelet that is measured and not the scheduler. */
const podOf = (i: number): Pod => ({
  metadata: { name: `pod-${i}`, namespace: 'default', labels: { app: 'bench' } },
  spec: {
    nodeName: `node${(i % NODES) + 1}`,
    containers: [{ name: 'app', image: 'example/app', resources: { requests: { cpu: '10m', memory: '16Mi' } } }],
  },
});

const pidOf = (cluster: RealCluster, name: string): number => processesOf(cluster).get(name) ?? 0;

/** A thousand nodes and twenty thousand Pods in one kubelet process that only tells of them. */
export const scale: Benchmark = {
  name: 'scale',
  async run(): Promise<Measurement[]> {
    await using cluster = await realCluster({ nodes: NODES, flags: ['--fidelity', 'status'] });
    const { url, ca, cert, key } = await accessOf(cluster.kubeconfig);
    using transport = httpsTransport({ url: url.href, ca, cert, key, clock: realClock, random: realRandom });
    const lateness = new Lateness(transport);
    const { readyMs } = await runPods(transport, PODS, podOf);
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
      { name: '1,000 nodes, 20,000 Pods: from the first create to all Running', value: readyMs / 1000, unit: 's' },
      { name: '… memory of the kubelet', value: memoryMb(kubelet), unit: 'MB', goal: { atMost: 1_000 } },
      { name: '… latest renewal of a Lease, while Pods start', value: worstUnderLoadMs, unit: 'ms late', goal: { atMost: 10_000 } },
      { name: '… latest renewal of a Lease, idle', value: lateness.worstMs, unit: 'ms late', goal: { atMost: 1_000 } },
      { name: '… the kubelet, idle', value: idle, unit: '% of a core' },
    ];
  },
};
