import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type NatsAuthority, type NatsServerConfig, natsServerConfig } from '@kubernats/bus';

export interface NatsServerOptions {
  authority?: NatsAuthority;
  durability?: 'default' | 'power';
  /** The files with its certificate and key. */
  tls?: { cert: string; key: string };
  /** How much JetStream may keep. */
  maxFileBytes?: number;
}

/** A nats-server of the test's own, on a free port, with JetStream in a folder that goes with it. */
export interface TestNatsServer extends AsyncDisposable {
  readonly url: string;
  /** The process, while it runs. */
  readonly pid: number | undefined;
  /** Ends it as told (default SIGKILL: as a crash does) and waits until it is gone. */
  kill(signal?: NodeJS.Signals): Promise<void>;
  /** Starts it again on the same port and folder. */
  start(): Promise<void>;
}

/** Where the program is: KUBERNATS_NATS_SERVER, else what the set-up keeps, else PATH. */
export function natsServerProgram(): string {
  const kept = fileURLToPath(new URL('../../../../.kubernats/tools/nats-server/nats-server', import.meta.url));
  return process.env.KUBERNATS_NATS_SERVER ?? (existsSync(kept) ? kept : 'nats-server');
}

export async function startNatsServer(options: NatsServerOptions = {}): Promise<TestNatsServer> {
  const server = await prepareNatsServer({ port: await freePort(), serverName: 'test', ...options });
  await server.start();
  return server;
}

/** A server that does not run yet. */
export async function prepareNatsServer(
  options: NatsServerOptions & Pick<NatsServerConfig, 'port' | 'serverName' | 'cluster'>,
): Promise<TestNatsServer> {
  const folder = await mkdtemp(join(tmpdir(), 'kubernats-nats-'));
  const config = join(folder, 'server.conf');
  await writeFile(config, natsServerConfig({ host: '127.0.0.1', storeDir: join(folder, 'jetstream'), ...options }));
  let server: ChildProcess | undefined;
  let gone: Promise<unknown> = Promise.resolve();

  const start = async (): Promise<void> => {
    const child = spawn(natsServerProgram(), ['-c', config], { stdio: ['ignore', 'ignore', 'pipe'] });
    server = child;
    gone = new Promise((resolve) => child.once('exit', resolve));
    await saysReady(child);
  };
  const kill = async (signal: NodeJS.Signals = 'SIGKILL'): Promise<void> => {
    server?.kill(signal);
    await gone;
  };
  return {
    url: `${options.tls ? 'tls' : 'nats'}://127.0.0.1:${options.port}`,
    get pid() {
      return server?.exitCode === null && server.signalCode === null ? server.pid : undefined;
    },
    start,
    kill,
    async [Symbol.asyncDispose]() {
      await kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function saysReady(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let output = '';
    child.stderr?.on('data', (chunk) => {
      if (output === 'ready') return;
      output += chunk;
      if (!output.includes('Server is ready')) return;
      output = 'ready';
      resolve();
    });
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`nats-server ended with ${code}:\n${output}`)));
  });
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => (typeof address === 'object' && address ? resolve(address.port) : reject(new Error('no port'))));
    });
  });
}
