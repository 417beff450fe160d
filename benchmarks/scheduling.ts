import { createClient, createInformerSet } from '@kubernats/client';
import { realClock, realRandom } from '@kubernats/clock';
import { createScheduler } from '@kubernats/scheduler';
import { type Benchmark, type Measurement, milliseconds } from './measurement.ts';
import { MemoryApi } from './scheduling/memory-api.ts';
import { SHAPES, type Shape } from './scheduling/shapes.ts';

/** A whole scheduler over an API in the same process: from the Pods being there until each has its node. */
async function measure({ name, nodes, pods, node, pod, goal }: Shape): Promise<Measurement> {
  const api = new MemoryApi();
  for (let i = 0; i < nodes; i++) api.put('nodes', node(i));
  for (let i = 0; i < pods; i++) api.put('pods', pod(i));
  const informers = createInformerSet(api);
  const scheduler = createScheduler({ client: createClient(api), informers, clock: realClock, random: realRandom });
  const stop = new AbortController();
  const following = informers.run(stop.signal);
  await scheduler.ready;
  const done = Promise.withResolvers<void>();
  let left = pods;
  api.bound = () => {
    if (--left === 0) done.resolve();
  };
  let running = Promise.resolve();
  const ms = await milliseconds(() => {
    running = scheduler.run(stop.signal);
    return done.promise;
  });
  stop.abort();
  await Promise.all([running, following]);
  return { name: `scheduling alone, ${name}`, value: (pods / ms) * 1000, unit: 'Pods/s', ...(goal && { goal: { atLeast: goal } }) };
}

/** The scheduler without anybody else to wait for. */
export const scheduling: Benchmark = {
  name: 'scheduling',
  async run(): Promise<Measurement[]> {
    const measurements: Measurement[] = [];
    for (const shape of SHAPES) measurements.push(await measure(shape));
    return measurements;
  },
};
