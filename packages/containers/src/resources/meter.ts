import type { UsageResource } from '@kubernats/api';

/**
 * What a program uses of its node. Images move it, and the node enforces limits by it. Each program of a container has its own; what they
 * use adds up, and ends with the program.
 */
export interface Meter {
  /** The memory that the whole container holds now. */
  readonly memoryBytes: number;
  /** Holds this much memory from now on, beside the image's own. Over the container's limit the container is killed (OOMKilled). */
  setMemory(bytes: number): void;
  /** Wants this much CPU from now on, all the time. What it gets is bounded by its limit, and by what the node has. */
  setCpu(millicores: number): void;
  /**
   * Uses so much CPU time, of one core; resolves when it has had it: later, the less CPU the container gets. Where nothing holds it back and it
   * would take less than a millisecond, it resolves at once. When the program has ended it never resolves: nothing of it runs on.
   */
  work(cpuMs: number): Promise<void>;
  /** The meter of another program in the same container: its own until it is released. */
  part(): MeterPart;
  /**
   * What a person makes the container use, in place of what its image says; undefined gives it back to the image. The Pod's annotations are
   * the same switch: what was said last counts. Other programs of the container come on top of it.
   */
  override(what: UsageResource, amount: number | undefined): void;
}

export interface MeterPart extends Meter {
  /** The program has ended: it uses nothing any more. Idempotent. */
  release(): void;
}
