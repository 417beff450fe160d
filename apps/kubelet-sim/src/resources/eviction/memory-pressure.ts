import type { Clock, Timer } from '@kubernats/clock';
import type { MemoryObserver, NodeResources } from '@kubernats/containers';
import { isCriticalPod } from '../critical-pod.ts';
import type { Candidate } from './candidate.ts';
import { evictionMessage } from './message.ts';
import { rankForMemory } from './rank.ts';

export interface MemoryPressureDeps {
  clock: Clock;
  resources: NodeResources;
  /** As a quantity, and in bytes: less than this must not be left. */
  threshold: string;
  thresholdBytes: number;
  /** How long a node that has enough again still says that it has not. */
  transitionMs: number;
  pods(): Candidate[];
  /** Ends a Pod for good. */
  evict(use: Candidate, message: string): void;
  /** The condition has changed. */
  changed(): void;
  /** An event of the node. */
  tell(type: 'Normal' | 'Warning', reason: string, message: string): void;
}

/** How long a Pod that was told to go may take before the next one is looked at. */
const CLEANUP_MS = 30_000;
/** How often it looks again when nobody could be evicted. */
const RETRY_MS = 10_000;

/**
 * Memory pressure of one node: when too little is left, Pods are evicted, one at a time, until there is enough. Source: Kubernetes, "Node-pressure
 * Eviction". It acts when the threshold is crossed rather than at its next look.
 */
export class MemoryPressure implements MemoryObserver {
  readonly #deps: MemoryPressureDeps;
  #isActive = false;
  #isLooking = false;
  #stopped = false;
  #victim: string | undefined;
  #evictions = 0;
  /** While there is too little: when to look again if nothing happens. */
  #retry: Timer | undefined;
  /** While there is enough again: when that will have been so for long enough. */
  #transition: Timer | undefined;

  constructor(deps: MemoryPressureDeps) {
    this.#deps = deps;
  }

  /** What the condition MemoryPressure says. */
  get isActive(): boolean {
    return this.#isActive;
  }

  /** How many Pods were evicted since the node was switched on. */
  get evictions(): number {
    return this.#evictions;
  }

  changed(): void {
    if (this.#stopped || this.#isLooking || (!this.#isActive && !this.#isMet)) return;
    this.#isLooking = true;
    // Not within what somebody's program is doing at the moment.
    queueMicrotask(() => {
      this.#isLooking = false;
      this.#look();
    });
  }

  systemOom(container: string): void {
    this.#deps.tell('Warning', 'SystemOOM', `System OOM encountered, victim process: ${container}, pid: 1`);
  }

  stop(): void {
    this.#stopped = true;
    this.#retry?.cancel();
    this.#transition?.cancel();
  }

  get #availableBytes(): number {
    const { memoryCapacityBytes, memoryBytes } = this.#deps.resources;
    return memoryCapacityBytes - memoryBytes;
  }

  get #isMet(): boolean {
    return this.#availableBytes < this.#deps.thresholdBytes;
  }

  #look(): void {
    if (this.#stopped) return;
    this.#retry?.cancel();
    if (!this.#isMet) {
      this.#victim = undefined;
      this.#transition ??= this.#deps.clock.setTimer(this.#deps.transitionMs, () => this.#turn(false));
      return;
    }
    this.#transition?.cancel();
    this.#transition = undefined;
    if (!this.#isActive) this.#turn(true);
    this.#retry = this.#deps.clock.setTimer(this.#evictOne() ? CLEANUP_MS : RETRY_MS, () => {
      this.#victim = undefined;
      this.#look();
    });
  }

  #turn(isActive: boolean): void {
    this.#transition = undefined;
    this.#isActive = isActive;
    this.#deps.changed();
  }

  /** Whether somebody is on the way out. */
  #evictOne(): boolean {
    const { pods, evict, threshold, tell } = this.#deps;
    const uses = pods();
    if (uses.some(({ pod, memoryBytes }) => pod.metadata?.uid === this.#victim && memoryBytes > 0)) return true;
    tell('Warning', 'EvictionThresholdMet', 'Attempting to reclaim memory');
    const use = rankForMemory(uses.filter(({ isEnding, pod }) => !isEnding && !isCriticalPod(pod)))[0];
    this.#victim = use?.pod.metadata?.uid;
    if (!use) return false;
    this.#evictions++;
    evict(use, evictionMessage(use, threshold, this.#availableBytes));
    return true;
  }
}
