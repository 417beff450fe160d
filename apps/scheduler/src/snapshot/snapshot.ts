import type { Node, Pod } from '@kubernats/api';
import { NodeInfo } from './node-info.ts';

/**
 * The cluster as the scheduler sees it: nodes with the sums over their Pods. A Pod that was decided is assumed on its node
 * before the API server confirms, so that the next decision counts it.
 */
export class Snapshot {
  readonly #nodes = new Map<string, NodeInfo>();
  /** Where each Pod counts, by its key. */
  readonly #places = new Map<string, string>();

  /** The nodes that exist, in the order in which they appeared. */
  *nodes(): Generator<NodeInfo & { node: Node }> {
    for (const info of this.#nodes.values()) if (info.node) yield info as NodeInfo & { node: Node };
  }

  get(name: string): NodeInfo | undefined {
    return this.#nodes.get(name);
  }

  setNode(node: Node): void {
    this.#info(node.metadata?.name ?? '').setNode(node);
  }

  /** Its Pods stay counted until they are gone themselves. */
  removeNode(name: string): void {
    const info = this.#nodes.get(name);
    if (!info) return;
    info.setNode(undefined);
    if (info.podCount === 0) this.#nodes.delete(name);
  }

  /** Counts the Pod on the node; used for what is bound and for what is about to be. */
  place(key: string, pod: Pod, node: string): void {
    const before = this.#places.get(key);
    if (before !== undefined && before !== node) this.removePod(key);
    this.#places.set(key, node);
    this.#info(node).place(key, pod);
  }

  removePod(key: string): void {
    const name = this.#places.get(key);
    if (name === undefined) return;
    this.#places.delete(key);
    const info = this.#nodes.get(name);
    info?.remove(key);
    if (info && !info.node && info.podCount === 0) this.#nodes.delete(name);
  }

  #info(name: string): NodeInfo {
    const known = this.#nodes.get(name);
    if (known) return known;
    const info = new NodeInfo();
    this.#nodes.set(name, info);
    return info;
  }
}
