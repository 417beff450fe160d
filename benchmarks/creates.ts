import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ConfigMaps } from '@kubernats/api';
import { connectNats } from '@kubernats/bus';
import { createClient, natsTransport } from '@kubernats/client';
import { realClock, realIds, realRandom } from '@kubernats/clock';
import { type RealCluster, realCluster } from '@kubernats/testing/real-cluster';
import { type Access, accessOf } from './https.ts';
import { rate, type Speed, speedMeasurements, speedOf } from './load.ts';
import type { Benchmark, Measurement } from './measurement.ts';
import { CONFIG_MAPS, configMap, PODS, richPod } from './objects.ts';
import { apiServerOf, processesOf } from './processes.ts';

const OVER_NATS = 20_000;
const AT_ONCE = 16;

/** ConfigMaps created over HTTPS. */
export const configMapCreates = (cluster: RealCluster, access: Access): Promise<Speed> =>
  speedOf(apiServerOf(cluster), access, (client, number) => client.send('POST', CONFIG_MAPS, JSON.stringify(configMap(`bench-${number}`))));

/** Pods with much in them: what is defaulted, validated and admitted. */
export const podCreates = (cluster: RealCluster, access: Access): Promise<Speed> =>
  speedOf(apiServerOf(cluster), access, (client, number) => client.send('POST', PODS, JSON.stringify(richPod(`bench-${number}`))));

/** ConfigMaps created over NATS, as components write; per second. */
async function overNats(cluster: RealCluster): Promise<number> {
  const { natsUrl } = JSON.parse(await readFile(join(cluster.home, cluster.name, 'run/supervisor.json'), 'utf8')) as { natsUrl: string };
  const identity = 'system:kube-controller-manager';
  const creds = await readFile(join(cluster.home, cluster.name, 'nats/creds', `${identity.replaceAll(':', '_')}.creds`));
  const common = { cluster: cluster.name, identity, clock: realClock };
  const bus = await connectNats({ ...common, url: natsUrl, creds, ids: realIds, onError: console.error });
  const client = createClient(natsTransport({ ...common, bus, random: realRandom })).kind(ConfigMaps);
  let made = 0;
  const perSecond = await rate(OVER_NATS, AT_ONCE, () => client.create(configMap(`over-nats-${made++}`)));
  await bus.close();
  return perSecond;
}

/** Only API server and NATS go on: as a kube-apiserver is measured, with its etcd alone. */
function standStill(cluster: RealCluster): Disposable {
  const others = [...processesOf(cluster)].filter(([name]) => !['supervisor', 'apiserver', 'nats-server'].includes(name));
  for (const [, pid] of others) process.kill(pid, 'SIGSTOP');
  return {
    [Symbol.dispose]() {
      for (const [, pid] of others) process.kill(pid, 'SIGCONT');
    },
  };
}

async function alone(): Promise<Measurement[]> {
  await using cluster = await realCluster({ nodes: 0 });
  const access = await accessOf(cluster.kubeconfig);
  using _stopped = standStill(cluster);
  const without = 'API server and NATS alone: ';
  return [
    ...speedMeasurements(`${without}ConfigMap created`, await configMapCreates(cluster, access), {}),
    ...speedMeasurements(`${without}rich Pod created`, await podCreates(cluster, access), {}),
  ];
}

export const creates: Benchmark = {
  name: 'creates',
  async run(): Promise<Measurement[]> {
    await using cluster = await realCluster({ nodes: 0 });
    const access = await accessOf(cluster.kubeconfig);
    return [
      ...speedMeasurements('ConfigMap created over HTTPS', await configMapCreates(cluster, access), { perSecond: 6_000, oneByOneMs: 0.6 }),
      ...speedMeasurements('rich Pod created over HTTPS', await podCreates(cluster, access), { perSecond: 4_000 }),
      { name: 'ConfigMaps created over NATS, 16 at a time', value: await overNats(cluster), unit: '/s' },
      ...(await alone()),
    ];
  },
};
