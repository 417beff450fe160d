import type { Node } from '@kubernats/api';
import { timeMs } from '../pods/pod.ts';
import type { SeenTaint } from './decide.ts';

/** The NoExecute taints of nodes, each with the time since when it is there: its own, or when it was first seen here. */
export class SeenTaints {
  readonly #byNode = new Map<string, SeenTaint[]>();

  /** Takes a node's taints as they are now. Answers whether they changed. */
  see({ metadata, spec }: Node, nowMs: number): boolean {
    const name = metadata?.name ?? '';
    const before = this.of(name);
    const now = (spec?.taints ?? [])
      .filter(({ effect }) => effect === 'NoExecute')
      .map((taint) => {
        const known = before.find((seen) => seen.taint.key === taint.key && seen.taint.value === taint.value);
        return { taint, sinceMs: timeMs(taint.timeAdded) ?? known?.sinceMs ?? nowMs };
      });
    if (now.length > 0) this.#byNode.set(name, now);
    else this.#byNode.delete(name);
    return JSON.stringify(before) !== JSON.stringify(now);
  }

  forget(node: string): void {
    this.#byNode.delete(node);
  }

  of(node: string): readonly SeenTaint[] {
    return this.#byNode.get(node) ?? [];
  }
}
