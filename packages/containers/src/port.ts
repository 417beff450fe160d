import type { UsageResource, UsageStep } from '@kubernats/api';
import type { Files } from '@kubernats/files';
import type { PodNetwork } from './network/pod-network.ts';
import type { NodeResources } from './resources/node-resources.ts';
import type { PageOwners } from './resources/page-owners.ts';
import type { SignalName } from './signals.ts';

/** What a container may know of the Pod it belongs to. */
export interface PodIdentity {
  name: string;
  namespace: string;
  uid: string;
  labels: Readonly<Record<string, string>>;
  annotations: Readonly<Record<string, string>>;
  /** The kind of its controller, such as Job. */
  ownerKind?: string;
}

export interface SandboxConfig {
  pod: PodIdentity;
  node: { name: string; ip: string };
  /** The Pod's own address; its containers share it. */
  ip: string;
  hostname: string;
  /** The CPU and memory that the Pod's containers share with others. Absent: without bounds. */
  resources?: NodeResources;
  /** Name servers of the containers' /etc/resolv.conf that listen on another port than 53, by address. */
  nameserverPorts?: Readonly<Record<string, number>>;
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
  /** It lies in memory: who pays for what is in it, shared by all mounts of the volume. */
  pageOwners?: PageOwners | undefined;
}

export interface ResourceAmounts {
  memoryBytes?: number;
  cpuMillicores?: number;
}

/** What a container asks for, and the most that it may have; absent: nothing, and no limit. */
export interface ContainerResources {
  requests: ResourceAmounts;
  limits: ResourceAmounts;
  /** How soon the kernel kills it when the whole node is out of memory: -1000 (never) to 1000. Default 0. */
  oomScoreAdj?: number;
}

/** What somebody makes a container use, in place of what its image would: courses over time. Absent: as the image does. */
export type ContainerUsage = Readonly<Partial<Record<UsageResource, readonly UsageStep[]>>>;

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

/** Takes what a container writes. Chunks need not end with a line. A promise resolves when there is room for more; it never rejects. */
export type LogSink = (stream: 'stdout' | 'stderr', chunk: Uint8Array) => Promise<void> | void;

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
  usage?: ContainerUsage;
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

/** What a container uses. */
export interface ContainerStats {
  memoryBytes: number;
  /** What it gets now, which may be less than it wants. */
  cpuMillicores: number;
  /** What it got over the last ten seconds, on average, in billionths of a core. */
  cpuNanoCores: number;
  /** What it got since it was started, in milliseconds of CPU time. */
  cpuUsedMs: number;
  /** Periods of 100 ms in which it ran, of those the ones in which it was held to its limit, and for how long. Without a limit: 0. */
  periods: number;
  throttledPeriods: number;
  throttledMs: number;
}

/** Whether a container is ready, where that is told and not found out by probes. */
export interface ToldReadiness {
  readonly ready: boolean;
  /** Calls the one listener whenever `ready` has changed. */
  onChange(listener: () => void): void;
}

/** Of what uses nothing. */
export const NO_USE: ContainerStats = Object.freeze({
  memoryBytes: 0,
  cpuMillicores: 0,
  cpuNanoCores: 0,
  cpuUsedMs: 0,
  periods: 0,
  throttledPeriods: 0,
  throttledMs: 0,
});

export interface RunningContainer {
  /** 64 hexadecimal digits. */
  readonly id: string;
  readonly startedAtMs: number;
  /** Settles once, with how it ended. Never rejects. */
  readonly exited: Promise<ContainerExit>;
  /** Undefined: probes find it out, and without any it is ready as long as it runs. */
  readonly readiness?: ToldReadiness | undefined;
  /** Delivers a signal, as `kill` does; nothing happens when it has ended. */
  signal(name: SignalName): void;
  stats(): ContainerStats;
  /** Takes other requests and limits from now on, without being started again. */
  resize(resources: ContainerResources): void;
  /** Takes another course of use from now on (the Pod's annotations have changed). */
  use(usage: ContainerUsage): void;
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
  /** How long to wait before the next `start` of this container, where that is told. Called once for each start. Milliseconds. */
  startDelayMs?(container: Pick<ContainerConfig, 'name' | 'image'>): number;
  /** Starts a container. Throws `ContainerStartError` when it cannot be started. */
  start(config: ContainerConfig): Promise<RunningContainer>;
  /** Kills what still runs and gives up every socket. Idempotent; settles when nothing is left. */
  stop(): Promise<void>;
}

export type StartErrorReason =
  | 'ErrImagePull'
  | 'InvalidImageName'
  | 'CreateContainerError'
  | 'CreateContainerConfigError'
  | 'RunContainerError';

/** Why a container could not be started, as the kubelet reports it: the state's reason and message. */
export class ContainerStartError extends Error {
  override readonly name = 'ContainerStartError';
  readonly reason: StartErrorReason;
  constructor(reason: StartErrorReason, message: string) {
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
  /** Whether an image comes with the runtime (built in, or a user's own), so that every node has it without a pull. Absent: none does. */
  comesWith?(image: string): Promise<boolean>;
  createSandbox(config: SandboxConfig): Promise<Sandbox>;
}
