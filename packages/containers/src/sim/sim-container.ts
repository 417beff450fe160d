import type { Clock } from '@kubernats/clock';
import type { Files } from '@kubernats/files';
import { type Containment, containment } from '../adapters/containment.ts';
import type { Image, ImageContext } from '../image.ts';
import { type OwnedNetwork, ownedNetwork } from '../network/owned-network.ts';
import type { PodNetwork } from '../network/pod-network.ts';
import {
  type CallerStreams,
  type ContainerConfig,
  type ContainerExit,
  ContainerStartError,
  type ContainerStats,
  type RunningContainer,
  type SandboxConfig,
} from '../port.ts';
import type { Meter } from '../resources/meter.ts';
import { SIGNALS, type SignalName } from '../signals.ts';
import { containerClock } from './container-clock.ts';
import type { FindImage } from './registry.ts';

const encoder = new TextEncoder();
const BASE_MEMORY_BYTES = 2 * 1024 * 1024;

export interface SimContainerParts {
  clock: Clock;
  image: Image;
  sandbox: SandboxConfig;
  /** The Pod's. */
  network: PodNetwork;
  config: ContainerConfig;
  /** Its whole file tree. */
  files: Files;
  /** Finds what a command of `exec` runs as. */
  find: FindImage;
}

/** One run of an image. */
export class SimContainer implements RunningContainer {
  readonly id: string;
  readonly startedAtMs: number;
  readonly exited: Promise<ContainerExit>;
  /** Settles when its sockets are gone too. */
  readonly released: Promise<void>;
  readonly #parts: SimContainerParts;
  readonly #handlers = new Map<SignalName, () => void>();
  readonly #abort = new AbortController();
  readonly #settle: (exit: ContainerExit) => void;
  readonly #contained: Containment = containment((error) => this.#crash(error));
  readonly #owned: OwnedNetwork;
  readonly #clock: Clock;
  readonly #meter: Meter;
  readonly #stats: ContainerStats = { memoryBytes: BASE_MEMORY_BYTES, cpuMillicores: 0 };
  #ended = false;

  constructor(id: string, parts: SimContainerParts) {
    this.id = id;
    this.#parts = parts;
    this.startedAtMs = parts.clock.now();
    const { promise, resolve } = Promise.withResolvers<ContainerExit>();
    this.exited = promise;
    this.#settle = resolve;
    this.#owned = ownedNetwork(parts.network, this.#contained);
    this.#clock = containerClock(parts.clock, this.#abort.signal, this.#contained);
    this.#meter = this.#makeMeter();
    this.released = promise.then(() => this.#owned.release());
    void this.#contained.run(() => this.#run());
  }

  signal(name: SignalName): void {
    if (this.#ended) return;
    const handle = name === 'SIGKILL' ? undefined : this.#handlers.get(name);
    if (handle) handle();
    else this.#end({ exitCode: 128 + SIGNALS[name], signal: SIGNALS[name] });
  }

  stats(): ContainerStats {
    return { ...this.#stats };
  }

  async exec(command: readonly string[], streams: CallerStreams): Promise<number> {
    if (this.#ended) throw new ContainerStartError('RunContainerError', 'the container has ended');
    const { find, config } = this.#parts;
    const { image } = find(config.image, command, []);
    const refused = await image.refuses?.({ command, args: [], mounts: config.mounts });
    if (refused !== undefined) throw new ContainerStartError('RunContainerError', refused);
    const write = (sink: CallerStreams['stdout']) => (text: string | Uint8Array) => {
      if (!this.#ended && !streams.signal.aborted) return sink(typeof text === 'string' ? encoder.encode(text) : text);
    };
    const signal = AbortSignal.any([this.#abort.signal, streams.signal]);
    const context: ImageContext = {
      ...this.#context(),
      command,
      args: [],
      stdin: streams.stdin,
      stdout: write(streams.stdout),
      stderr: write(streams.stderr),
      signal,
      onSignal: () => {},
    };
    const stopped = new Promise<number>((resolve) =>
      signal.addEventListener('abort', () => resolve(128 + SIGNALS.SIGKILL), { once: true }),
    );
    return ((await Promise.race([image.run(context), stopped])) ?? 0) & 0xff;
  }

  attach(_streams: CallerStreams): Promise<void> {
    return Promise.reject(new ContainerStartError('RunContainerError', 'nothing can be attached to yet'));
  }

  #makeMeter(): Meter {
    const stats = this.#stats;
    return {
      get memoryBytes() {
        return stats.memoryBytes;
      },
      setMemory(bytes) {
        stats.memoryBytes = BASE_MEMORY_BYTES + bytes;
      },
      setCpu(millicores) {
        stats.cpuMillicores = millicores;
      },
      work: (cpuMs) => this.#clock.sleep(cpuMs),
    };
  }

  #end(how: { exitCode: number; signal?: number; message?: string }): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#settle({ ...how, reason: how.exitCode === 0 ? 'Completed' : 'Error', finishedAtMs: this.#clock.now() });
    this.#abort.abort(new Error('the container has ended'));
  }

  /** Something that nobody caught: as a process that dies of it. */
  #crash(error: unknown): void {
    void this.#context().stderr(`${error instanceof Error ? error.stack : String(error)}\n`);
    this.#end({ exitCode: 1 });
  }

  async #run(): Promise<void> {
    const context = this.#context();
    try {
      const code = await this.#parts.image.run(context);
      this.#end({ exitCode: (code ?? 0) & 0xff });
    } catch (error) {
      void context.stderr(`${error instanceof Error ? error.message : String(error)}\n`);
      this.#end({ exitCode: 1 });
    }
  }

  #context(): ImageContext {
    const { image, sandbox, config, files } = this.#parts;
    const write = (stream: 'stdout' | 'stderr') => (text: string | Uint8Array) => {
      if (!this.#ended) config.log(stream, typeof text === 'string' ? encoder.encode(text) : text);
    };
    const ports =
      config.ports.length > 0 ? config.ports : (image.defaultPorts ?? []).map((containerPort) => ({ containerPort, protocol: 'TCP' }));
    return {
      pod: sandbox.pod,
      node: sandbox.node,
      hostname: sandbox.hostname,
      container: config.name,
      image: config.image,
      command: config.command ?? [],
      args: config.args ?? [],
      env: config.env,
      workingDir: config.workingDir,
      stdin: config.stdin ? untilAborted(this.#abort.signal) : undefined,
      terminal: undefined,
      ports,
      mounts: config.mounts,
      files,
      network: this.#owned,
      clock: this.#clock,
      stdout: write('stdout'),
      stderr: write('stderr'),
      signal: this.#abort.signal,
      onSignal: (name, handle) => void (handle ? this.#handlers.set(name, this.#contained.bind(handle)) : this.#handlers.delete(name)),
      meter: this.#meter,
      event: (type, reason, message) => config.event?.(type, reason, message),
    };
  }
}

/** A standard input that nobody types into yet, and that ends with the container. */
async function* untilAborted(signal: AbortSignal): AsyncGenerator<Uint8Array> {
  await new Promise<void>((resolve) => (signal.aborted ? resolve() : signal.addEventListener('abort', () => resolve(), { once: true })));
}
