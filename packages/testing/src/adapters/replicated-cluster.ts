import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type HttpsTransport, httpsTransport } from '@kubernats/client';
import { realClock, realRandom } from '@kubernats/clock';
import { freePort } from './nats-server.ts';
import { startNatsServers, type TestNatsServers } from './nats-servers.ts';
import { ROOT, run } from './real-cluster.ts';

/** What there are two of. */
export type Replicated = 'apiserver' | 'controller-manager' | 'scheduler';

/** Not those of a cluster that `./kubernats up` starts, nor of the operations page. */
const ADDRESSES = { apiServers: ['127.50.0.1', '127.50.0.2'], node: '127.50.1.1', pods: '127.51.0.0/16', services: '127.52.0.0/16' };

const LOOK_MS = 50;

/** A component's process, which a test may end, stop and start again. */
export class Replica {
  readonly name: string;
  readonly #args: readonly string[];
  readonly #log: string;
  #process: ChildProcess | undefined;
  #gone: Promise<unknown> = Promise.resolve();

  constructor(folder: string, name: string, app: string, args: readonly string[]) {
    this.name = name;
    this.#args = [join(ROOT, 'apps', app, 'dist/main.js'), ...args];
    this.#log = join(folder, `${name}.log`);
  }

  async start(): Promise<void> {
    const log = await open(this.#log, 'a');
    const child = spawn(process.execPath, this.#args, { stdio: ['ignore', log.fd, log.fd] });
    this.#gone = new Promise((resolve) => child.once('exit', resolve));
    this.#process = child;
    await log.close();
  }

  /** SIGSTOP and SIGCONT as well: only after another signal is the process waited for. */
  async signal(signal: NodeJS.Signals): Promise<void> {
    this.#process?.kill(signal);
    if (signal !== 'SIGSTOP' && signal !== 'SIGCONT') await this.#gone;
  }

  get hasEnded(): boolean {
    return this.#process?.exitCode !== null || this.#process.signalCode !== null;
  }

  /** What it said. */
  log(): string {
    return readFileSync(this.#log, 'utf8');
  }
}

/** A cluster of which there are three nats-servers, two of what is replicated, and one node. */
export interface ReplicatedCluster extends AsyncDisposable {
  readonly nats: TestNatsServers;
  /** The API of each API server, over HTTPS, as the administrator. */
  readonly apis: readonly HttpsTransport[];
  /** `name` is the replica's identity in Leases. */
  replicas(of: Replicated): readonly Replica[];
}

/** Starts it, of the programs that were built; resolves when both API servers answer. */
export async function replicatedCluster({ nodes = 1 }: { nodes?: 0 | 1 } = {}): Promise<ReplicatedCluster> {
  await using cleanup = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'kubernats-replicated-'));
  cleanup.defer(() => rm(folder, { recursive: true, force: true }));
  const port = await freePort();
  const parts = join(folder, 'parts');
  const file = join(folder, 'kubeconfig');
  const nats = cleanup.use(await startNatsServers());
  const kept = ['--nats-store', join(folder, 'unused'), '--parts', parts];
  await init(folder, [...kept, '--kubeconfig', file, '--server', `https://127.0.0.1:${port}`]);
  const common = ['--nats-url', nats.url];
  const keys = join(parts, 'apiserver');
  const argsOf: Record<Replicated, (name: string, index: number) => string[]> = {
    apiserver: (_name, index) => [
      ...['--listen-host', ADDRESSES.apiServers[index] ?? '', '--listen-port', String(port), '--store-replicas', '3'],
      ...['--service-cidr', ADDRESSES.services, '--client-ca', join(keys, 'client-ca.crt')],
      ...['--tls-cert', join(keys, 'tls.crt'), '--tls-key', join(keys, 'tls.key')],
    ],
    'controller-manager': (name) => [
      ...['--leader-elect-identity', name, '--root-ca-file', join(parts, 'controller-manager/ca.crt'), '--cluster-cidr', ADDRESSES.pods],
    ],
    scheduler: (name) => ['--leader-elect-identity', name],
  };
  const start = async (name: string, app: string, args: readonly string[]): Promise<Replica> => {
    const replica = new Replica(folder, name, app, [...common, ...args]);
    cleanup.defer(async () => {
      await replica.signal('SIGKILL');
    });
    await replica.start();
    return replica;
  };
  const pair = (app: Replicated) =>
    Promise.all([0, 1].map((index) => start(`${app}-${index + 1}`, app, argsOf[app](`${app}-${index + 1}`, index))));
  const apiServers = await pair('apiserver');
  const apis = ADDRESSES.apiServers.map((address) => cleanup.use(transportTo(file, `https://${address}:${port}`)));
  for (const [index, api] of apis.entries()) await answers(api, apiServers[index] as Replica);
  const replicas = { apiserver: apiServers, 'controller-manager': await pair('controller-manager'), scheduler: await pair('scheduler') };
  const places = ['--root', join(folder, 'nodes'), '--storage', join(folder, 'storage')];
  if (nodes === 1) await start('node1', 'kubelet-sim', ['--pool', 'local', '--nodes', `node1=${ADDRESSES.node}`, ...places]);
  const whole = cleanup.move();
  return { nats, apis, replicas: (of) => replicas[of], [Symbol.asyncDispose]: () => whole.disposeAsync() };
}

async function init(folder: string, args: readonly string[]): Promise<void> {
  const addresses = ADDRESSES.apiServers.flatMap((address) => ['--address', address]);
  const { code, stderr } = await run(join(ROOT, 'kubernats'), ['init', ...args, ...addresses], { env: { KUBERNATS_HOME: folder } });
  if (code !== 0) throw new Error(`init failed (${code}): ${stderr}`);
}

function transportTo(kubeconfig: string, url: string): HttpsTransport {
  const text = readFileSync(kubeconfig, 'utf8');
  const pem = (of: string): string => Buffer.from(new RegExp(`${of}-data: (\\S+)`).exec(text)?.[1] ?? '', 'base64').toString();
  const keys = { ca: pem('certificate-authority'), cert: pem('client-certificate'), key: pem('client-key') };
  return httpsTransport({ url, ...keys, clock: realClock, random: realRandom });
}

async function answers(api: HttpsTransport, server: Replica): Promise<void> {
  const request = { verb: 'get' as const, group: '', version: 'v1', resource: 'namespaces', name: 'default' };
  while (!(await api.request(request).catch(() => undefined))) {
    if (server.hasEnded) throw new Error(`${server.name} ended:\n${server.log()}`);
    await realClock.sleep(LOOK_MS);
  }
}
