import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { durabilityRefusal, natsServerConfig } from '@kubernats/bus/server-config';
import { Failure } from '../failure.ts';
import { ensureNatsKeys } from '../state/nats-keys.ts';
import type { ClusterPaths } from '../state/paths.ts';
import type { Settings } from '../state/settings.ts';
import { storageLimit } from '../state/storage-limit.ts';
import type { ChildSpec } from './child.ts';
import { freePort, portOrFree } from './port.ts';

const HOST = '127.0.0.1';
/** Less than there is in any case. */
const NOTHING_MORE_BYTES = 1;

export interface NatsServer {
  spec: ChildSpec;
  url: string;
  port: number;
  /** Where JetStream keeps what the cluster knows. */
  storeDir: string;
  /** Writes the configuration that the next start goes by: with `mayKeep` false it takes nothing more, and what it has is read. */
  configure(mayKeep: boolean): void;
}

/** The NATS server of a cluster: its keys, the components' credentials, its configuration, and how to run it. */
export async function prepareNats(paths: ClusterPaths, settings: Settings, options: { program: string }): Promise<NatsServer> {
  const authority = await ensureNatsKeys(paths);
  const port = await (settings.natsPort === undefined ? freePort(HOST) : portOrFree(HOST, settings.natsPort));
  requireDurability(options.program, settings.durability);
  const storeDir = join(paths.nats, 'jetstream');
  // nats-server makes the account's folder when the first client asks, and stumbles over a second one that asks at that moment.
  mkdirSync(join(storeDir, 'jetstream', authority.account), { recursive: true });
  const config = join(paths.nats, 'server.conf');
  const configure = (mayKeep: boolean): void =>
    writeFileSync(
      config,
      natsServerConfig({
        host: HOST,
        port,
        serverName: `kubernats-${paths.cluster}`,
        storeDir,
        maxFileBytes: mayKeep ? storageLimit(storeDir) : NOTHING_MORE_BYTES,
        authority,
        durability: settings.durability,
      }),
      { mode: 0o600 },
    );
  configure(true);
  const spec: ChildSpec = {
    name: 'nats-server',
    command: options.program,
    args: ['-c', config],
    announcesReady: false,
    onStart: endWithSupervisor,
  };
  return { spec, url: `nats://${HOST}:${port}`, port, storeDir, configure };
}

/** Refuses a nats-server that cannot keep the promise, before anything is written. */
function requireDurability(program: string, durability: Settings['durability']): void {
  if (durability === 'default') return;
  const { stdout, error } = spawnSync(program, ['--version'], { encoding: 'utf8' });
  if (error) throw new Failure(`${program} cannot be started: ${error.message}`);
  const refusal = durabilityRefusal(/v(\d+\.\d+\.\d+)/.exec(stdout)?.[1] ?? '0.0.0', durability);
  if (refusal) throw new Failure(refusal);
}

/**
 * nats-server knows nothing of a supervisor: a shell waits on a pipe that only this process holds open, and ends the server
 * when it closes, however the supervisor died.
 */
function endWithSupervisor(server: ChildProcess): void {
  const watchdog = spawn('/bin/sh', ['-c', `read _; kill ${server.pid} 2>/dev/null`], { stdio: ['pipe', 'ignore', 'ignore'] });
  watchdog.unref();
  server.once('exit', () => watchdog.kill('SIGKILL'));
}
