import type { Clock, Ids } from '@kubernats/clock';
import { type Containment, containment } from '@kubernats/errors/containment';
import type { Files } from '@kubernats/files';
import { type Image, type ImageContext, repositoryOf } from '../image.ts';
import { containerLookup } from '../network/container-lookup.ts';
import { type OwnedNetwork, ownedNetwork } from '../network/owned-network.ts';
import type { PodNetwork } from '../network/pod-network.ts';
import {
  type CallerStreams,
  type ContainerConfig,
  type ContainerExit,
  type ContainerResources,
  ContainerStartError,
  type ContainerStats,
  type ContainerUsage,
  type RunningContainer,
  type SandboxConfig,
} from '../port.ts';
import { Processes } from '../processes.ts';
import type { ContainerAccount } from '../resources/container-account.ts';
import { boundless } from '../resources/node-resources.ts';
import { boundsOf, openAccount } from '../resources/open-account.ts';
import { HARMLESS_SIGNALS, SIGNALS, type SignalName } from '../signals.ts';
import { Console } from './console.ts';
import { containerClock } from './container-clock.ts';
import type { MemoryMounts } from './memory-mounts.ts';
import type { FindImage } from './registry.ts';
import { runBeside } from './run-beside.ts';

const encoder = new TextEncoder();
const BASE_MEMORY_BYTES = 2 * 1024 * 1024;
const OOM_KILLED = { exitCode: 128 + SIGNALS.SIGKILL, reason: 'OOMKilled' } as const;

export interface SimContainerParts {
  clock: Clock;
  ids: Ids;
  image: Image;
  sandbox: SandboxConfig;
  /** The Pod's. */
  network: PodNetwork;
  config: ContainerConfig;
  /** Its whole file tree. */
  files: Files;
  /** Finds what an image is. */
  find: FindImage;
  /** Those of its mounts that lie in memory. */
  memory: MemoryMounts;
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
  readonly #account: ContainerAccount;
  readonly #processes = new Processes();
  readonly #console: Console;
  #resources: ContainerResources | undefined;
  #ended = false;

  constructor(id: string, parts: SimContainerParts) {
    this.id = id;
    this.#parts = parts;
    this.startedAtMs = parts.clock.now();
    const { promise, resolve } = Promise.withResolvers<ContainerExit>();
    this.#settle = resolve;
    const { files, network, ids, sandbox: pod } = parts;
    const { hostname, nameserverPorts = {} } = pod;
    const lookup = containerLookup({ files, network, hostname, nameserverPorts, clock: parts.clock, ids, signal: this.#abort.signal });
    this.#owned = ownedNetwork({ ...network, lookup }, this.#contained);
    this.#clock = containerClock(parts.clock, this.#abort.signal, this.#contained);
    this.#console = new Console(parts.config, (name) => this.signal(name));
    this.#addProcess();
    this.released = promise.then(() => this.#owned.release());
    // Whoever starts it again finds its ports free.
    this.exited = this.released.then(() => promise);
    const { config, sandbox, clock } = parts;
    this.#resources = config.resources;
    const node = sandbox.resources ?? boundless(clock);
    this.#account = openAccount(node, sandbox.pod.uid, config, BASE_MEMORY_BYTES, () => this.#end(OOM_KILLED));
    parts.memory.paidBy(this.#account);
    this.#account.use(config.usage ?? {});
    // Its limit may be less than an image needs to begin with.
    if (!this.#ended) void this.#contained.run(() => this.#run());
  }

  signal(name: SignalName): void {
    if (this.#ended) return;
    const handle = name === 'SIGKILL' ? undefined : this.#handlers.get(name);
    if (handle) handle();
    else if (!HARMLESS_SIGNALS.has(name)) this.#end({ exitCode: 128 + SIGNALS[name], signal: SIGNALS[name] });
  }

  stats(): ContainerStats {
    return this.#account.stats();
  }

  resize(resources: ContainerResources): void {
    this.#resources = resources;
    this.#account.resize(boundsOf(resources));
  }

  use(usage: ContainerUsage): void {
    this.#account.use(usage);
  }

  async exec(command: readonly string[], streams: CallerStreams): Promise<number> {
    if (this.#ended)
      throw new ContainerStartError('RunContainerError', 'failed to exec in container: container is in CONTAINER_EXITED state');
    const { ids, find, config } = this.#parts;
    return runBeside(this.#context(), find(config.image, [], []).image, command, streams, ids);
  }

  async attach(streams: CallerStreams): Promise<void> {
    if (this.#ended) throw new ContainerStartError('RunContainerError', 'container is in CONTAINER_EXITED state');
    await this.#console.attach(streams);
  }

  /** The container's own program, as others in it see it. A shell's processes take its place when it runs as one. */
  #addProcess(): void {
    const { image, command = [], args = [] } = this.#parts.config;
    const words = [...command, ...args];
    this.#processes.add({
      pid: this.#processes.nextPid(),
      ppid: 0,
      argv: words.length > 0 ? words : [repositoryOf(image)],
      startedAtMs: this.startedAtMs,
      signal: (name) => this.signal(name),
      write: (fd, bytes) => this.#console.write(fd === 1 ? 'stdout' : 'stderr', bytes),
    });
  }

  #end(how: { exitCode: number; signal?: number; message?: string; reason?: ContainerExit['reason'] }): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#account.close();
    this.#parts.memory.leave();
    this.#settle({ reason: how.exitCode === 0 ? 'Completed' : 'Error', ...how, finishedAtMs: this.#clock.now() });
    this.#abort.abort(new Error('the container has ended'));
    this.#processes.end();
    this.#console.end();
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
      if (!this.#ended) return this.#console.write(stream, typeof text === 'string' ? encoder.encode(text) : text);
    };
    const ports =
      config.ports.length > 0 ? config.ports : (image.defaultPorts ?? []).map((containerPort) => ({ containerPort, protocol: 'TCP' }));
    return {
      pod: sandbox.pod,
      node: sandbox.node,
      hostname: sandbox.hostname,
      nameserverPorts: sandbox.nameserverPorts ?? {},
      container: config.name,
      image: config.image,
      command: config.command ?? [],
      args: config.args ?? [],
      env: config.env,
      workingDir: config.workingDir,
      stdin: this.#console.stdin,
      terminal: this.#console.terminal,
      ports,
      mounts: config.mounts,
      files,
      network: this.#owned,
      clock: this.#clock,
      stdout: write('stdout'),
      stderr: write('stderr'),
      signal: this.#abort.signal,
      onSignal: (name, handle) => void (handle ? this.#handlers.set(name, this.#contained.bind(handle)) : this.#handlers.delete(name)),
      meter: this.#account.meter,
      processes: this.#processes,
      main: true,
      own: image,
      resources: () => this.#resources,
      event: (type, reason, message) => config.event?.(type, reason, message),
    };
  }
}
