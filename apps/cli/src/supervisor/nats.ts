import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { durabilityRefusal, natsServerConfig } from '@kubernats/bus/server-config';
import { Failure } from '../failure.ts';
import { claimStore } from '../init/claim-store.ts';
import { ensureNatsKeys, writeSigner } from '../state/nats-keys.ts';
import type { ClusterPaths } from '../state/paths.ts';
import { ensureNatsCertificate } from '../state/pki-files.ts';
import type { Settings } from '../state/settings.ts';
import { storageLimit } from '../state/storage-limit.ts';
import type { ChildSpec } from './child.ts';
import { byWhom, freePort, portOrFree, tryListen } from './port.ts';
import type { Site } from './site.ts';

/** NATS' own: what machines that join are told. */
const SHARED_PORT = 4222;
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
export async function prepareNats(
  paths: ClusterPaths,
  settings: Settings,
  options: { program: string; site: Site; newSigner?: boolean },
): Promise<NatsServer> {
  const authority = await ensureNatsKeys(paths, { newSigner: options.newSigner });
  const { host, isShared } = options.site;
  const port = await (isShared ? sharedPort(host, settings.natsPort) : ownPort(host, settings.natsPort));
  requireDurability(options.program, settings.durability);
  const storeDir = join(paths.nats, 'jetstream');
  claimStore(storeDir, authority, paths.nats);
  const config = join(paths.nats, 'server.conf');
  const tls = isShared ? await ensureNatsCertificate(paths, host) : undefined;
  const configure = (mayKeep: boolean): void =>
    writeFileSync(
      config,
      natsServerConfig({
        host,
        port,
        serverName: `kubernats-${paths.cluster}`,
        storeDir,
        maxFileBytes: mayKeep ? storageLimit(storeDir) : NOTHING_MORE_BYTES,
        authority,
        durability: settings.durability,
        ...(tls ? { tls } : {}),
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
  if (isShared) writeSigner(paths, authority);
  return { spec, url: `${isShared ? 'tls' : 'nats'}://${host}:${port}`, port, storeDir, configure };
}

const ownPort = (host: string, before: number | undefined): Promise<number> =>
  before === undefined ? freePort(host) : portOrFree(host, before);

/** Machines that have joined come back to the port that they know. */
async function sharedPort(host: string, before: number | undefined): Promise<number> {
  if (before === undefined) return portOrFree(host, SHARED_PORT);
  const code = await tryListen(host, before);
  if (code === undefined) return before;
  throw new Failure(
    `port ${before} on ${host}, where machines that have joined look for NATS, is taken${byWhom(before)} (${code}). Stop that process.`,
  );
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
