import { type RealCluster, realCluster } from '@kubernats/testing/real-cluster';
import { accessOf, HttpsClient } from './https.ts';
import { type Benchmark, type Measurement, median, milliseconds, percentile } from './measurement.ts';

const CHANGES = 200;
const PATH = '/api/v1/namespaces/default/configmaps';

/** How long until the last of so many watchers has seen a change; and how many events a second reach them. */
async function fanOut(cluster: RealCluster, watchers: number): Promise<Measurement[]> {
  const access = await accessOf(cluster.kubeconfig);
  const clients = Array.from({ length: watchers }, () => new HttpsClient(access));
  using writer = new HttpsClient(access);
  let seen = 0;
  let wanted = Number.POSITIVE_INFINITY;
  let reached = (): void => {};
  const onLine = (): void => {
    if (++seen >= wanted) reached();
  };
  const all = (count: number): Promise<void> =>
    new Promise((resolve) => {
      wanted = count;
      reached = resolve;
      if (seen >= wanted) resolve();
    });
  const { metadata } = JSON.parse(await writer.send('GET', PATH)) as { metadata: { resourceVersion: string } };
  const stops: (() => void)[] = [];
  for (const client of clients) stops.push(await client.follow(`${PATH}?watch=1&resourceVersion=${metadata.resourceVersion}`, onLine));
  const name = (i: number): string => `fan-${watchers}-${i}`;
  const change = (i: number): Promise<string> => writer.send('POST', PATH, JSON.stringify({ metadata: { name: name(i) } }));
  const latencies: number[] = [];
  for (let i = 0; i < CHANGES; i++) {
    const told = all((i + 1) * watchers);
    latencies.push(await milliseconds(() => Promise.all([change(i), told])));
  }
  const burst = CHANGES * 5;
  const told = all((CHANGES + burst) * watchers);
  const ms = await milliseconds(async () => {
    for (let i = CHANGES; i < CHANGES + burst; i++) await change(i);
    await told;
  });
  for (const stop of stops) stop();
  for (const client of clients) client[Symbol.dispose]();
  return [
    { name: `watch, ${watchers} watchers: write to last event, p50`, value: median(latencies), unit: 'ms' },
    { name: `watch, ${watchers} watchers: write to last event, p99`, value: percentile(latencies, 0.99), unit: 'ms' },
    { name: `watch, ${watchers} watchers: events delivered`, value: ((burst * watchers) / ms) * 1000, unit: '/s' },
  ];
}

/** One change, told to many watchers. The watchers' own work is in the figures: they share the machine. */
export const watches: Benchmark = {
  name: 'watches',
  async run() {
    await using cluster = await realCluster({ nodes: 0 });
    return [...(await fanOut(cluster, 100)), ...(await fanOut(cluster, 1_000))];
  },
};
