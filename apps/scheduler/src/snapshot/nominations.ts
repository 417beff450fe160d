import type { Place } from './journal.ts';
import type { PodInfo } from './pod-info.ts';

const NOBODY: readonly PodInfo[] = [];

/** Pods that wait for room on a node which preemption is making for them: others of lower or equal priority may not take it. */
export class Nominations {
  readonly #nodes = new Map<string, Map<string, PodInfo>>();
  readonly #nodeOf = new Map<string, string>();
  readonly #changing: (key: string, was: Place | undefined) => void;

  /** `changing` is told of every change before it is made. */
  constructor(changing: (key: string, was: Place | undefined) => void) {
    this.#changing = changing;
  }

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
    this.#changing(info.key, this.#placeOf(info.key));
    this.#take(info.key);
    const pods = this.#nodes.get(node) ?? new Map<string, PodInfo>();
    this.#nodes.set(node, pods.set(info.key, info));
    this.#nodeOf.set(info.key, node);
  }

  remove(key: string): void {
    const was = this.#placeOf(key);
    if (!was) return;
    this.#changing(key, was);
    this.#take(key);
  }

  /** All of them, by their Pods' keys. */
  places(): Map<string, Place> {
    const places = new Map<string, Place>();
    for (const [nodeName, pods] of this.#nodes) for (const [key, info] of pods) places.set(key, { info, nodeName });
    return places;
  }

  #placeOf(key: string): Place | undefined {
    const nodeName = this.#nodeOf.get(key);
    const info = nodeName === undefined ? undefined : this.#nodes.get(nodeName)?.get(key);
    return nodeName === undefined || !info ? undefined : { nodeName, info };
  }

  #take(key: string): void {
    const node = this.#nodeOf.get(key);
    if (node === undefined) return;
    this.#nodeOf.delete(key);
    const pods = this.#nodes.get(node);
    pods?.delete(key);
    if (pods?.size === 0) this.#nodes.delete(node);
  }
}
