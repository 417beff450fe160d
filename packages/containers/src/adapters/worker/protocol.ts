// What a container's worker thread (the guest) and the node's process (the host) say to each other. The guest's side of the context is made of these.
import type { MessagePort } from 'node:worker_threads';
import type { UsageResource } from '@kubernats/api';
import type { Files, Step } from '@kubernats/files';
import type { Address } from '@kubernats/net';
import type { ImageContext } from '../../image.ts';
import type { TerminalSize } from '../../port.ts';
import type { SignalName } from '../../signals.ts';

/** What a context has that never changes: handed over at the start. */
export interface FixedContext
  extends Pick<
    ImageContext,
    'pod' | 'node' | 'hostname' | 'nameserverPorts' | 'container' | 'image' | 'command' | 'args' | 'env' | 'workingDir' | 'ports' | 'main'
  > {
  /** As they are at the start of the program. */
  resources: ReturnType<ImageContext['resources']>;
  ip: string;
  mounts: { path: string; readOnly: boolean }[];
  stdin: boolean;
  terminal: TerminalSize | undefined;
  /** The host's clock is the machine's: the guest may look at its own. Otherwise the host tells the time. */
  realTime: boolean;
}

/** What a worker is started for. */
export type WorkerTask = {
  /** Where compiled modules are kept; undefined: Node's own choice. */
  compileCache: string | undefined;
} & ({ kind: 'scan'; files: readonly string[] } | { kind: 'run'; file: string; context: FixedContext; shared: SharedArrayBuffer });

/** What a module says of the image in it; undefined: there is none. */
export interface ImageFacts {
  names: string[];
  defaultPorts: number[];
  shell: boolean;
  programs: string[];
  execsArgs: boolean;
}
export type ScanResult = { file: string; facts: ImageFacts | undefined } | { file: string; problem: string };

export type FilesMethod = (typeof FILES_METHODS)[number];
export const FILES_METHODS = [
  ...(['read', 'readRange', 'write', 'append', 'replace', 'stat', 'lstat', 'list', 'mkdir', 'rename', 'symlink'] as const),
  ...(['readlink', 'chmod', 'setModified', 'realpath', 'remove', 'usage', 'space'] as const),
];

/** Asks the host for something and waits for the answer. */
export type Call =
  | { what: 'files'; files: number; method: FilesMethod; args: readonly unknown[] }
  | { what: 'lookup'; name: string }
  | { what: 'listen'; id: number; address: Address }
  | { what: 'dial'; id: number; address: Address; localHost?: string; timeoutMs?: number }
  | { what: 'bindUdp'; id: number; address: Address }
  | { what: 'close'; id: number }
  | { what: 'work'; cpuMs: number };

/** What an answer of `listen`, `dial` and `bindUdp` holds. */
export interface Opened {
  local: Address;
  remote?: Address;
}

export type ScopeOptions = NonNullable<Parameters<Files['scope']>[1]>;
export type LookupAnswer = { step: Step | undefined } | { error: WireError };

export type FromGuest =
  | { type: 'call'; id: number; call: Call }
  | { type: 'cancel'; id: number }
  | { type: 'scope'; from: number; id: number; path: string; options: ScopeOptions | undefined }
  /** The guest's thread stands still until `ready` is 1: by then the answer, a `LookupAnswer`, is in the port. */
  | { type: 'lookup'; files: number; path: string; answer: MessagePort; ready: Int32Array<SharedArrayBuffer> }
  | { type: 'output'; stream: 'stdout' | 'stderr'; chunk: Uint8Array }
  | { type: 'handle'; name: SignalName; on: boolean }
  | { type: 'use'; memory: number; millicores: number }
  | { type: 'override'; what: UsageResource; amount: number | undefined }
  | { type: 'event'; kind: 'Normal' | 'Warning'; reason: string; message: string }
  | { type: 'data'; id: number; chunk: Uint8Array }
  | { type: 'end'; id: number }
  | { type: 'destroy'; id: number; how: 'graceful' | 'now' | 'reset' }
  | { type: 'ack'; id: number; bytes: number }
  | { type: 'datagram'; id: number; data: Uint8Array; to: Address }
  | { type: 'timer'; id: number; delayMs: number }
  | { type: 'cancelTimer'; id: number }
  | { type: 'loaded' }
  | { type: 'done'; code: number };

/** An error on its way between threads. */
export interface WireError {
  kind: 'NetworkError' | 'FilesError' | 'Error';
  code: string;
  message: string;
  path: string;
}

export type FromHost =
  | { type: 'answer'; id: number; value: unknown }
  | { type: 'failure'; id: number; error: WireError }
  | { type: 'signal'; name: SignalName }
  | { type: 'connection'; listener: number; id: number; opened: Opened }
  | { type: 'data'; id: number; chunk: Uint8Array }
  | { type: 'end'; id: number }
  | { type: 'closed'; id: number; code: string | undefined }
  | { type: 'ack'; id: number; bytes: number }
  | { type: 'datagram'; id: number; data: Uint8Array; from: Address }
  | { type: 'timer'; id: number }
  | { type: 'stdin'; chunk: Uint8Array | undefined }
  | { type: 'resize'; size: TerminalSize };

/** A message of the guest's with what it weighs. */
export interface Weighed {
  weight: number;
  message: FromGuest;
}

/** The first id of connections that the host makes; the guest's own are below. */
export const HOST_IDS_FROM = 2 ** 31;

/** Bytes of one connection and direction that may be under way without having been taken. */
export const CONNECTION_WINDOW_BYTES = 256 * 1024;

/** How much the host has not yet dealt with before the guest is made to wait: a flood stays the guest's own. */
export const GUEST_WINDOW = 256 * 1024;
const MESSAGE_WEIGHT = 256;
export const weightOf = (bytes = 0): number => MESSAGE_WEIGHT + bytes;

/** The memory that both threads see: how much is under way, the time, the memory in use. */
export class SharedState {
  readonly buffer: SharedArrayBuffer;
  readonly #flow: Int32Array;
  readonly #numbers: Float64Array;

  constructor(buffer = new SharedArrayBuffer(32)) {
    this.buffer = buffer;
    this.#flow = new Int32Array(buffer, 0, 1);
    this.#numbers = new Float64Array(buffer, 8, 3);
  }

  /** The guest sends something: blocks its thread while too much is under way. */
  take(weight: number): void {
    Atomics.add(this.#flow, 0, weight);
    for (let under = Atomics.load(this.#flow, 0); under > GUEST_WINDOW; under = Atomics.load(this.#flow, 0))
      Atomics.wait(this.#flow, 0, under);
  }

  /** The host has dealt with it. */
  give(weight: number): void {
    Atomics.sub(this.#flow, 0, weight);
    Atomics.notify(this.#flow, 0);
  }

  get now(): number {
    return this.#numbers[0] ?? 0;
  }
  get monotonic(): number {
    return this.#numbers[1] ?? 0;
  }
  get memoryBytes(): number {
    return this.#numbers[2] ?? 0;
  }
  set(now: number, monotonic: number, memoryBytes: number): void {
    this.#numbers.set([now, monotonic, memoryBytes]);
  }
}

/** Bytes in memory of their own, which can change hands without being copied again. */
export function ownBytes(chunk: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(chunk);
}
