import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ConfigMaps } from '@kubernats/api';
import { connectNats } from '@kubernats/bus';
import { createClient, natsTransport } from '@kubernats/client';
import { realClock, realIds, realRandom } from '@kubernats/clock';
import { type RealCluster, realCluster } from '@kubernats/testing/real-cluster';
import { accessOf, HttpsClient } from './https.ts';
import { type Benchmark, type Measurement, median, milliseconds } from './measurement.ts';

const CLIENTS = 16;
const OBJECTS = 20_000;
const WARM_UP = 3_000;
const ONE_BY_ONE = 2_000;

const PATH = '/api/v1/namespaces/default/configmaps';
const configMap = (name: string) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'default', labels: { app: 'bench' } },
  data: { greeting: 'hello', number: name },
});

let made = 0;
const nextName = (): string => `bench-${++made}`;

/** Creates so many objects by so many workers; per second. */
async function rate(count: number, workers: number, create: (worker: number, name: string) => Promise<unknown>): Promise<number> {
  let left = count;
  const work = async (worker: number): Promise<void> => {
    while (left-- > 0) await create(worker, nextName());
  };
  const ms = await milliseconds(() => Promise.all(Array.from({ length: workers }, (_, worker) => work(worker))));
  return (count / ms) * 1000;
}

/** ConfigMaps created over HTTPS: by 16 clients at once, and one after the other. */
export async function overHttps(cluster: RealCluster): Promise<{ perSecond: number; oneByOneMs: number }> {
  const access = await accessOf(cluster.kubeconfig);
  const clients = Array.from({ length: CLIENTS }, () => new HttpsClient(access));
  const create = (worker: number, name: string) => (clients[worker] as HttpsClient).send('POST', PATH, JSON.stringify(configMap(name)));
  await rate(WARM_UP, CLIENTS, create);
  const perSecond = await rate(OBJECTS, CLIENTS, create);
  const times: number[] = [];
  for (let i = 0; i < ONE_BY_ONE; i++) times.push(await milliseconds(() => create(0, nextName())));
  for (const client of clients) client[Symbol.dispose]();
  return { perSecond, oneByOneMs: median(times) };
}

/** The same over NATS, as components write. */
async function overNats(cluster: RealCluster): Promise<number> {
  const { natsUrl } = JSON.parse(await readFile(join(cluster.home, cluster.name, 'run/supervisor.json'), 'utf8')) as { natsUrl: string };
  const identity = 'system:kube-controller-manager';
  const creds = await readFile(join(cluster.home, cluster.name, 'nats/creds', `${identity.replaceAll(':', '_')}.creds`));
  const common = { cluster: cluster.name, identity, clock: realClock };
  const bus = await connectNats({ ...common, url: natsUrl, creds, ids: realIds, onError: console.error });
  const client = createClient(natsTransport({ ...common, bus, random: realRandom })).kind(ConfigMaps);
  const perSecond = await rate(OBJECTS, CLIENTS, (_worker, name) => client.create(configMap(name)));
  await bus.close();
  return perSecond;
}

export const creates: Benchmark = {
  name: 'creates',
  async run(): Promise<Measurement[]> {
    await using cluster = await realCluster({ nodes: 0 });
    const https = await overHttps(cluster);
    return [
      { name: 'ConfigMaps created over HTTPS, 16 clients', value: https.perSecond, unit: '/s', goal: { atLeast: 5_000 } },
      { name: 'ConfigMap created over HTTPS, one by one, p50', value: https.oneByOneMs, unit: 'ms', goal: { atMost: 0.8 } },
      { name: 'ConfigMaps created over NATS, 16 at a time', value: await overNats(cluster), unit: '/s' },
    ];
  },
};
