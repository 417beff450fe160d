import { setTimeout as sleep } from 'node:timers/promises';
import { realCluster } from '@kubernats/testing/real-cluster';
import { type Access, accessOf, HttpsClient } from './https.ts';
import { createAll } from './load.ts';
import { type Benchmark, type Measurement, milliseconds } from './measurement.ts';
import { PODS, plainPod } from './objects.ts';
import { cpuMs, memoryMb, processesOf } from './processes.ts';

const OBJECTS = 100_000;
const LOOK_MS = 20;
const AGAIN_MS = 10;

/** Does something; by how many MB the process had more at the most meanwhile. */
async function growthMb(pid: number, work: () => Promise<unknown>): Promise<number> {
  const before = memoryMb(pid);
  let most = before;
  const working = work().then(() => true);
  while (!(await Promise.race([working, sleep(LOOK_MS, false)]))) most = Math.max(most, memoryMb(pid));
  return most - before;
}

/** Kills the API server, which its supervisor starts again; seconds from its end until it says that it is ready. */
async function restart(access: Access, pid: number): Promise<number> {
  const isReady = async (): Promise<boolean> => {
    using client = new HttpsClient(access);
    return client.send('GET', '/readyz').then(
      () => true,
      () => false,
    );
  };
  const ms = await milliseconds(async () => {
    process.kill(pid, 'SIGKILL');
    while (!(await isReady())) await sleep(AGAIN_MS);
  });
  return ms / 1000;
}

/** An API server with 100,000 Pods: what one list of them all takes, of memory too, and how soon it is there again after a crash. */
export const large: Benchmark = {
  name: 'large',
  async run(): Promise<Measurement[]> {
    await using cluster = await realCluster({ nodes: 0 });
    const access = await accessOf(cluster.kubeconfig);
    await createAll(access, PODS, OBJECTS, (i) => plainPod(`large-${i}`));
    const pid = processesOf(cluster).get('apiserver') as number;
    using client = new HttpsClient(access);
    let [bytes, seconds] = [0, 0];
    const listing = await growthMb(pid, async () => {
      seconds = (await milliseconds(async () => (bytes = await client.receive(`${PODS}?resourceVersion=0`)))) / 1000;
    });
    const ready = await restart(access, pid);
    const processorTime = cpuMs(processesOf(cluster).get('apiserver') as number) / 1000;
    return [
      { name: 'list of 100,000 Pods', value: seconds, unit: 's' },
      { name: 'its size', value: bytes / 1e6, unit: 'MB' },
      { name: 'memory that the API server takes for it', value: listing, unit: 'MB', goal: { atMost: 100 } },
      { name: 'restart with 100,000 Pods: until it is ready', value: ready, unit: 's', goal: { atMost: 5 } },
      { name: 'its processor time until then', value: processorTime, unit: 's' },
    ];
  },
};
