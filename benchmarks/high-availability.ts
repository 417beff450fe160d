import { setTimeout as sleep } from 'node:timers/promises';
import { ConfigMaps } from '@kubernats/api';
import { createClient } from '@kubernats/client';
import { type ReplicatedCluster, replicatedCluster } from '@kubernats/testing/replicated-cluster';
import type { Benchmark } from './measurement.ts';

const EVERY_MS = 10;
const WRITES_BEFORE = 50;
const WRITES_AFTER = 50;
const WORKERS = 8;
const STOP_GRACE_MS = 5_000;

/** Writes all the time, each by the next API server where one does not answer; the longest time without an acknowledgement, in milliseconds. */
async function longestGap({ apis }: ReplicatedCluster, harm: () => Promise<void>): Promise<number> {
  const maps = apis.map((api) => createClient(api).kind(ConfigMaps));
  const run = crypto.randomUUID();
  let count = 0;
  let stop = false;
  let lastMs = performance.now();
  let longestMs = 0;
  let wanted = WRITES_BEFORE;
  let reached: () => void = () => {};
  const acknowledged = (): void => {
    const nowMs = performance.now();
    longestMs = Math.max(longestMs, nowMs - lastMs);
    lastMs = nowMs;
    if (++count >= wanted) reached();
  };
  const worker = async (number: number): Promise<void> => {
    for (let n = 0; !stop; n++) {
      const object = { metadata: { name: `${run}-${number}-${n}`, namespace: 'default' } };
      for (const each of maps) {
        const made = await each.create(object).then(
          () => true,
          () => false,
        );
        if (!made) continue;
        acknowledged();
        break;
      }
      await sleep(EVERY_MS);
    }
  };
  const untilWritten = (more: number): Promise<void> => {
    wanted = count + more;
    return new Promise((resolve) => {
      reached = resolve;
    });
  };
  const before = untilWritten(WRITES_BEFORE);
  const work = Promise.all(Array.from({ length: WORKERS }, (_, number) => worker(number)));
  await before;
  longestMs = 0;
  await harm();
  await untilWritten(WRITES_AFTER);
  stop = true;
  await work;
  return longestMs;
}

/** How long nobody can write when one of several ends. */
export const highAvailability: Benchmark = {
  name: 'high-availability',
  async run() {
    await using cluster = await replicatedCluster({ nodes: 0 });
    const killLeader = async (): Promise<void> => {
      const leader = await cluster.nats.leaderOf('default', 'state');
      await leader.kill('SIGKILL');
      await leader.start();
    };
    // As compose.ha.yaml does.
    const stopLeader = async (): Promise<void> => {
      const leader = await cluster.nats.leaderOf('default', 'state');
      process.kill(leader.pid as number, 'SIGUSR2');
      await sleep(STOP_GRACE_MS);
      await leader.kill('SIGKILL');
      await leader.start();
    };
    // The one that clients ask first.
    const endApiServer = (signal: NodeJS.Signals) => async (): Promise<void> => {
      const [apiServer] = cluster.replicas('apiserver');
      await apiServer?.signal(signal);
      await apiServer?.start();
    };
    const writesResume = async (after: string, withinMs: number, harm: () => Promise<void>) => ({
      name: `writes resume after ${after}`,
      value: await longestGap(cluster, harm),
      unit: 'ms',
      goal: { atMost: withinMs },
    });
    return [
      await writesResume('kill -9 of the JetStream leader', 10_000, killLeader),
      await writesResume('kill -9 of an API server', 10_000, endApiServer('SIGKILL')),
      await writesResume('an orderly stop of an API server', 1_000, endApiServer('SIGTERM')),
      await writesResume('an orderly stop of the JetStream leader', 1_000, stopLeader),
    ];
  },
};
