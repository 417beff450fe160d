import type { Node } from '@kubernats/api';
import type { NodeInfo } from './node-info.ts';
import type { PodInfo } from './pod-info.ts';

/** Which Pods a tally counts, and where. */
export interface TallyOf {
  /** Tallies of one text count the same. */
  key: string;
  /** A domain is the nodes that have one value of this label. */
  topologyKey: string;
  counts(info: PodInfo): boolean;
  /** Absent: every node that has the label belongs to its domain. */
  includes?(node: Node): boolean;
}

export interface Domain {
  /** How many Pods that the tally counts are there. */
  pods: number;
  /** How many nodes are. */
  nodes: number;
}

interface Place {
  value: string;
  pods: number;
}

/** How many Pods there are in each topology domain: every change of a Pod or a node costs that Pod or node alone. */
export class DomainTally {
  /** By the label's value. */
  readonly domains = new Map<string, Domain>();
  readonly #of: TallyOf;
  readonly #places = new Map<string, Place>();
  #pods = 0;

  constructor(of: TallyOf, nodes: Iterable<NodeInfo>) {
    this.#of = of;
    for (const node of nodes) this.nodeChanged(node);
  }

  /** How many Pods it counts altogether. */
  get pods(): number {
    return this.#pods;
  }

  /** The domain that a node counts in. */
  domainOf(node: NodeInfo): Domain | undefined {
    const place = this.#places.get(node.name);
    return place && this.domains.get(place.value);
  }

  counts(info: PodInfo): boolean {
    return this.#of.counts(info);
  }

  podChanged(info: PodInfo, node: NodeInfo, by: 1 | -1): void {
    const place = this.#places.get(node.name);
    if (!place || !this.#of.counts(info)) return;
    place.pods += by;
    this.#add(place.value, by, 0);
  }

  /** The node came, went, or is another now. */
  nodeChanged(info: NodeInfo): void {
    const { topologyKey, includes } = this.#of;
    const { node } = info;
    const labels = node?.metadata?.labels;
    const isIn = node && labels && Object.hasOwn(labels, topologyKey) && (includes?.(node) ?? true);
    const value = isIn ? labels[topologyKey] : undefined;
    const place = this.#places.get(info.name);
    if (place?.value === value) return;
    if (place) {
      this.#places.delete(info.name);
      this.#add(place.value, -place.pods, -1);
    }
    if (value === undefined) return;
    let pods = 0;
    for (const pod of info.pods) if (this.#of.counts(pod)) pods++;
    this.#places.set(info.name, { value, pods });
    this.#add(value, pods, 1);
  }

  #add(value: string, pods: number, nodes: number): void {
    const domain = this.domains.get(value) ?? { pods: 0, nodes: 0 };
    domain.pods += pods;
    domain.nodes += nodes;
    this.#pods += pods;
    if (domain.nodes > 0) this.domains.set(value, domain);
    else this.domains.delete(value);
  }
}
