import { RealCluster } from '@kubernats/testing/real-cluster';
import { startCluster } from '@kubernats/testkit';
import { type Benchmark, median, milliseconds } from './measurement.ts';

const TIMES = 5;

/** From a built tree to three nodes Ready: separate processes with no state yet, then with state; and a cluster in one process. */
export const boot: Benchmark = {
  name: 'boot',
  async run() {
    const first: number[] = [];
    const again: number[] = [];
    for (let i = 0; i < TIMES; i++) {
      await using cluster = new RealCluster({ nodes: 3 });
      first.push(await milliseconds(() => cluster.up()));
      await cluster.down();
      again.push(await milliseconds(() => cluster.up()));
    }
    const inProcess: number[] = [];
    for (let i = 0; i < TIMES; i++) {
      let cluster: AsyncDisposable | undefined;
      inProcess.push(await milliseconds(async () => (cluster = await startCluster({ nodes: 3 }))));
      await cluster?.[Symbol.asyncDispose]();
    }
    return [
      { name: 'boot, three nodes Ready, first time', value: median(first) / 1000, unit: 's', goal: { atMost: 2.5 } },
      { name: 'boot, three nodes Ready, with state', value: median(again) / 1000, unit: 's', goal: { atMost: 2.5 } },
      { name: 'testkit cluster, three nodes', value: median(inProcess), unit: 'ms', goal: { atMost: 200 } },
    ];
  },
};
