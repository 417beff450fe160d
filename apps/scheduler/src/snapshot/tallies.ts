import { LastUsed } from '../last-used.ts';
import { DomainTally, type TallyOf } from './domain-tally.ts';
import type { NodeInfo } from './node-info.ts';
import type { PodInfo } from './pod-info.ts';
import type { SnapshotFollower } from './snapshot.ts';
import type { Topologies } from './topologies.ts';

/** So many tallies are kept. */
const KEPT = 512;

/** The tallies that were asked for last, kept up to date: each is told of those Pods alone that may count. */
export class Tallies implements SnapshotFollower {
  readonly #kept = new LastUsed<DomainTally>(
    () => KEPT,
    (tally) => this.#drop(tally),
  );
  /** By the label that all Pods have that they count. */
  readonly #byLabel = new Map<string, Set<DomainTally>>();
  readonly #ofAnyLabel = new Set<DomainTally>();
  readonly #nodes: () => Iterable<NodeInfo>;
  readonly #topologies: Topologies;

  constructor(nodes: () => Iterable<NodeInfo>, topologies: Topologies) {
    this.#nodes = nodes;
    this.#topologies = topologies;
  }

  of(wanted: TallyOf): DomainTally {
    return this.#kept.get(wanted.key, () => this.#made(wanted));
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

  #made(wanted: TallyOf): DomainTally {
    const topology = this.#topologies.by(wanted.topologyKey);
    const tally = new DomainTally(wanted, topology, this.#nodes());
    topology.followers.add(tally);
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

  #drop(tally: DomainTally): void {
    tally.topology.followers.delete(tally);
    const { label } = tally.of;
    const told = this.#told(tally);
    told.delete(tally);
    if (label && told.size === 0) this.#byLabel.delete(labelText(label.key, label.value));
  }
}

const labelText = (key: string, value: string | undefined): string => `${key}=${value}`;
