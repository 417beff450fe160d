import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { NatsAuthority } from '@kubernats/bus';
import { credsPermit } from '@kubernats/bus/creds';
import { durabilityRefusal, natsServerConfig } from '@kubernats/bus/server-config';
import { operatorPermissions, permissionsOf, type SubjectPermissions } from '@kubernats/bus/subjects';
import { Failure } from '../failure.ts';
import type { ClusterPaths } from '../state/paths.ts';
import type { Settings } from '../state/settings.ts';
import type { ChildSpec } from './child.ts';
import { CLI_IDENTITY, IDENTITIES } from './components.ts';
import { freePort, portOrFree } from './port.ts';

const HOST = '127.0.0.1';

/** The NATS server of a cluster: its keys, the components' credentials, its configuration, and how to run it. */
export async function prepareNats(
  paths: ClusterPaths,
  settings: Settings,
  options: { program: string },
): Promise<{ spec: ChildSpec; url: string; port: number }> {
  mkdirSync(join(paths.nats, 'creds'), { recursive: true, mode: 0o700 });
  const authority = await ensureAuthority(paths);
  await Promise.all([...Object.values(IDENTITIES), CLI_IDENTITY].map((identity) => ensureCreds(paths, authority, identity)));
  const port = await (settings.natsPort === undefined ? freePort(HOST) : portOrFree(HOST, settings.natsPort));
  requireDurability(options.program, settings.durability);
  const storeDir = join(paths.nats, 'jetstream');
  // nats-server makes the account's folder when the first client asks, and stumbles over a second one that asks at that moment.
  mkdirSync(join(storeDir, 'jetstream', authority.account), { recursive: true });
  const config = join(paths.nats, 'server.conf');
  writeFileSync(
    config,
    natsServerConfig({
      host: HOST,
      port,
      serverName: `kubernats-${paths.cluster}`,
      storeDir,
      authority,
      durability: settings.durability,
    }),
    { mode: 0o600 },
  );
  const spec: ChildSpec = {
    name: 'nats-server',
    command: options.program,
    args: ['-c', config],
    announcesReady: false,
    onStart: endWithSupervisor,
  };
  return { spec, url: `nats://${HOST}:${port}`, port };
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

async function ensureAuthority(paths: ClusterPaths): Promise<NatsAuthority> {
  const file = join(paths.nats, 'authority.json');
  if (existsSync(file)) {
    try {
      return JSON.parse(readFileSync(file, 'utf8')) as NatsAuthority;
    } catch {
      throw new Failure(
        `${file} is damaged. Remove the folder ${join(paths.nats, 'creds')} and this file: new keys are made at the next start.`,
      );
    }
  }
  const { createNatsAuthority } = await import('@kubernats/bus/authority');
  const authority = await createNatsAuthority(paths.cluster);
  rmSync(join(paths.nats, 'creds'), { recursive: true, force: true });
  mkdirSync(join(paths.nats, 'creds'), { mode: 0o700 });
  writeFileSync(`${file}.new`, JSON.stringify(authority), { mode: 0o600 });
  renameSync(`${file}.new`, file);
  return authority;
}

async function ensureCreds(paths: ClusterPaths, authority: NatsAuthority, identity: string): Promise<void> {
  const file = paths.creds(identity);
  const permissions = permissionsFor(paths.cluster, identity);
  if (existsSync(file) && credsPermit(readFileSync(file, 'utf8'), permissions)) return;
  const { userCreds } = await import('@kubernats/bus/authority');
  const text = await userCreds(authority, { identity, permissions });
  writeFileSync(`${file}.new`, text, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

function permissionsFor(cluster: string, identity: string): SubjectPermissions {
  if (identity === CLI_IDENTITY) return operatorPermissions(cluster, identity);
  return permissionsOf(cluster, identity, identity === IDENTITIES['kubelet-sim'] ? '*' : []);
}
