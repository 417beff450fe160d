import type { Clock } from '@kubernats/clock';
import type { Image, ImageContext } from '../image.ts';
import { ownedNetwork } from '../network/owned-network.ts';
import type { PodNetwork } from '../network/pod-network.ts';
import type { ContainerConfig, ContainerExit, ContainerStats, RunningContainer, SandboxConfig } from '../port.ts';
import { SIGNALS, type SignalName } from '../signals.ts';
import { containerClock } from './container-clock.ts';

const encoder = new TextEncoder();
const BASE_MEMORY_BYTES = 2 * 1024 * 1024;

/** One run of an image. */
export class SimContainer implements RunningContainer {
  readonly id: string;
  readonly startedAtMs: number;
  readonly exited: Promise<ContainerExit>;
  /** Settles when its sockets are gone too. */
  readonly released: Promise<void>;
  readonly #clock: Clock;
  readonly #handlers = new Map<SignalName, () => void>();
  readonly #abort = new AbortController();
  readonly #settle: (exit: ContainerExit) => void;
  readonly #stats: ContainerStats = { memoryBytes: BASE_MEMORY_BYTES, cpuMillicores: 0 };
  #ended = false;

  constructor(id: string, clock: Clock, image: Image, sandbox: SandboxConfig, network: PodNetwork, config: ContainerConfig) {
    this.id = id;
    this.#clock = clock;
    this.startedAtMs = clock.now();
    const { promise, resolve } = Promise.withResolvers<ContainerExit>();
    this.exited = promise;
    this.#settle = resolve;
    const owned = ownedNetwork(network);
    this.released = promise.then(() => owned.release());
    void this.#run(image, this.#context(image, sandbox, owned, config), config);
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

  #end(how: { exitCode: number; signal?: number; message?: string }): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#settle({ ...how, reason: how.exitCode === 0 ? 'Completed' : 'Error', finishedAtMs: this.#clock.now() });
    this.#abort.abort(new Error('the container has ended'));
  }

  async #run(image: Image, context: ImageContext, config: ContainerConfig): Promise<void> {
    try {
      const code = await image.run(context);
      this.#end({ exitCode: (code ?? 0) & 0xff });
    } catch (error) {
      if (!this.#ended) config.log('stderr', encoder.encode(`${error instanceof Error ? error.message : String(error)}\n`));
      this.#end({ exitCode: 1 });
    }
  }

  #context(image: Image, sandbox: SandboxConfig, network: PodNetwork, config: ContainerConfig): ImageContext {
    const write = (stream: 'stdout' | 'stderr') => (text: string | Uint8Array) => {
      if (!this.#ended) config.log(stream, typeof text === 'string' ? encoder.encode(text) : text);
    };
    const ports =
      config.ports.length > 0 ? config.ports : (image.defaultPorts ?? []).map((containerPort) => ({ containerPort, protocol: 'TCP' }));
    return {
      pod: sandbox.pod,
      node: sandbox.node,
      container: config.name,
      image: config.image,
      command: config.command ?? [],
      args: config.args ?? [],
      env: config.env,
      workingDir: config.workingDir,
      stdin: config.stdin === true,
      ports,
      mounts: config.mounts,
      network,
      clock: containerClock(this.#clock, this.#abort.signal),
      stdout: write('stdout'),
      stderr: write('stderr'),
      signal: this.#abort.signal,
      onSignal: (name, handle) => void (handle ? this.#handlers.set(name, handle) : this.#handlers.delete(name)),
      use: (resources) => Object.assign(this.#stats, resources),
      event: (type, reason, message) => config.event?.(type, reason, message),
    };
  }
}
