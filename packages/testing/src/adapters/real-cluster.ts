import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = join(dirname(fileURLToPath(import.meta.url)), '../../../..');
const KUBERNATS = join(ROOT, 'kubernats');

export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface RunOptions {
  /** Standard input. */
  input?: string;
  env?: Record<string, string>;
  cwd?: string;
  /** An ordinary user to run as, where this process is root. */
  uid?: number;
}

/** Runs a program to its end. */
export function run(program: string, args: readonly string[], options: RunOptions = {}): Promise<Ended> {
  const { input = '', env, cwd, uid } = options;
  return new Promise((resolve, reject) => {
    const as = uid === undefined ? {} : { uid, gid: uid };
    const child = execFile(
      program,
      args,
      { cwd, env: { ...process.env, ...env }, maxBuffer: 64 * 1024 * 1024, ...as },
      (error, stdout, stderr) => {
        if (error && typeof error.code !== 'number' && !error.killed && child.exitCode === null && !child.signalCode) return reject(error);
        resolve({ code: child.exitCode, stdout, stderr });
      },
    );
    child.stdin?.on('error', () => {});
    child.stdin?.end(input);
  });
}

export interface ClusterOptions {
  nodes?: number;
  name?: string;
  /** More flags of `./kubernats up`. */
  flags?: readonly string[];
  /** Where the state is kept. Default: a temporary folder that goes with the cluster. */
  home?: string;
  uid?: number;
  /** Variables that `./kubernats` gets besides those of this process. */
  env?: Record<string, string>;
}

/** A cluster as a person has it: started with `./kubernats up --detach`, talked to with kubectl. */
export class RealCluster implements AsyncDisposable {
  readonly home: string;
  readonly name: string;
  readonly #options: ClusterOptions;
  readonly #own: boolean;

  constructor(options: ClusterOptions = {}) {
    this.#own = options.home === undefined;
    this.home = options.home ?? temporaryHome();
    this.name = options.name ?? 'default';
    this.#options = options;
  }

  get kubeconfig(): string {
    return join(this.home, this.name, 'kubeconfig');
  }

  /** `./kubernats ARGS`. */
  kubernats(...args: string[]): Promise<Ended> {
    return run(KUBERNATS, [...args, ...(this.name === 'default' ? [] : ['--name', this.name])], {
      env: { ...this.#options.env, KUBERNATS_HOME: this.home },
      ...(this.#options.uid === undefined ? {} : { uid: this.#options.uid }),
    });
  }

  /** `./kubernats up` in the foreground. */
  foreground(...flags: string[]): ChildProcess {
    return spawn(KUBERNATS, ['up', ...this.#flags(), ...flags], { env: { ...process.env, KUBERNATS_HOME: this.home } });
  }

  async up(): Promise<string> {
    const { code, stdout, stderr } = await this.kubernats('up', '--detach', ...this.#flags());
    if (code !== 0) throw new Error(`up failed (${code}): ${stderr}${stdout}`);
    return stdout;
  }

  async down(): Promise<void> {
    const { code, stderr } = await this.kubernats('down');
    if (code !== 0) throw new Error(`down failed (${code}): ${stderr}`);
  }

  /** Runs kubectl to its end, however it ends. */
  kubectlEnded(args: readonly string[] | string, options: RunOptions = {}): Promise<Ended> {
    const list = typeof args === 'string' ? args.split(' ') : args;
    return run('kubectl', list, { ...options, env: { HOME: this.home, KUBECONFIG: this.kubeconfig, ...options.env } });
  }

  /** What kubectl prints; throws when it fails. */
  async kubectl(args: readonly string[] | string, options: RunOptions = {}): Promise<string> {
    const { code, stdout, stderr } = await this.kubectlEnded(args, options);
    if (code !== 0) throw new Error(`kubectl ${typeof args === 'string' ? args : args.join(' ')} failed (${code}): ${stderr}${stdout}`);
    return stdout;
  }

  /** One value of one object, by JSONPath. */
  value(what: string, path: string): Promise<string> {
    return this.kubectl(['get', ...what.split(' '), '-o', `jsonpath={${path}}`]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kubernats('down');
    if (this.#own) rmSync(this.home, { recursive: true, force: true });
  }

  #flags(): string[] {
    const { nodes, flags = [] } = this.#options;
    return [...(nodes === undefined ? [] : ['--nodes', String(nodes)]), '--log-level', 'warn', ...flags];
  }
}

export const temporaryHome = (): string => mkdtempSync(join(tmpdir(), 'kubernats-cluster-'));

/** A cluster that is up. Dispose of it with `await using`. */
export async function realCluster(options: ClusterOptions = {}): Promise<RealCluster> {
  const cluster = new RealCluster(options);
  try {
    await cluster.up();
  } catch (error) {
    await cluster[Symbol.asyncDispose]();
    throw error;
  }
  return cluster;
}
