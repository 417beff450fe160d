import type { LabelDomains } from './label-domains.ts';
import type { NodeInfo } from './node-info.ts';

interface Place {
  domain: number;
  pods: number;
}

/** Pods counted by the topology domains of a label; a node or a domain without any costs nothing. */
export class DomainCounts {
  readonly #domains: LabelDomains;
  /** By the nodes' names. */
  readonly #places = new Map<string, Place>();
  /** By the domains' numbers. */
  readonly #podsIn = new Map<number, number>();
  #turns = 0;
  #pods = 0;

  constructor(domains: LabelDomains) {
    this.#domains = domains;
  }

  get topologyKey(): string {
    return this.#domains.topologyKey;
  }

  /** Whether no node has any, in a domain or not. */
  get empty(): boolean {
    return this.#places.size === 0;
  }

  /** How many there are in all domains. */
  get pods(): number {
    return this.#pods;
  }

  /** How often the first Pod came into a domain, or the last left one, where that meant something to other nodes than its own. */
  get turns(): number {
    return this.#turns;
  }

  isInDomain(node: NodeInfo): boolean {
    return this.#domains.numberOf(node) >= 0;
  }

  /** How many there are in the domain that the node is in. */
  at(node: NodeInfo): number {
    return this.#pods === 0 ? 0 : (this.#podsIn.get(this.#domains.numberOf(node)) ?? 0);
  }

  /** Adds to each amount so much for every Pod in the domain of its node: `places[i]` is where the node of `amounts[i]` is among the nodes. */
  addTo(amounts: Float64Array, each: number, nodes: readonly NodeInfo[], places: Int32Array): void {
    const column = this.#domains.column(nodes);
    const pods = new Float64Array(this.#domains.count);
    for (const [domain, count] of this.#podsIn) pods[domain] = each * count;
    for (let i = 0; i < amounts.length; i++) {
      const domain = column[places[i] ?? 0] ?? -1;
      if (domain >= 0) amounts[i] = (amounts[i] ?? 0) + (pods[domain] ?? 0);
    }
  }

  /** So many more on the node. */
  add(node: NodeInfo, by: number): void {
    const place = this.#places.get(node.name) ?? { domain: this.#domains.numberOf(node), pods: 0 };
    place.pods += by;
    if (place.pods > 0) this.#places.set(node.name, place);
    else this.#places.delete(node.name);
    if (this.#add(place.domain, by) && this.#domains.sizeOf(place.domain) > 1) this.#turns++;
  }

  /** The node came, went, or is another now; its domains know of it. */
  nodeChanged(node: NodeInfo): void {
    const place = this.#places.get(node.name);
    const domain = this.#domains.numberOf(node);
    if (!place || domain === place.domain) return;
    const left = this.#add(place.domain, -place.pods);
    place.domain = domain;
    const came = this.#add(domain, place.pods);
    if (left || came) this.#turns++;
  }

  /** Whether the domain was without Pods, or is so now. */
  #add(domain: number, by: number): boolean {
    if (domain < 0) return false;
    const before = this.#podsIn.get(domain) ?? 0;
    this.#pods += by;
    if (before + by > 0) this.#podsIn.set(domain, before + by);
    else this.#podsIn.delete(domain);
    return before === 0 || before + by === 0;
  }
}
