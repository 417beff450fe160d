const FIRST_MS = 1_000;
const LONGEST_MS = 15 * 60_000;

interface Wait {
  delayMs: number;
  untilMs: number;
}

/** How long to wait before a Pod that failed is replaced: longer with each one of a node, so that a kubelet that refuses them is not kept busy. */
export class FailedPods {
  readonly #waits = new Map<string, Map<string, Wait>>();

  /** Wall time, in milliseconds; undefined: none of the node's Pods failed lately. */
  heldUntilMs(key: string, node: string): number | undefined {
    return this.#waits.get(key)?.get(node)?.untilMs;
  }

  /** One more is replaced now. */
  replaced(key: string, node: string, nowMs: number): void {
    let waits = this.#waits.get(key);
    if (!waits) this.#waits.set(key, (waits = new Map()));
    const before = waits.get(node);
    const again = before && nowMs < before.untilMs + 2 * LONGEST_MS;
    const delayMs = again ? Math.min(LONGEST_MS, before.delayMs * 2) : FIRST_MS;
    waits.set(node, { delayMs, untilMs: nowMs + delayMs });
  }

  forget(key: string): void {
    this.#waits.delete(key);
  }
}
