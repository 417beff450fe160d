import type { NodeInfo } from './node-info.ts';

/** Fewer nodes than these are looked up one by one. */
const FEW = 64;
const NONE = -1;

/** The topology domains of one label: the nodes that have the same value of it. Each domain has a number, which stays its own. */
export class LabelDomains {
  readonly topologyKey: string;
  /** By the label's value. */
  readonly #numbers = new Map<string, number>();
  /** Of the nodes that have the label, by name. */
  readonly #domainOf = new Map<string, number>();
  /** How many nodes each domain has. */
  readonly #sizes: number[] = [];
  /** The numbers of all nodes by their places, as they were last asked for. */
  #column: { nodes: readonly NodeInfo[]; numbers: Int32Array } | undefined;

  constructor(topologyKey: string, nodes: Iterable<NodeInfo>) {
    this.topologyKey = topologyKey;
    for (const node of nodes) this.nodeChanged(node);
  }

  /** -1: the node is in none. */
  numberOf({ name }: NodeInfo): number {
    return this.#domainOf.get(name) ?? NONE;
  }

  /** How many numbers there are. */
  get count(): number {
    return this.#numbers.size;
  }

  /** How many nodes the domain has. */
  sizeOf(number: number): number {
    return this.#sizes[number] ?? 0;
  }

  /** The numbers of the nodes, in their order. */
  column(nodes: readonly NodeInfo[]): Int32Array {
    if (this.#column?.nodes === nodes) return this.#column.numbers;
    const numbers = Int32Array.from({ length: nodes.length }, (_, place) => this.#numberAt(nodes[place]));
    if (nodes.length >= FEW) this.#column = { nodes, numbers };
    return numbers;
  }

  /** The node came, went, or is another now. */
  nodeChanged(node: NodeInfo): void {
    const before = this.numberOf(node);
    const number = this.#numberNow(node);
    if (number === before) return;
    if (before !== NONE) this.#sizes[before] = this.sizeOf(before) - 1;
    if (number === NONE) this.#domainOf.delete(node.name);
    else {
      this.#domainOf.set(node.name, number);
      this.#sizes[number] = this.sizeOf(number) + 1;
    }
    this.#column = undefined;
  }

  #numberAt(node: NodeInfo | undefined): number {
    return node ? this.numberOf(node) : NONE;
  }

  #numberNow({ node }: NodeInfo): number {
    const labels = node?.metadata?.labels;
    const value = labels && Object.hasOwn(labels, this.topologyKey) ? labels[this.topologyKey] : undefined;
    if (value === undefined) return NONE;
    const number = this.#numbers.get(value) ?? this.#numbers.size;
    this.#numbers.set(value, number);
    return number;
  }
}
