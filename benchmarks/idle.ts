import { setTimeout as sleep } from 'node:timers/promises';
import { realCluster } from '@kubernats/testing/real-cluster';
import type { Benchmark, Measurement } from './measurement.ts';
import { cpuMs, memoryMb, processesOf, sum } from './processes.ts';

const SETTLE_MS = 5_000;
const WATCH_MS = 30_000;

/** What a cluster of three nodes costs when nothing happens. */
export const idle: Benchmark = {
  name: 'idle',
  async run(): Promise<Measurement[]> {
    await using cluster = await realCluster({ nodes: 3 });
    await sleep(SETTLE_MS);
    const processes = [...processesOf(cluster)];
    const before = processes.map(([, pid]) => cpuMs(pid));
    await sleep(WATCH_MS);
    const used = processes.map(([name, pid], i) => ({
      name,
      percent: ((cpuMs(pid) - (before[i] ?? 0)) / WATCH_MS) * 100,
      mb: memoryMb(pid),
    }));
    for (const { name, percent, mb } of used) console.error(`  ${name}: ${percent.toFixed(2)} % of a core, ${Math.round(mb)} MB`);
    return [
      {
        name: 'idle, three nodes, all processes',
        value: sum(used.map(({ percent }) => percent)),
        unit: '% of a core',
        goal: { atMost: 3 },
      },
      { name: 'idle, three nodes, memory', value: sum(used.map(({ mb }) => mb)), unit: 'MB', goal: { atMost: 600 } },
    ];
  },
};
