import { type RealCluster, realCluster } from '@kubernats/testing/real-cluster';
import { type Benchmark, type Measurement, percentile } from './measurement.ts';
import { steadyRequests } from './steady-requests.ts';

const NODES = 3;
const PODS = 20;
const REQUESTS_PER_SECOND = 500;

/** A Deployment as it should be for updates without an outage: ready when it says so, and serving for a moment after it was told to go. */
const MANIFEST = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: ${PODS}
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers:
        - name: web
          image: example/web:1
          ports: [{ name: http, containerPort: 8080 }]
          readinessProbe: { httpGet: { port: http }, periodSeconds: 1 }
          lifecycle: { preStop: { sleep: { seconds: 2 } } }
---
apiVersion: v1
kind: Service
metadata: { name: web }
spec: { selector: { app: web }, ports: [{ port: 8000, targetPort: http }] }
`;

/** The Deployment is rolled while requests come in: none may fail. */
export const rolling: Benchmark = {
  name: 'rolling',
  async run(): Promise<Measurement[]> {
    await using cluster = await realCluster({ nodes: NODES });
    await cluster.kubectl('apply -f -', { input: MANIFEST });
    await cluster.kubectl('rollout status deployment/web --timeout=120s');
    const url = `http://${await cluster.value('service web', '.spec.clusterIP')}:8000/`;
    const stop = new AbortController();
    const answering = steadyRequests(url, REQUESTS_PER_SECOND, stop.signal);
    const rolledMs = await roll(cluster);
    stop.abort();
    const { latenciesMs, failures } = await answering;
    for (const failure of new Set(failures)) console.error(`a request failed: ${failure}`);
    return [
      {
        name: `rolling ${PODS} Pods under ${REQUESTS_PER_SECOND} requests/s: failed requests`,
        value: failures.length,
        unit: '',
        goal: { atMost: 0 },
      },
      { name: '… answered', value: latenciesMs.length, unit: '' },
      { name: '… until all Pods are new and the old ones are gone', value: rolledMs / 1000, unit: 's' },
      { name: '… p50 of an answer', value: percentile(latenciesMs, 0.5), unit: 'ms' },
      { name: '… p99 of an answer', value: percentile(latenciesMs, 0.99), unit: 'ms' },
    ];
  },
};

async function roll(cluster: RealCluster): Promise<number> {
  const from = performance.now();
  const old = (await cluster.value('pods', '.items[*].metadata.name')).split(' ');
  await cluster.kubectl('set env deployment/web ROLLED=yes');
  await cluster.kubectl('rollout status deployment/web --timeout=300s');
  await cluster.kubectl(['wait', '--for=delete', '--timeout=120s', ...old.map((name) => `pod/${name}`)]);
  return performance.now() - from;
}
