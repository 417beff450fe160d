import { execFileSync } from 'node:child_process';
import { durabilityRefusal } from '@kubernats/bus';
import { natsServerProgram } from '@kubernats/testing/nats-server';
import { realCluster } from '@kubernats/testing/real-cluster';
import { configMapCreates, podCreates } from './creates.ts';
import { accessOf } from './https.ts';
import { speedMeasurements } from './load.ts';
import type { Benchmark } from './measurement.ts';

/** Creates with `--durability power`. KUBERNATS_NATS_SERVER names a nats-server that can do it, where the set-up's own cannot. */
export const durable: Benchmark = {
  name: 'durable',
  async run() {
    const version = /v(\d+\.\d+\.\d+)/.exec(execFileSync(natsServerProgram(), ['--version'], { encoding: 'utf8' }))?.[1] ?? '0.0.0';
    const refusal = durabilityRefusal(version, 'power');
    if (refusal !== undefined) {
      console.error(`  left out: ${refusal}`);
      return [];
    }
    await using cluster = await realCluster({ nodes: 0, flags: ['--durability', 'power', '--nats-server', natsServerProgram()] });
    const access = await accessOf(cluster.kubeconfig);
    const goals = { perSecond: 2_500 };
    return [
      ...speedMeasurements('durability power: ConfigMap created over HTTPS', await configMapCreates(cluster, access), goals),
      ...speedMeasurements('durability power: rich Pod created over HTTPS', await podCreates(cluster, access), goals),
    ];
  },
};
