import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Failure } from '../failure.ts';
import type { NodeFlags } from '../nodes/node-settings.ts';
import { clusterPaths } from '../state/paths.ts';
import { runningCluster } from '../state/supervisor-file.ts';

/** The options of `up`; what is undefined is as the last time. */
export interface UpOptions extends NodeFlags {
  name: string;
  stages?: string;
  port?: number;
  address?: string;
  newJoinKey?: boolean;
  durability?: 'default' | 'power';
  images?: string;
  storageBackends?: string;
  schedulerConfig?: string;
  schedulerPlugins?: string;
  expose?: string;
  auditPolicyFile?: string;
  auditLogPath?: string;
  tokenAuthFile?: string;
  natsServer?: string;
  logLevel: string;
  detach?: boolean;
  ephemeral?: boolean;
  singleProcess?: boolean;
  loadBalancer?: boolean;
  cloud?: boolean;
}

/** Brings a cluster up: in the foreground until it is interrupted, or with `detach` in the background. */
export async function up(options: UpOptions): Promise<void> {
  const running = options.ephemeral ? undefined : runningCluster(clusterPaths(options.name));
  if (running) {
    throw new Failure(
      `cluster ${options.name} is already running (supervisor ${running.supervisor.pid}, ${running.server}).\n` +
        `Stop it with ./kubernats down, or start another one with --name NAME.`,
    );
  }
  if (options.detach) return detach(options, clusterPaths(options.name).logs);
  const temporary = options.ephemeral ? mkdtempSync(join(tmpdir(), 'kubernats-')) : undefined;
  const paths = clusterPaths(options.name, temporary);
  try {
    const { runCluster } = await import('../supervisor/run-cluster.ts');
    await runCluster(paths, options, { detached: process.send !== undefined });
  } finally {
    // A process that was killed rather than ended may still have been writing.
    if (temporary) rmSync(temporary, { recursive: true, force: true, maxRetries: 10 });
  }
}

/** Starts this same program again in the background and stays until it says that the cluster is ready, or why it is not. */
function detach(options: UpOptions, logs: string): Promise<void> {
  if (options.ephemeral)
    throw new Failure('--ephemeral keeps no file, so that a later command could not find the cluster: run it without --detach', 2);
  mkdirSync(logs, { recursive: true });
  const log = openSync(join(logs, 'supervisor.log'), 'w');
  const args = process.argv.slice(1).filter((arg) => arg !== '--detach' && arg !== '-d');
  const child = spawn(process.execPath, [...process.execArgv, ...args], { detached: true, stdio: ['ignore', log, log, 'ipc'] });
  return new Promise((resolve, reject) => {
    child.on('message', (message: { type: string; text: string; exitCode?: 1 | 2 }) => {
      if (message.type === 'up') {
        process.stdout.write(`${message.text}\n`);
        child.disconnect();
        child.unref();
        resolve();
      } else if (message.type === 'failed') reject(new Failure(message.text, message.exitCode));
    });
    child.once('exit', (code, signal) =>
      reject(
        new Failure(
          `the supervisor ended while the cluster was starting (${signal ?? `exit code ${code}`}); see ${join(logs, 'supervisor.log')}`,
        ),
      ),
    );
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => child.kill(signal));
  });
}
