import type { Clock } from '@kubernats/clock';
import { type AccountConfig, ContainerAccount } from './container-account.ts';
import { NodeCpu } from './node-cpu.ts';
import type { CpuThrottle } from './share-cpu.ts';

export interface NodeResourcesConfig {
  clock: Clock;
  cpuMillicores: number;
  memoryBytes: number;
  cpuThrottle?: CpuThrottle;
}

/** What follows the memory of a node. */
export interface MemoryObserver {
  /** More, or less, is used than before. Called for each change: it must be quick. */
  changed(usedBytes: number): void;
  /** The node was out of memory, and a container was killed for it. */
  systemOom(container: string): void;
}

/** CPU and memory of one node that is switched on, and who uses how much of it (P5). */
export class NodeResources {
  readonly clock: Clock;
  readonly cpu: NodeCpu;
  readonly memoryCapacityBytes: number;
  readonly cpuCapacityMillicores: number;
  /** Those that hold memory. */
  readonly #accounts = new Set<ContainerAccount>();
  #memoryBytes = 0;
  observer: MemoryObserver | undefined;

  constructor({ clock, cpuMillicores, memoryBytes, cpuThrottle = 'limit' }: NodeResourcesConfig) {
    this.clock = clock;
    this.cpu = new NodeCpu(clock, cpuMillicores, cpuThrottle);
    this.memoryCapacityBytes = memoryBytes;
    this.cpuCapacityMillicores = cpuMillicores;
  }

  /** What all containers hold. */
  get memoryBytes(): number {
    return this.#memoryBytes;
  }

  /** Every container that holds memory: also one that is only just being started. */
  get holders(): Iterable<Pick<ContainerAccount, 'podUid' | 'name' | 'memoryBytes'>> {
    return this.#accounts;
  }

  open(config: AccountConfig): ContainerAccount {
    return new ContainerAccount(this, config);
  }

  /** An account holds `delta` bytes more, or less. */
  moved(account: ContainerAccount, delta: number): void {
    this.#memoryBytes += delta;
    if (account.isClosed || account.memoryBytes === 0) this.#accounts.delete(account);
    else this.#accounts.add(account);
    while (this.#memoryBytes > this.memoryCapacityBytes && this.#killOne());
    if (delta !== 0) this.observer?.changed(this.#memoryBytes);
  }

  /**
   * The node has nothing left: the kernel kills what holds much, weighed by how much its Pod's class protects it. Source: Kubernetes,
   * "Node out of memory behavior".
   */
  #killOne(): boolean {
    const score = (account: ContainerAccount): number => (account.memoryBytes / this.memoryCapacityBytes) * 1000 + account.oomScoreAdj;
    let victim: ContainerAccount | undefined;
    for (const account of this.#accounts) if (!victim || score(account) > score(victim)) victim = account;
    if (!victim) return false;
    victim.kill();
    this.observer?.systemOom(victim.name);
    // What does not end when it is told to would be chosen again.
    return victim.isClosed;
  }
}

/** A node without bounds: for containers that nobody gave one. */
export const boundless = (clock: Clock): NodeResources => new NodeResources({ clock, cpuMillicores: Infinity, memoryBytes: Infinity });
