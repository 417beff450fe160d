import { realCluster } from '@kubernats/testing/real-cluster';
import { accessOf, HttpsClient } from './https.ts';
import { createAll } from './load.ts';
import { type Benchmark, type Measurement, median, milliseconds } from './measurement.ts';
import { CONFIG_MAPS, PODS, plainPod } from './objects.ts';

const MAPS = 10_000;
const POD_COUNT = 4_000;
const TIMES = 15;

/** Lists over HTTPS: 10,000 small objects, whole, by label and by the page; and 4,000 Pods, about 7 MB. */
export const lists: Benchmark = {
  name: 'lists',
  async run(): Promise<Measurement[]> {
    await using cluster = await realCluster({ nodes: 0 });
    const access = await accessOf(cluster.kubeconfig);
    await createAll(access, CONFIG_MAPS, MAPS, (i) => ({
      metadata: { name: `list-${i}`, labels: { even: String(i % 2 === 0) } },
      data: { number: String(i) },
    }));
    await createAll(access, PODS, POD_COUNT, (i) => plainPod(`list-${i}`));
    using client = new HttpsClient(access);
    const timed = async (path: string): Promise<number> => {
      const times: number[] = [];
      for (let i = 0; i < TIMES; i++) times.push(await milliseconds(() => client.receive(path)));
      return median(times);
    };
    return [
      { name: 'list of 10,000 ConfigMaps', value: await timed(CONFIG_MAPS), unit: 'ms' },
      { name: 'list of 5,000 of them by label', value: await timed(`${CONFIG_MAPS}?labelSelector=even%3Dtrue`), unit: 'ms' },
      { name: 'one page of 500 of them', value: await timed(`${CONFIG_MAPS}?limit=500`), unit: 'ms' },
      { name: 'list of 4,000 Pods from the cache, p50', value: await timed(`${PODS}?resourceVersion=0`), unit: 'ms', goal: { atMost: 20 } },
      { name: 'its size', value: (await client.receive(PODS)) / 1e6, unit: 'MB' },
    ];
  },
};
