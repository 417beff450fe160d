import type { Node } from '@kubernats/api';
import type { NodeInfo } from './node-info.ts';

/** A node that has no such label. */
export const NO_DOMAIN = -1;

/** The domains of one topology key, each known by a number, so that what is counted in them is an array: the nodes that have one value of that label. */
export class Topology {
  readonly key: string;
  readonly #numbers = new Map<string, number>();
  /** Numbers of domains that have no nodes any more. */
  readonly #free: number[] = [];
  #nodes = new Int32Array(8);
  #byPlace: { of: readonly NodeInfo[]; numbers: Int32Array } | undefined;

  constructor(key: string, nodes: Iterable<NodeInfo>) {
    this.key = key;
    for (const { node } of nodes) this.#enter(node);
  }

  /** How many nodes each domain has, by its number. As long as any other array by these numbers must be. */
  get nodes(): Int32Array {
    return this.#nodes;
  }

  /** How many domains have nodes. */
  get size(): number {
    return this.#numbers.size;
  }

  /** The number of the domain that the node belongs to, or NO_DOMAIN. */
  of(node: Node | undefined): number {
    const value = labelValueOf(node, this.key);
    return value === undefined ? NO_DOMAIN : (this.#numbers.get(value) ?? NO_DOMAIN);
  }

  /** The number of the domain with this value, or NO_DOMAIN. */
  numberOf(value: string): number {
    return this.#numbers.get(value) ?? NO_DOMAIN;
  }

  /** The number of each node's domain, by the node's place. The same array as long as the nodes and their labels are the same. */
  byPlace(nodes: readonly NodeInfo[]): Int32Array {
    if (this.#byPlace?.of !== nodes) this.#byPlace = { of: nodes, numbers: Int32Array.from(nodes, ({ node }) => this.of(node)) };
    return this.#byPlace.numbers;
  }

  /** The node came, went, or has other labels than `before`. The domain that it left keeps its number until this is over for everybody. */
  nodeChanged({ node, index }: NodeInfo, before: Node | undefined): { from: number; to: number } {
    const from = this.of(before);
    if (labelValueOf(before, this.key) === labelValueOf(node, this.key)) return { from, to: from };
    const to = this.#enter(node);
    const value = labelValueOf(before, this.key);
    if (value !== undefined) this.#leave(value, from);
    if (node && before && this.#byPlace?.of[index]?.node === node) this.#byPlace.numbers[index] = to;
    else this.#byPlace = undefined;
    return { from, to };
  }

  #enter(node: Node | undefined): number {
    const value = labelValueOf(node, this.key);
    if (value === undefined) return NO_DOMAIN;
    const known = this.#numbers.get(value);
    const number = known ?? this.#free.pop() ?? this.#numbers.size;
    if (known === undefined) this.#numbers.set(value, number);
    if (number >= this.#nodes.length) this.#nodes = longer(this.#nodes, number);
    this.#nodes[number] = (this.#nodes[number] ?? 0) + 1;
    return number;
  }

  #leave(value: string, number: number): void {
    const left = (this.#nodes[number] ?? 0) - 1;
    this.#nodes[number] = left;
    if (left > 0) return;
    this.#numbers.delete(value);
    this.#free.push(number);
  }
}

/** The array with room for this index. */
export function longer(array: Int32Array, index: number): Int32Array<ArrayBuffer> {
  const copy = new Int32Array(Math.max(2 * array.length, index + 1));
  copy.set(array);
  return copy;
}

function labelValueOf(node: Node | undefined, key: string): string | undefined {
  const labels = node?.metadata?.labels;
  return labels && Object.hasOwn(labels, key) ? labels[key] : undefined;
}
