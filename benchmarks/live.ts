import { setTimeout as sleep } from 'node:timers/promises';
import type { Pod } from '@kubernats/api';
import { httpsTransport } from '@kubernats/client';
import { realClock, realRandom } from '@kubernats/clock';
import { realCluster } from '@kubernats/testing/real-cluster';
import { accessOf } from './https.ts';
import type { Benchmark, Measurement } from './measurement.ts';
import { cpuMs, memoryMb, processesOf } from './processes.ts';
import { runPods } from './run-pods.ts';

const NODES = 5;
const PODS = 500;
const SETTLE_MS = 10_000;
const WATCH_MS = 30_000;

/** A server with a probe, as most manifests have one; bound as it is made. */
const podOf = (i: number): Pod => ({
  metadata: { name: `pod-${i}`, namespace: 'default', labels: { app: 'bench' } },
  spec: {
    nodeName: `node${(i % NODES) + 1}`,
    containers: [
      {
        name: 'app',
        image: 'example/app',
        ports: [{ containerPort: 8080 }],
        readinessProbe: { httpGet: { path: '/', port: 8080 }, periodSeconds: 10 },
      },
    ],
  },
});

/** Five hundred Pods with sockets, files and a probe each, in one kubelet process. */
export const live: Benchmark = {
  name: 'live',
  async run(): Promise<Measurement[]> {
    await using cluster = await realCluster({ nodes: NODES });
    const { url, ca, cert, key } = await accessOf(cluster.kubeconfig);
    using transport = httpsTransport({ url: url.href, ca, cert, key, clock: realClock, random: realRandom });
    const { runningMs, readyMs } = await runPods(transport, PODS, podOf);
    const kubelet = processesOf(cluster).get('kubelet-sim') ?? 0;
    const started = cpuMs(kubelet);
    await sleep(SETTLE_MS);
    const before = cpuMs(kubelet);
    await sleep(WATCH_MS);
    const idle = ((cpuMs(kubelet) - before) / WATCH_MS) * 100;
    return [
      { name: '500 live Pods: from the first create to all Running', value: runningMs / 1000, unit: 's', goal: { atMost: 5 } },
      // A kubelet that has just started begins its probes at times spread over their period.
      { name: '… to all Ready', value: readyMs / 1000, unit: 's' },
      { name: "… the kubelet's processor time for it", value: started / 1000, unit: 's' },
      { name: '… the kubelet, idle, a probe each in 10 s', value: idle, unit: '% of a core', goal: { atMost: 5 } },
      { name: '… memory of the kubelet', value: memoryMb(kubelet), unit: 'MB', goal: { atMost: 600 } },
    ];
  },
};
