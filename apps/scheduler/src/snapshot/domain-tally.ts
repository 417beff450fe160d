import type { Node } from '@kubernats/api';
import type { NodeInfo } from './node-info.ts';
import type { PodInfo } from './pod-info.ts';
import { longer, NO_DOMAIN, type Topology, type TopologyFollower } from './topology.ts';

/** Which Pods a tally counts, and where. */
export interface TallyOf {
  /** Tallies of one text count the same. */
  key: string;
  /** A domain is the nodes that have one value of this label. */
  topologyKey: string;
  /** All Pods that are counted have this label: the tally is not told of others. Absent: it is told of all. */
  label?: { key: string; value: string };
  counts(info: PodInfo): boolean;
  /** Absent: every node that has the topology's label belongs to its domain. */
  includes?(node: Node): boolean;
}

/**
 * How many Pods and nodes there are in each topology domain, for whoever looks at all domains: every change of a Pod or a node costs that Pod or node alone.
 */
export class DomainTally implements TopologyFollower {
  readonly of: TallyOf;
  readonly topology: Topology;
  #pods: Int32Array<ArrayBuffer>;
  /** Undefined: as many as the topology's domains have. */
  #nodes: Int32Array<ArrayBuffer> | undefined;

  constructor(of: TallyOf, topology: Topology, nodes: Iterable<NodeInfo>) {
    this.of = of;
    this.topology = topology;
    this.#pods = new Int32Array(topology.nodes.length);
    if (of.includes) this.#nodes = new Int32Array(topology.nodes.length);
    for (const node of nodes) this.#count(node, node.node, topology.of(node.node), 1);
  }

  /** How many Pods it counts in each domain, by the domain's number in the topology. */
  get podsByDomain(): Int32Array {
    return this.#pods;
  }

  /** How many nodes belong to each domain, by the domain's number in the topology. */
  get nodesByDomain(): Int32Array {
    return this.#nodes ?? this.topology.nodes;
  }

  counts(info: PodInfo): boolean {
    return this.of.counts(info);
  }

  /** Whether what is on the node counts, if it has the topology's label. */
  includes(node: Node): boolean {
    return this.of.includes?.(node) ?? true;
  }

  podChanged(info: PodInfo, { node }: NodeInfo, by: 1 | -1): void {
    if (!node || !this.of.counts(info)) return;
    const number = this.topology.of(node);
    if (number !== NO_DOMAIN && this.includes(node)) this.#add(number, by);
  }

  nodeChanged(info: NodeInfo, before: Node | undefined, from: number, to: number): void {
    const was = before && from !== NO_DOMAIN && this.includes(before);
    const is = info.node && to !== NO_DOMAIN && this.includes(info.node);
    if (was === is && from === to) return;
    if (to >= this.#pods.length) {
      this.#pods = longer(this.#pods, to);
      this.#nodes &&= longer(this.#nodes, to);
    }
    this.#count(info, before, from, -1);
    this.#count(info, info.node, to, 1);
  }

  /** Counts the node as it is or was, with all Pods that are there, in the domain, or no more. */
  #count({ pods }: NodeInfo, node: Node | undefined, number: number, by: 1 | -1): void {
    if (!node || number === NO_DOMAIN || !this.includes(node)) return;
    if (this.#nodes) this.#nodes[number] = (this.#nodes[number] ?? 0) + by;
    let count = 0;
    for (const pod of pods) if (this.of.counts(pod)) count += by;
    this.#add(number, count);
  }

  #add(number: number, count: number): void {
    this.#pods[number] = (this.#pods[number] ?? 0) + count;
  }
}
