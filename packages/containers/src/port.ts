import type { Files } from '@kubernats/files';
import type { PodNetwork } from './network/pod-network.ts';
import type { SignalName } from './signals.ts';

/** What a container may know of the Pod it belongs to. */
export interface PodIdentity {
  name: string;
  namespace: string;
  uid: string;
  labels: Readonly<Record<string, string>>;
  annotations: Readonly<Record<string, string>>;
}

export interface SandboxConfig {
  pod: PodIdentity;
  node: { name: string; ip: string };
  /** The Pod's own address; its containers share it. */
  ip: string;
  hostname: string;
  /** Names beyond the Pod's own (Services, other Pods): the cluster's DNS. Undefined: the name is unknown. */
  resolveName?(name: string): Promise<string | undefined>;
}

export interface ContainerPort {
  name?: string;
  containerPort: number;
  protocol: string;
}

export interface Mount {
  /** Absolute, in the container. */
  path: string;
  files: Files;
  readOnly: boolean;
}

export interface ResourceAmounts {
  memoryBytes?: number;
  cpuMillicores?: number;
}

/** What a container asks for, and the most that it may have; absent: nothing, and no limit. */
export interface ContainerResources {
  requests: ResourceAmounts;
  limits: ResourceAmounts;
}

export interface TerminalSize {
  columns: number;
  rows: number;
}

/** A caller's ends of a program's streams: `kubectl exec` and `kubectl attach`. */
export interface CallerStreams {
  /** What the caller types, until nothing more will come; undefined: nobody types. */
  stdin?: AsyncIterable<Uint8Array>;
  /** Resolves when the caller has room for more. With a terminal, everything comes here. */
  stdout(chunk: Uint8Array): Promise<void> | void;
  stderr(chunk: Uint8Array): Promise<void> | void;
  /** The caller sits at a terminal: its size, now and whenever it changes. */
  terminal?: AsyncIterable<TerminalSize>;
  /** Aborts when the caller has gone. */
  signal: AbortSignal;
}

/** Takes what a container writes. Chunks need not end with a line. */
export type LogSink = (stream: 'stdout' | 'stderr', chunk: Uint8Array) => void;

export interface ContainerConfig {
  name: string;
  image: string;
  /** Replaces the image's entry point. */
  command?: readonly string[];
  args?: readonly string[];
  env: Readonly<Record<string, string>>;
  workingDir?: string;
  stdin?: boolean;
  /** Its standard input ends with the first caller's who attached to it; without, it stays open for the next one. */
  stdinOnce?: boolean;
  /** A terminal stands between the container and whoever attaches to it. */
  tty?: boolean;
  mounts: readonly Mount[];
  ports: readonly ContainerPort[];
  resources?: ContainerResources;
  /** Makes the folder of what the container writes beside its mounts; called when it is first needed. Default: memory. */
  root?(): Promise<Files>;
  log: LogSink;
  /** Something a person should know of this container: becomes an event of the Pod. */
  event?(type: 'Normal' | 'Warning', reason: string, message: string): void;
}

export interface ContainerExit {
  /** 128 + the signal's number when a signal ended it. */
  exitCode: number;
  signal?: number;
  reason: 'Completed' | 'Error' | 'OOMKilled';
  message?: string;
  finishedAtMs: number;
}

/** What a container uses now. */
export interface ContainerStats {
  memoryBytes: number;
  /** What it gets, which may be less than it wants. */
  cpuMillicores: number;
}

export interface RunningContainer {
  /** 64 hexadecimal digits. */
  readonly id: string;
  readonly startedAtMs: number;
  /** Settles once, with how it ended. Never rejects. */
  readonly exited: Promise<ContainerExit>;
  /** Delivers a signal, as `kill` does; nothing happens when it has ended. */
  signal(name: SignalName): void;
  stats(): ContainerStats;
  /**
   * Runs another program inside, beside the container's own; the answer is its exit code. It ends with the container (137), and is killed
   * when the caller goes; what it left in the background runs on. Throws `ContainerStartError` when there is no such program or the container
   * has ended.
   */
  exec(command: readonly string[], streams: CallerStreams): Promise<number>;
  /**
   * Joins the container's own streams, from now on until it ends or the caller goes. Throws `ContainerStartError` when it has ended, and
   * `SlowReader` when the caller reads so slowly that more than a bounded buffer waits for it: a caller never slows the container.
   */
  attach(streams: CallerStreams): Promise<void>;
}

/** One Pod's share of the node: its address, and the containers that live behind it. */
export interface Sandbox {
  readonly id: string;
  /** The Pod's sockets from the inside (its localhost): for probes and port-forward. Undefined where Pods have none. */
  readonly network: PodNetwork | undefined;
  /** Starts a container. Throws `ContainerStartError` when it cannot be started. */
  start(config: ContainerConfig): Promise<RunningContainer>;
  /** Kills what still runs and gives up every socket. Idempotent; settles when nothing is left. */
  stop(): Promise<void>;
}

/** Why a container could not be started, as the kubelet reports it: the state's reason and message. */
export class ContainerStartError extends Error {
  override readonly name = 'ContainerStartError';
  readonly reason: 'RunContainerError' | 'CreateContainerError';
  constructor(reason: 'RunContainerError' | 'CreateContainerError', message: string) {
    super(message);
    this.reason = reason;
  }
}

/** Somebody attached to a container did not read what it wrote: it is let go. */
export class SlowReader extends Error {
  override readonly name = 'SlowReader';
}

/** The port to whatever runs containers. Adapters: `sim` (images are TypeScript, sockets and files are real) and `status` (declared tables). */
export interface ContainerRuntime {
  /** Whether containers see their volumes and environment; where they do not, nobody needs to prepare them. */
  readonly mountsFiles: boolean;
  createSandbox(config: SandboxConfig): Promise<Sandbox>;
}
