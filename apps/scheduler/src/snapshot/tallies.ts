import type { Node } from '@kubernats/api';
import { DomainTally, type TallyOf } from './domain-tally.ts';
import type { NodeInfo } from './node-info.ts';
import type { PodInfo } from './pod-info.ts';
import type { SnapshotFollower } from './snapshot.ts';
import { Topology } from './topology.ts';

/** So many tallies are kept. */
const KEPT = 512;

/** The tallies that were asked for last, kept up to date: each is told of those Pods alone that may count. */
export class Tallies implements SnapshotFollower {
  /** By key; the last used is the last. */
  readonly #kept = new Map<string, DomainTally>();
  readonly #topologies = new Map<string, { topology: Topology; tallies: Set<DomainTally> }>();
  /** By the label that all Pods have that they count. */
  readonly #byLabel = new Map<string, Set<DomainTally>>();
  readonly #ofAnyLabel = new Set<DomainTally>();
  readonly #nodes: () => Iterable<NodeInfo>;

  constructor(nodes: () => Iterable<NodeInfo>) {
    this.#nodes = nodes;
  }

  of(wanted: TallyOf): DomainTally {
    const known = this.#kept.get(wanted.key);
    if (known) this.#kept.delete(wanted.key);
    const tally = known ?? this.#made(wanted);
    this.#kept.set(wanted.key, tally);
    if (this.#kept.size > KEPT) this.#dropOldest();
    return tally;
  }

  podChanged(info: PodInfo, node: NodeInfo, by: 1 | -1): void {
    for (const tally of this.#ofAnyLabel) tally.podChanged(info, node, by);
    if (this.#byLabel.size === 0) return;
    const { labels } = info.pod.metadata ?? {};
    for (const key in labels) {
      const tallies = this.#byLabel.get(labelText(key, labels[key]));
      if (tallies) for (const tally of tallies) tally.podChanged(info, node, by);
    }
  }

  nodeChanged(node: NodeInfo, before: Node | undefined): void {
    for (const { topology, tallies } of this.#topologies.values()) {
      const move = topology.nodeChanged(node, before);
      for (const tally of tallies) tally.nodeChanged(node, before, move);
    }
  }

  #made(wanted: TallyOf): DomainTally {
    const { topologyKey } = wanted;
    const known = this.#topologies.get(topologyKey) ?? { topology: new Topology(topologyKey, this.#nodes()), tallies: new Set() };
    this.#topologies.set(topologyKey, known);
    const tally = new DomainTally(wanted, known.topology, this.#nodes());
    known.tallies.add(tally);
    this.#told(tally).add(tally);
    return tally;
  }

  /** Those that are told of the same Pods. */
  #told({ of: { label } }: DomainTally): Set<DomainTally> {
    if (!label) return this.#ofAnyLabel;
    const text = labelText(label.key, label.value);
    const tallies = this.#byLabel.get(text) ?? new Set();
    this.#byLabel.set(text, tallies);
    return tallies;
  }

  #dropOldest(): void {
    const [oldest] = this.#kept.values();
    if (!oldest) return;
    const { key, topologyKey, label } = oldest.of;
    this.#kept.delete(key);
    const told = this.#told(oldest);
    told.delete(oldest);
    if (label && told.size === 0) this.#byLabel.delete(labelText(label.key, label.value));
    const sharing = this.#topologies.get(topologyKey)?.tallies;
    sharing?.delete(oldest);
    if (sharing?.size === 0) this.#topologies.delete(topologyKey);
  }
}

const labelText = (key: string, value: string | undefined): string => `${key}=${value}`;
