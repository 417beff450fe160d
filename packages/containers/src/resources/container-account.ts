import type { UsageResource, UsageStep } from '@kubernats/api';
import type { ContainerStats, ContainerUsage } from '../port.ts';
import type { CpuAccount, WorkItem } from './cpu-account.ts';
import type { Meter, MeterPart } from './meter.ts';
import type { NodeResources } from './node-resources.ts';
import { followUsage } from './usage.ts';

/** The kernel counts memory by pages. */
const PAGE_BYTES = 4096;

/** What a container asks for, and may have. */
export interface AccountBounds {
  memoryLimitBytes: number | undefined;
  cpuRequestMillicores: number;
  cpuLimitMillicores: number | undefined;
  /** The kernel's preference when the whole node runs out of memory, -1000 to 1000: the highest is killed first. */
  oomScoreAdj: number;
}

export interface AccountConfig extends AccountBounds {
  /** The container's, and its Pod's uid. */
  name: string;
  podUid: string;
  /** What the container holds when none of its programs says anything. */
  baseMemoryBytes: number;
  /** Ends the container: out of memory. */
  kill(): void;
}

/** What one container uses of its node, and what it may. Its programs' meters are parts of it. */
export class ContainerAccount {
  readonly #node: NodeResources;
  #config: AccountConfig;
  readonly #cpu: CpuAccount;
  /** The image's own part, and those of what else runs in the container. */
  readonly #main = new Part(this);
  readonly #others = new Set<Part>();
  /** What a person says, in place of the image. */
  readonly #override: { memory?: number; cpu?: number } = {};
  readonly #stop: { memory?: () => void; cpu?: () => void } = {};
  #memoryBytes = 0;
  #closed = false;

  constructor(node: NodeResources, config: AccountConfig) {
    this.#node = node;
    this.#config = config;
    this.#cpu = node.cpu.open(config.cpuRequestMillicores, config.cpuLimitMillicores);
  }

  get memoryBytes(): number {
    return this.#memoryBytes;
  }

  get name(): string {
    return this.#config.name;
  }

  get podUid(): string {
    return this.#config.podUid;
  }

  get oomScoreAdj(): number {
    return this.#config.oomScoreAdj;
  }

  get isClosed(): boolean {
    return this.#closed;
  }

  stats(): ContainerStats {
    const nowMs = this.#node.cpu.look();
    const { usage, granted, throttling } = this.#cpu;
    return {
      memoryBytes: this.#memoryBytes,
      cpuMillicores: granted,
      cpuNanoCores: usage.nanoCores(nowMs),
      cpuUsedMs: usage.usedMs(nowMs),
      ...throttling,
    };
  }

  /** The meter of its image. */
  get meter(): Meter {
    return this.#main;
  }

  /** The meter of one more program. */
  part(): MeterPart {
    const part = new Part(this);
    this.#others.add(part);
    return part;
  }

  release(part: Part): void {
    if (!this.#others.delete(part) || this.#closed) return;
    this.#node.cpu.drop(this.#cpu, part.pending);
    this.changed();
  }

  /** Takes other bounds from now on. What it holds already is not judged by them, only what comes next. */
  resize(bounds: AccountBounds): void {
    if (this.#closed) return;
    this.#config = { ...this.#config, ...bounds };
    this.#node.cpu.resize(this.#cpu, bounds.cpuRequestMillicores, bounds.cpuLimitMillicores);
  }

  /** Takes the course that annotations describe; what is undefined is left to the image. */
  use({ memory, cpu }: ContainerUsage): void {
    this.#follow('memory', memory);
    this.#follow('cpu', cpu);
  }

  override(what: UsageResource, amount: number | undefined): void {
    this.#stop[what]?.();
    this.#stop[what] = undefined;
    this.#override[what] = amount;
    this.changed();
  }

  /** A part, or a person, says something else than before. */
  changed(): void {
    if (this.#closed) return;
    let memoryBytes = this.#override.memory ?? this.#config.baseMemoryBytes + this.#main.ownMemoryBytes;
    let millicores = this.#override.cpu ?? this.#main.millicores;
    for (const part of this.#others) {
      memoryBytes += part.ownMemoryBytes;
      millicores += part.millicores;
    }
    this.#node.cpu.setBackground(this.#cpu, millicores);
    this.#setMemory(memoryBytes);
  }

  work(cpuMs: number, pending: Set<WorkItem>): Promise<void> {
    if (!(cpuMs > 0)) return Promise.resolve();
    const { promise, resolve } = Promise.withResolvers<void>();
    if (this.#closed) return promise;
    const item = this.#node.cpu.work(this.#cpu, cpuMs, () => {
      if (item) pending.delete(item);
      resolve();
    });
    if (!item) return Promise.resolve();
    pending.add(item);
    return promise;
  }

  /** Out of memory: its own limit, or the node's end. */
  kill(): void {
    if (!this.#closed) this.#config.kill();
  }

  /** The container has ended. Idempotent. */
  close(): void {
    if (this.#closed) return;
    this.#stop.memory?.();
    this.#stop.cpu?.();
    this.#closed = true;
    this.#node.cpu.close(this.#cpu);
    this.#node.moved(this, -this.#memoryBytes);
    this.#memoryBytes = 0;
    this.#others.clear();
  }

  #follow(what: UsageResource, steps: readonly UsageStep[] | undefined): void {
    this.#stop[what]?.();
    this.#stop[what] = undefined;
    if (!steps) {
      this.#override[what] = undefined;
      return this.changed();
    }
    const stop = followUsage(this.#node.clock, steps, (amount) => {
      this.#override[what] = amount;
      this.changed();
    });
    if (this.#closed) stop();
    else this.#stop[what] = stop;
  }

  #setMemory(bytes: number): void {
    const { memoryLimitBytes = Infinity } = this.#config;
    const delta = Math.ceil(bytes / PAGE_BYTES) * PAGE_BYTES - this.#memoryBytes;
    if (delta === 0) return;
    this.#memoryBytes += delta;
    // Its own limit comes first: what is killed for it never weighs on the node.
    if (this.#memoryBytes > memoryLimitBytes) {
      this.#memoryBytes -= delta;
      return this.kill();
    }
    this.#node.moved(this, delta);
  }
}

/** One program's part of its container's account. */
class Part implements MeterPart {
  readonly #account: ContainerAccount;
  readonly pending = new Set<WorkItem>();
  ownMemoryBytes = 0;
  millicores = 0;

  constructor(account: ContainerAccount) {
    this.#account = account;
  }

  get memoryBytes(): number {
    return this.#account.memoryBytes;
  }
  setMemory(bytes: number): void {
    this.ownMemoryBytes = amountOf(bytes);
    this.#account.changed();
  }
  setCpu(millicores: number): void {
    this.millicores = amountOf(millicores);
    this.#account.changed();
  }
  work(cpuMs: number): Promise<void> {
    return this.#account.work(cpuMs, this.pending);
  }
  part(): MeterPart {
    return this.#account.part();
  }
  override(what: UsageResource, amount: number | undefined): void {
    this.#account.override(what, amount === undefined ? undefined : amountOf(amount));
  }
  release(): void {
    this.#account.release(this);
  }
}

/** Users' images say what they like; the books stay sound. */
const amountOf = (amount: number): number => (Number.isFinite(amount) && amount > 0 ? amount : 0);
