import type { PodInfo } from './pod-info.ts';
import type { SnapshotFollower } from './snapshot.ts';

/** The lowest priority of a Pod that is on a node: where nobody's is lower, nobody can be preempted, and no node need be looked at. */
export class LowestPriority implements SnapshotFollower {
  readonly #counts = new Map<number, number>();
  #lowest: number | undefined;

  /** Infinity while there are no Pods. */
  get value(): number {
    this.#lowest ??= Math.min(...this.#counts.keys());
    return this.#lowest;
  }

  podChanged({ priority }: PodInfo, _node: unknown, by: 1 | -1): void {
    const count = (this.#counts.get(priority) ?? 0) + by;
    if (count > 0) this.#counts.set(priority, count);
    else this.#counts.delete(priority);
    if (count <= 1) this.#lowest = undefined;
  }
}
