import type { PodInfo } from './pod-info.ts';

const NOBODY: readonly PodInfo[] = [];

/** Pods that wait for room on a node which preemption is making for them: others of lower or equal priority may not take it. */
export class Nominations {
  readonly #nodes = new Map<string, Map<string, PodInfo>>();
  readonly #nodeOf = new Map<string, string>();

  /** The nodes that somebody waits for. */
  get nodes(): Iterable<string> {
    return this.#nodes.keys();
  }

  on(node: string): readonly PodInfo[] {
    const pods = this.#nodes.get(node);
    return pods ? [...pods.values()] : NOBODY;
  }

  nodeOf(key: string): string | undefined {
    return this.#nodeOf.get(key);
  }

  set(info: PodInfo, node: string): void {
    this.remove(info.key);
    const pods = this.#nodes.get(node) ?? new Map<string, PodInfo>();
    this.#nodes.set(node, pods.set(info.key, info));
    this.#nodeOf.set(info.key, node);
  }

  remove(key: string): void {
    const node = this.#nodeOf.get(key);
    if (node === undefined) return;
    this.#nodeOf.delete(key);
    const pods = this.#nodes.get(node);
    pods?.delete(key);
    if (pods?.size === 0) this.#nodes.delete(node);
  }
}
