import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { API_SERVER_IDENTITY } from '@kubernats/bus';
import { realClock, realIds } from '@kubernats/clock';
import { StatusError } from '@kubernats/errors';
import { VERSION } from '@kubernats/runtime/version';
import { type LogTool, openLogTool, StateRefused } from '@kubernats/store';
import { Failure } from '../failure.ts';
import { claimLayout } from '../init/layout.ts';
import type { ClusterPaths } from '../state/paths.ts';
import { readSettings } from '../state/settings.ts';
import { claimSlot, releaseSlot } from '../state/slot.ts';
import { IDENTITIES } from '../supervisor/components.ts';
import { prepareNats } from '../supervisor/nats.ts';
import { siteOf } from '../supervisor/site.ts';
import { LOGS, type LogName } from './format.ts';
import { lastServerGone, rememberServer } from './last-server.ts';

export type Logs = Record<LogName, LogTool>;

/** A NATS server, and the credentials of who keeps the state there. */
export interface NatsAccess {
  url: string;
  /** A file; absent for a server without authentication. */
  creds: string | undefined;
  /** The file with the authority of the server's certificate; absent for connections that are not encrypted. */
  ca?: string;
}

/** Opens all of a cluster's logs, for as long as `use` takes. */
export async function withLogs<T>(cluster: string, access: NatsAccess, use: (logs: Logs) => Promise<T>): Promise<T> {
  const { url } = access;
  const creds = access.creds === undefined ? undefined : readFileSync(access.creds);
  const ca = access.ca === undefined ? {} : { ca: readFileSync(access.ca, 'utf8') };
  const common = { url, creds, ...ca, cluster, identity: API_SERVER_IDENTITY, clock: realClock, ids: realIds, version: VERSION };
  await using opened = new AsyncDisposableStack();
  const open = async (name: LogName) => [name, opened.use(await openLogTool({ ...common, name }))] as const;
  const logs = Object.fromEntries(await Promise.all(LOGS.map(open))) as Logs;
  try {
    return await use(logs);
  } catch (error) {
    if (error instanceof StateRefused || error instanceof StatusError) throw new Failure(error.message);
    throw error;
  }
}

/** Runs the NATS server of a cluster that is down, and nothing else of it, for as long as `use` takes. Meanwhile it cannot be brought up. */
export async function withServerOf<T>(paths: ClusterPaths, use: (access: NatsAccess) => Promise<T>): Promise<T> {
  mkdirSync(paths.folder, { recursive: true });
  claimLayout(paths, 'up');
  const slot = claimSlot(paths);
  try {
    const program = process.env.KUBERNATS_NATS_SERVER ?? 'nats-server';
    await lastServerGone(paths);
    const { spec, url } = await prepareNats(paths, readSettings(paths), { program, site: siteOf(undefined, slot) });
    const server = spawn(spec.command, spec.args, { stdio: ['ignore', 'ignore', 'pipe'] });
    rememberServer(paths, server.pid);
    let said = '';
    server.stderr.on('data', (chunk) => {
      said = (said + chunk).slice(-2000);
    });
    const ended = new Promise<never>((_resolve, reject) => {
      server.once('error', (error) => reject(new Failure(`${program} cannot be started: ${error.message}`)));
      server.once('close', () => reject(new Failure(`nats-server ended:\n${said}`)));
    });
    ended.catch(() => {});
    spec.onStart?.(server);
    try {
      return await Promise.race([use({ url, creds: paths.creds(IDENTITIES.apiserver) }), ended]);
    } finally {
      server.kill('SIGTERM');
      await ended.catch(() => {});
    }
  } finally {
    releaseSlot(slot);
  }
}

/** Throws a Failure when there is no such cluster. */
export function requireCluster(paths: ClusterPaths): void {
  if (existsSync(paths.nats)) return;
  throw new Failure(`there is no cluster ${paths.cluster}: ${paths.nats} does not exist`);
}
