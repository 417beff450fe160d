import { realCluster } from '@kubernats/testing/real-cluster';
import { accessOf, HttpsClient } from './https.ts';
import { speedMeasurements, speedOf } from './load.ts';
import type { Benchmark, Measurement } from './measurement.ts';
import { CONFIG_MAPS, configMap } from './objects.ts';
import { apiServerOf } from './processes.ts';

const OBJECTS = 1_000;

/** Reads of single objects over HTTPS: current ones, as everybody asks for, and from the cache as it is. */
export const gets: Benchmark = {
  name: 'gets',
  async run(): Promise<Measurement[]> {
    await using cluster = await realCluster({ nodes: 0 });
    const access = await accessOf(cluster.kubeconfig);
    using writer = new HttpsClient(access);
    for (let i = 0; i < OBJECTS; i++) await writer.send('POST', CONFIG_MAPS, JSON.stringify(configMap(`bench-${i}`)));
    const pathOf = (number: number): string => `${CONFIG_MAPS}/bench-${number % OBJECTS}`;
    const current = await speedOf(apiServerOf(cluster), access, (client, number) => client.send('GET', pathOf(number)));
    const cached = await speedOf(apiServerOf(cluster), access, (client, number) =>
      client.send('GET', `${pathOf(number)}?resourceVersion=0`),
    );
    return [
      ...speedMeasurements('ConfigMap read over HTTPS', current, { perSecond: 15_000 }),
      ...speedMeasurements('ConfigMap read from the cache as it is', cached, { perSecond: 15_000 }),
    ];
  },
};
