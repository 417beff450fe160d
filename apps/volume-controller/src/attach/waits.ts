import type { Clock } from '@kubernats/clock';

/** Since when nodes are to give volumes back. Known to this process only: after a restart the time begins anew, as in kube-controller-manager. */
export class Waits {
  readonly #clock: Clock;
  /** By volume, then by node: monotonic time. */
  readonly #since = new Map<string, Map<string, number>>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The nodes that are to give it back now; the others of before are not any more. */
  set(volume: string, nodes: readonly string[]): void {
    const before = this.#since.get(volume);
    if (nodes.length === 0) this.#since.delete(volume);
    else this.#since.set(volume, new Map(nodes.map((node) => [node, before?.get(node) ?? this.#clock.monotonic()])));
  }

  /** Milliseconds. */
  waitedMs(volume: string, node: string): number {
    const since = this.#since.get(volume)?.get(node);
    return since === undefined ? 0 : this.#clock.monotonic() - since;
  }
}
