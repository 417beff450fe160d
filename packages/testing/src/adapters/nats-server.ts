import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type NatsAuthority, natsServerConfig } from '@kubernats/bus';

export interface NatsServerOptions {
  authority?: NatsAuthority;
  durability?: 'default' | 'power';
  /** How much JetStream may keep. */
  maxFileBytes?: number;
}

/** A nats-server of the test's own, on a free port, with JetStream in a folder that goes with it. */
export interface TestNatsServer extends AsyncDisposable {
  readonly url: string;
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
  const folder = await mkdtemp(join(tmpdir(), 'kubernats-nats-'));
  const port = await freePort();
  const config = join(folder, 'server.conf');
  const settings = { host: '127.0.0.1', port, serverName: 'test', storeDir: join(folder, 'jetstream'), ...options };
  await writeFile(config, natsServerConfig(settings));
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
  await start();
  return {
    url: `nats://127.0.0.1:${port}`,
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

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => (typeof address === 'object' && address ? resolve(address.port) : reject(new Error('no port'))));
    });
  });
}
