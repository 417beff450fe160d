import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Access } from './https.ts';
import { speedMeasurements, speedOf } from './load.ts';
import type { Benchmark, Measurement } from './measurement.ts';
import { CONFIG_MAPS, configMap, PODS, richPod } from './objects.ts';

/**
 * The same requests as in `gets` and `creates`, answered by a server that does nothing but HTTPS, JSON and NATS: how fast the machine is today, and what of the
 * figures of the API server is its own.
 */
export const bare: Benchmark = {
  name: 'bare',
  async run(): Promise<Measurement[]> {
    const server = fork(join(import.meta.dirname, 'bare/server.ts'), { execArgv: ['--disable-warning=ExperimentalWarning'] });
    const [{ url, ...rest }] = (await once(server, 'message')) as [Omit<Access, 'url'> & { url: string }];
    const access = { ...rest, url: new URL(url) };
    const speed = (method: string, path: string, textOf: (number: number) => string) =>
      speedOf(server.pid as number, access, (client, number) => client.send(method, path, textOf(number)));
    const measurements = [
      ...speedMeasurements('bare server: read', await speed('GET', CONFIG_MAPS, () => ''), {}),
      ...speedMeasurements(
        'bare server: ConfigMap created',
        await speed('POST', CONFIG_MAPS, (number) => JSON.stringify(configMap(`bench-${number}`))),
        {},
      ),
      ...speedMeasurements(
        'bare server: rich Pod created',
        await speed('POST', PODS, (number) => JSON.stringify(richPod(`pod-${number}`))),
        {},
      ),
    ];
    server.disconnect();
    await once(server, 'exit');
    return measurements;
  },
};
