import type { Node } from '@kubernats/api';
import type { NodeInfo } from './node-info.ts';
import { NO_DOMAIN, type Topology, type TopologyFollower } from './topology.ts';

/**
 * Pods counted by topology domain where there may be many such counts with few Pods each: a node or a domain without any costs nothing. (A `DomainTally` is
 * for whoever looks at all domains.)
 */
export class DomainCounts implements TopologyFollower {
  readonly topology: Topology;
  /** By the nodes' names. */
  readonly #podsOn = new Map<string, number>();
  /** By the domains' numbers. */
  readonly #podsIn = new Map<number, number>();
  #turns = 0;
  #pods = 0;

  constructor(topology: Topology) {
    this.topology = topology;
  }

  get topologyKey(): string {
    return this.topology.key;
  }

  /** Whether no node has any, in a domain or not. */
  get empty(): boolean {
    return this.#podsOn.size === 0;
  }

  /** How many there are in all domains. */
  get pods(): number {
    return this.#pods;
  }

  /** How often the first Pod came into a domain, or the last left one, where that meant something to other nodes than its own. */
  get turns(): number {
    return this.#turns;
  }

  isInDomain({ node }: NodeInfo): boolean {
    return this.topology.of(node) !== NO_DOMAIN;
  }

  /** How many there are in the domain that the node is in. */
  at({ node }: NodeInfo): number {
    return this.#pods === 0 ? 0 : (this.#podsIn.get(this.topology.of(node)) ?? 0);
  }

  /** Adds to each amount so much for every Pod in the domain of its node: `places[i]` is where the node of `amounts[i]` is among the nodes. */
  addTo(amounts: Float64Array, each: number, nodes: readonly NodeInfo[], places: Int32Array): void {
    const domains = this.topology.byPlace(nodes);
    const worth = new Float64Array(this.topology.nodes.length);
    for (const [domain, count] of this.#podsIn) worth[domain] = each * count;
    for (let i = 0; i < amounts.length; i++) {
      const domain = domains[places[i] ?? 0] ?? NO_DOMAIN;
      if (domain !== NO_DOMAIN) amounts[i] = (amounts[i] ?? 0) + (worth[domain] ?? 0);
    }
  }

  /** So many more on the node. */
  add({ name, node }: NodeInfo, by: number): void {
    const pods = (this.#podsOn.get(name) ?? 0) + by;
    if (pods > 0) this.#podsOn.set(name, pods);
    else this.#podsOn.delete(name);
    const domain = this.topology.of(node);
    if (this.#add(domain, by) && (this.topology.nodes[domain] ?? 0) > 1) this.#turns++;
  }

  nodeChanged({ name }: NodeInfo, _before: Node | undefined, from: number, to: number): void {
    const pods = this.#podsOn.get(name);
    if (pods === undefined || from === to) return;
    const left = this.#add(from, -pods);
    const came = this.#add(to, pods);
    if (left || came) this.#turns++;
  }

  /** Whether the domain was without Pods, or is so now. */
  #add(domain: number, by: number): boolean {
    if (domain === NO_DOMAIN) return false;
    const before = this.#podsIn.get(domain) ?? 0;
    this.#pods += by;
    if (before + by > 0) this.#podsIn.set(domain, before + by);
    else this.#podsIn.delete(domain);
    return before === 0 || before + by === 0;
  }
}
