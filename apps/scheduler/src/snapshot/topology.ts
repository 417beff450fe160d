import type { Node } from '@kubernats/api';
import type { NodeInfo } from './node-info.ts';

/** A node that has no such label. */
export const NO_DOMAIN = -1;

/** Counts something by the domains of a topology. */
export interface TopologyFollower {
  /** The node came, went (`node.node` is undefined then), or is another now than `before`; `from` and `to` are the numbers of its domains, perhaps the same. */
  nodeChanged(node: NodeInfo, before: Node | undefined, from: number, to: number): void;
}

/**
 * The domains of one topology key, each the nodes that have one value of that label. Each is known by a number, so that what is counted in them can be an
 * array; the number is given to another one when no node is left.
 */
export class Topology {
  readonly key: string;
  readonly followers = new Set<TopologyFollower>();
  /** By the label's value. */
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

  /** The number of the domain that the node belongs to, or NO_DOMAIN. */
  of(node: Node | undefined): number {
    const value = labelValueOf(node, this.key);
    return value === undefined ? NO_DOMAIN : (this.#numbers.get(value) ?? NO_DOMAIN);
  }

  /** The number of each node's domain, by the node's place. */
  byPlace(nodes: readonly NodeInfo[]): Int32Array {
    if (this.#byPlace?.of !== nodes) this.#byPlace = { of: nodes, numbers: Int32Array.from(nodes, ({ node }) => this.of(node)) };
    return this.#byPlace.numbers;
  }

  /** The node came, went, or is another now than `before`: whoever counts by this topology is told. */
  nodeChanged(node: NodeInfo, before: Node | undefined): void {
    const value = labelValueOf(before, this.key);
    const from = this.of(before);
    const to = value === labelValueOf(node.node, this.key) ? from : this.#enter(node.node);
    if (to !== from) this.#setPlace(node, before, to);
    for (const follower of this.followers) follower.nodeChanged(node, before, from, to);
    if (to !== from && value !== undefined) this.#leave(value, from);
  }

  #setPlace({ node, index }: NodeInfo, before: Node | undefined, to: number): void {
    if (node && before && this.#byPlace?.of[index]?.node === node) this.#byPlace.numbers[index] = to;
    else this.#byPlace = undefined;
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
