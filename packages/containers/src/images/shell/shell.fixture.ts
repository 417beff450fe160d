import { type Clock, realClock, realIds } from '@kubernats/clock';
import { VirtualNetwork } from '@kubernats/net';
import type { Image } from '../../image.ts';
import type { CallerStreams, ContainerConfig, RunningContainer, Sandbox, TerminalSize } from '../../port.ts';
import { createSimRuntime } from '../../sim/sim-runtime.ts';
import { withHosts } from '../image.fixture.ts';

const encoder = new TextEncoder();

/** A stream that a test feeds. */
export class Feed<T> implements AsyncIterable<T> {
  readonly #items: T[] = [];
  #ended = false;
  #come = Promise.withResolvers<void>();

  put(item: T): void {
    this.#items.push(item);
    this.#come.resolve();
  }

  end(): void {
    this.#ended = true;
    this.#come.resolve();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T> {
    for (;;) {
      const next = this.#items.shift();
      if (next !== undefined) yield next;
      else if (this.#ended) return;
      else {
        await this.#come.promise;
        this.#come = Promise.withResolvers();
        if (this.#ended) this.#come.resolve();
      }
    }
  }
}

/** What a program has written so far, and a way to wait for more. */
export class Heard {
  readonly #chunks: Uint8Array[] = [];
  readonly #decoder = new TextDecoder();
  readonly #waiting = new Set<{ text: string; from: number; resolve: () => void }>();
  text = '';

  add(bytes: Uint8Array): void {
    this.#chunks.push(bytes);
    const from = this.text.length;
    this.text += this.#decoder.decode(bytes, { stream: true });
    for (const waiter of this.#waiting) {
      if (!this.text.includes(waiter.text, Math.max(waiter.from, from - waiter.text.length))) continue;
      this.#waiting.delete(waiter);
      waiter.resolve();
    }
  }

  get bytes(): Uint8Array {
    return Buffer.concat(this.#chunks);
  }

  /** Settles when a text has come, behind a place in what has been heard. */
  has(text: string, from = 0): Promise<void> {
    return new Promise((resolve) => {
      if (this.text.includes(text, from)) resolve();
      else this.#waiting.add({ text, from, resolve });
    });
  }
}

/** Somebody at the other end of `exec` or `attach`. */
export class Caller {
  readonly out = new Heard();
  readonly err = new Heard();
  readonly stdin = new Feed<Uint8Array>();
  readonly sizes = new Feed<TerminalSize>();
  readonly #gone = new AbortController();
  readonly streams: CallerStreams;

  constructor({ stdin = true, terminal = false }: { stdin?: boolean; terminal?: boolean } = {}) {
    this.streams = {
      stdin: stdin ? this.stdin : undefined,
      stdout: (bytes) => this.out.add(bytes),
      stderr: (bytes) => this.err.add(bytes),
      terminal: terminal ? this.sizes : undefined,
      signal: this.#gone.signal,
    };
  }

  type(text: string | Uint8Array): void {
    this.stdin.put(typeof text === 'string' ? encoder.encode(text) : text);
  }

  leave(): void {
    this.#gone.abort(new Error('gone'));
  }
}

/** A Pod in which a test starts containers. */
export class Pod {
  readonly sandbox: Sandbox;
  readonly network: VirtualNetwork;

  private constructor(sandbox: Sandbox, network: VirtualNetwork) {
    this.sandbox = sandbox;
    this.network = network;
  }

  static async create({
    clock = realClock,
    images = [],
    network = new VirtualNetwork(),
    ip = '10.244.0.5',
  }: PodOptions = {}): Promise<Pod> {
    const sandbox = await createSimRuntime({ clock, ids: realIds, network, images }).createSandbox({
      pod: { name: 'pod', namespace: 'default', uid: 'u1', labels: {}, annotations: {} },
      node: { name: 'node1', ip: '10.0.0.1' },
      ip,
      hostname: 'pod',
    });
    return new Pod(sandbox, network);
  }

  async start(part: Partial<ContainerConfig> = {}): Promise<{ container: RunningContainer; log: Heard; errors: Heard }> {
    const log = new Heard();
    const errors = new Heard();
    const container = await this.sandbox.start({
      name: 'main',
      image: 'busybox',
      env: {},
      ports: [],
      log: (stream, bytes) => (stream === 'stdout' ? log : errors).add(bytes),
      ...part,
      mounts: part.mounts ?? (await withHosts([], '10.244.0.5', ['web', 'web.default.svc'])),
    });
    return { container, log, errors };
  }

  /** Runs a script as a container's own program. */
  async run(script: string, part: Partial<ContainerConfig> = {}): Promise<{ out: string; err: string; status: number }> {
    const { container, log, errors } = await this.start({ command: ['sh', '-c', script], ...part });
    const { exitCode } = await container.exited;
    return { out: log.text, err: errors.text, status: exitCode };
  }

  /** Starts a container that waits, for programs that `exec` runs in it. */
  async idle(part: Partial<ContainerConfig> = {}): Promise<RunningContainer> {
    return (await this.start({ command: ['sleep', '1d'], ...part })).container;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.sandbox.stop();
  }
}

interface PodOptions {
  clock?: Clock;
  images?: readonly Image[];
  network?: VirtualNetwork;
  ip?: string;
}

/** Runs a command in a container to its end. */
export async function exec(
  container: RunningContainer,
  command: readonly string[],
  input?: string | Uint8Array,
): Promise<{ out: string; err: string; status: number }> {
  const caller = new Caller({ stdin: input !== undefined });
  if (input !== undefined) {
    caller.type(input);
    caller.stdin.end();
  }
  const status = await container.exec(command, caller.streams);
  return { out: caller.out.text, err: caller.err.text, status };
}
