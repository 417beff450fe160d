import { realCluster } from '@kubernats/testing/real-cluster';
import { accessOf, HttpsClient } from './https.ts';
import { type Benchmark, type Measurement, median, milliseconds } from './measurement.ts';

const OBJECTS = 10_000;
const AT_ONCE = 32;
const TIMES = 9;
const PATH = '/api/v1/namespaces/default/configmaps';

/** A list of 10,000 objects. */
export const lists: Benchmark = {
  name: 'lists',
  async run(): Promise<Measurement[]> {
    await using cluster = await realCluster({ nodes: 0 });
    const access = await accessOf(cluster.kubeconfig);
    const clients = Array.from({ length: AT_ONCE }, () => new HttpsClient(access));
    let left = OBJECTS;
    await Promise.all(
      clients.map(async (client) => {
        for (let i = left--; i > 0; i = left--) {
          const labels = { even: String(i % 2 === 0) };
          await client.send('POST', PATH, JSON.stringify({ metadata: { name: `list-${i}`, labels }, data: { number: String(i) } }));
        }
      }),
    );
    const [client] = clients;
    const timed = async (path: string): Promise<number> => {
      const times: number[] = [];
      for (let i = 0; i < TIMES; i++) times.push(await milliseconds(() => (client as HttpsClient).send('GET', path)));
      return median(times);
    };
    const measurements: Measurement[] = [
      { name: 'list of 10,000 ConfigMaps', value: await timed(PATH), unit: 'ms' },
      { name: 'list of 5,000 of them by label', value: await timed(`${PATH}?labelSelector=even%3Dtrue`), unit: 'ms' },
      { name: 'one page of 500 of them', value: await timed(`${PATH}?limit=500`), unit: 'ms' },
    ];
    for (const each of clients) each[Symbol.dispose]();
    return measurements;
  },
};
