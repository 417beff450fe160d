import { execFileSync } from 'node:child_process';
import { durabilityRefusal } from '@kubernats/bus';
import { natsServerProgram } from '@kubernats/testing/nats-server';
import { realCluster } from '@kubernats/testing/real-cluster';
import { overHttps } from './creates.ts';
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
    const { perSecond, oneByOneMs } = await overHttps(cluster);
    return [
      { name: 'durability power: ConfigMaps over HTTPS, 16 clients', value: perSecond, unit: '/s', goal: { atLeast: 2_500 } },
      { name: 'durability power: one by one, p50', value: oneByOneMs, unit: 'ms' },
    ];
  },
};
