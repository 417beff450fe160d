import { type Clock, type Random, seededRandom } from '@kubernats/clock';
import { yieldToOthers } from '../../adapters/yield.ts';
import type { ImageContext } from '../../image.ts';
import type { PodNetwork } from '../../network/pod-network.ts';
import type { Processes } from '../../processes.ts';
import type { SignalName } from '../../signals.ts';
import { Process } from './process/process.ts';
import { prepare } from './tree/skeleton.ts';
import { Tree } from './tree/tree.ts';

const TICKS_PER_LOOK = 32;
const TICKS_PER_TURN = 512;
/** So long a script may run before others have their turn. */
const SLICE_MS = 4;
/** A pause this long between two looks means that the script waited for something. */
const IDLE_MS = 20;
/** Scripts that are busy for longer than this no longer run as fast as the machine can: they get the CPU that their container gets. */
const FREE_BUSY_MS = 200;
/**
 * One millisecond of a busy script stands for more and more simulated CPU time, the longer it goes on: a node's CPUs are many, the machine's are
 * few, and an endless loop must not take them from everybody. It is the factor's growth for each millisecond, and its bound.
 */
const CPU_FACTOR_PER_BUSY_MS = 1 / 2000;
const CPU_FACTOR_MAX = 10;

const systems = new WeakMap<Processes, System>();

/** What all programs of one container share: its processes, files, network and time. */
export class System {
  readonly context: ImageContext;
  readonly processes: Processes;
  readonly clock: Clock;
  readonly network: PodNetwork;
  readonly tree: Tree;
  readonly random: Random;
  readonly startedAtMs: number;
  #ready: Promise<void> | undefined;
  #ticks = 0;
  #sliceStartMs = 0;
  #lastLookMs = 0;
  #busyMs = 0;

  private constructor(context: ImageContext) {
    this.context = context;
    this.processes = context.processes;
    this.clock = context.clock;
    this.network = context.network;
    this.tree = new Tree(this);
    this.startedAtMs = context.clock.now();
    this.random = seededRandom(seedOf(`${context.pod.uid}/${context.container}/${this.startedAtMs}`));
  }

  /** The system of a container, by the context of any program in it. */
  static async of(context: ImageContext): Promise<System> {
    let system = systems.get(context.processes);
    if (!system) {
      system = new System(context);
      systems.set(context.processes, system);
    }
    system.#ready ??= prepare(system);
    await system.#ready;
    return system;
  }

  get hostname(): string {
    const { env, pod } = this.context;
    return env.HOSTNAME ?? pod.name;
  }

  /** Counts a step of a program; true: `turn` is to be called. */
  isTurnDue(): boolean {
    this.#ticks += 1;
    return this.#ticks % TICKS_PER_LOOK === 0;
  }

  /** Now and then others have their turn, and a busy program pays for its CPU time. */
  turn(process: Process): Promise<void> | undefined {
    const now = this.clock.monotonic();
    if (now - this.#lastLookMs > IDLE_MS) {
      this.#sliceStartMs = now;
      this.#busyMs = 0;
    }
    this.#lastLookMs = now;
    const slice = now - this.#sliceStartMs;
    if (slice < SLICE_MS && this.#ticks < TICKS_PER_TURN) return undefined;
    this.#ticks = 0;
    this.#busyMs += slice;
    return this.#giveWay(process, slice);
  }

  /** Both at once, for programs that go on and on. */
  step(process: Process): Promise<void> | undefined {
    return this.isTurnDue() ? this.turn(process) : undefined;
  }

  async #giveWay(process: Process, sliceMs: number): Promise<void> {
    const pays = this.#busyMs > FREE_BUSY_MS && sliceMs > 0;
    const factor = Math.min(CPU_FACTOR_MAX, 1 + this.#busyMs * CPU_FACTOR_PER_BUSY_MS);
    await process.wait(pays ? process.meter.work(sliceMs * factor) : yieldToOthers());
    const now = this.clock.monotonic();
    this.#sliceStartMs = now;
    this.#lastLookMs = now;
  }

  /** Signals a process. @returns false when there is none of that number; 0 only asks */
  kill(pid: number, signal: SignalName | 0): boolean {
    const entry = this.processes.get(pid);
    if (!entry) return false;
    // Process 1 of a container cannot be killed from inside it.
    if (signal !== 0 && !(pid === 1 && signal === 'SIGKILL')) entry.signal(signal);
    return true;
  }

  /** The processes of the shell's kind that descend from one, that one included. */
  familyOf(root: Process): Process[] {
    const family = [root];
    for (const entry of this.processes.list()) {
      if (entry instanceof Process && entry !== root && family.some(({ pid }) => pid === entry.ppid)) family.push(entry);
    }
    return family;
  }
}

/** A number that follows from a text (FNV-1a). */
function seedOf(text: string): number {
  let hash = 0x811c9dc5;
  for (const char of text) hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 0x01000193);
  return hash >>> 0;
}
