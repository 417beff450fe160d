import type { NodeInfo } from './node-info.ts';

interface Place {
  /** The domain; undefined: the node is in none. */
  value: string | undefined;
  pods: number;
}

/** Pods counted by topology domain; a node or a domain without any costs nothing. */
export class DomainCounts {
  /** A domain is the nodes that have one value of this label. */
  readonly topologyKey: string;
  /** By the nodes' names. */
  readonly #places = new Map<string, Place>();
  readonly #domains = new Map<string, number>();
  #turns = 0;
  #inDomains = 0;

  constructor(topologyKey: string) {
    this.topologyKey = topologyKey;
  }

  /** Whether no node has any, in a domain or not. */
  get empty(): boolean {
    return this.#places.size === 0;
  }

  /** How many there are in all domains. */
  get pods(): number {
    return this.#inDomains;
  }

  /** How often the first Pod came into a domain, or the last left one, where that meant something to other nodes than its own. */
  get turns(): number {
    return this.#turns;
  }

  /** How many there are in the domain that the node is in. */
  at(node: NodeInfo): number {
    if (this.#inDomains === 0) return 0;
    const value = domainOf(node, this.topologyKey);
    return value === undefined ? 0 : (this.#domains.get(value) ?? 0);
  }

  /** So many more on the node. `isAlone`: whether the node is the only one of its domain. */
  add(node: NodeInfo, by: number, isAlone: () => boolean): void {
    const place = this.#places.get(node.name) ?? { value: domainOf(node, this.topologyKey), pods: 0 };
    place.pods += by;
    if (place.pods > 0) this.#places.set(node.name, place);
    else this.#places.delete(node.name);
    if (this.#add(place.value, by) && !isAlone()) this.#turns++;
  }

  /** The node came, went, or is another now. */
  nodeChanged(node: NodeInfo): void {
    const place = this.#places.get(node.name);
    if (!place) return;
    const value = domainOf(node, this.topologyKey);
    if (value === place.value) return;
    const left = this.#add(place.value, -place.pods);
    place.value = value;
    const came = this.#add(value, place.pods);
    if (left || came) this.#turns++;
  }

  /** Whether the domain was without Pods, or is so now. */
  #add(value: string | undefined, by: number): boolean {
    if (value === undefined) return false;
    const before = this.#domains.get(value) ?? 0;
    this.#inDomains += by;
    if (before + by > 0) this.#domains.set(value, before + by);
    else this.#domains.delete(value);
    return before === 0 || before + by === 0;
  }
}

/** The node's value of the label; undefined: it is in none of the label's domains. */
export function domainOf({ node }: NodeInfo, topologyKey: string): string | undefined {
  const labels = node?.metadata?.labels;
  return labels && Object.hasOwn(labels, topologyKey) ? labels[topologyKey] : undefined;
}
