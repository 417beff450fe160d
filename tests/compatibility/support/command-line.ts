import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Ended, type RunOptions, run } from '@kubernats/testing/real-cluster';
import { expect } from 'vitest';

/** What is said on the side: of versions, of flags that go, of kinds that are kept and acted on by nobody, of watches that the client gave up. */
const NOISE = new RegExp(
  `^(${[
    'WARNING: version difference.*',
    'Flag --\\S+ has been deprecated.*',
    'Warning: v1 \\S+ is deprecated in v1.*',
    'Warning: \\w+: stored, but nothing in kubernats acts on it.*',
    // client-go's words on a watch that Helm itself ends while the first events are being read.
    '\\w+ \\S+ +\\d+ reflector\\.go:\\d+\\] "Warning: watch ended with error".*context canceled.*',
  ].join('|')})\n`,
  'gm',
);

/** A program that people type commands of, with a home and a kubeconfig of its own, whose namespace is the client's. */
export class CommandLine implements Disposable {
  readonly home = mkdtempSync(join(tmpdir(), 'kubernats-client-'));
  readonly kubeconfig = join(this.home, 'config');
  readonly path: string;
  readonly version: string;
  readonly namespace: string;
  readonly #running = new Set<ChildProcess>();

  constructor({ path, version, namespace, kubeconfig }: ClientOptions) {
    this.path = path;
    this.version = version;
    this.namespace = namespace;
    writeFileSync(this.kubeconfig, readFileSync(kubeconfig));
  }

  get minor(): number {
    return Number(this.version.split('.')[1]);
  }

  /** Runs it to its end, however it ends. A text is split at its spaces. */
  ended(command: string | readonly string[], options: RunOptions = {}): Promise<Ended> {
    return run(this.path, words(command), { ...options, env: { ...this.#env, ...options.env } });
  }

  /** What it prints. A failure fails, and so does anything that it says on the side. */
  async ok(command: string | readonly string[], options: RunOptions = {}): Promise<string> {
    const { code, stdout, stderr } = await this.ended(command, options);
    const shown = words(command).join(' ');
    expect({ command: shown, code, stderr: stderr.replace(NOISE, ''), ...(code === 0 ? {} : { stdout }) }).toEqual({
      command: shown,
      code: 0,
      stderr: '',
    });
    return stdout;
  }

  /** What it says when it is refused. */
  async refused(command: string | readonly string[], options: RunOptions = {}): Promise<string> {
    const { code, stdout, stderr } = await this.ended(command, options);
    expect({ command: words(command).join(' '), code, stdout }).toMatchObject({ code: 1 });
    return stderr.replace(NOISE, '');
  }

  /** One that goes on, until it is stopped or disposed of: what it says can be waited for. */
  start(command: string | readonly string[], { env, input }: RunOptions = {}): Running {
    const child = spawn(this.path, words(command), { env: { ...process.env, ...this.#env, ...env } });
    this.#running.add(child);
    if (input !== undefined) child.stdin.write(input);
    return new Running(child);
  }

  [Symbol.dispose](): void {
    for (const child of this.#running) child.kill();
    rmSync(this.home, { recursive: true, force: true });
  }

  get #env(): Record<string, string> {
    return { HOME: this.home, KUBECONFIG: this.kubeconfig };
  }
}

export interface ClientOptions {
  path: string;
  version: string;
  namespace: string;
  /** It is copied. */
  kubeconfig: string;
}

/** A program that runs. */
export class Running implements AsyncDisposable {
  readonly child: ReturnType<typeof spawn>;
  readonly #ended: Promise<unknown>;
  said = '';

  constructor(child: ChildProcess) {
    this.child = child;
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk) => {
        this.said += String(chunk);
        child.emit('said');
      });
    }
    this.#ended = once(child, 'close');
    child.once('close', () => child.emit('said'));
  }

  /** Resolves with what matched when it has been said. */
  async until(text: string | RegExp): Promise<RegExpMatchArray> {
    for (;;) {
      const found = this.said.match(text);
      if (found !== null) return found;
      if (this.child.exitCode !== null || this.child.signalCode !== null) {
        throw new Error(`it ended without ${String(text)}, and said:\n${this.said}`);
      }
      await once(this.child, 'said');
    }
  }

  async ends(): Promise<number | null> {
    await this.#ended;
    return this.child.exitCode;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.child.kill();
    await this.#ended;
  }
}

const words = (command: string | readonly string[]): readonly string[] => (typeof command === 'string' ? command.split(' ') : command);
