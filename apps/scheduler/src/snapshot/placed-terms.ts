import { DomainCounts } from './domain-counts.ts';
import type { Namespaces } from './namespaces.ts';
import type { NodeInfo } from './node-info.ts';
import type { PodInfo } from './pod-info.ts';
import { type PodTerm, type PodTerms, termMatches } from './pod-terms.ts';
import type { SnapshotFollower } from './snapshot.ts';
import type { Topologies } from './topologies.ts';

/** A term, and how many Pods that have it there are in each topology domain. */
export interface PlacedTerm {
  /** `affinity` and `antiAffinity` are the required ones. */
  readonly kind: 'affinity' | 'antiAffinity' | 'preferred';
  readonly term: PodTerm;
  /** Of a preferred term; below 0: of anti-affinity. */
  readonly weight: number;
  readonly counts: DomainCounts;
}

/** The terms of Pods that have a node, of those that are about one Pod. */
export interface TermsAbout {
  /** They keep the Pod away. */
  readonly antiAffinity: readonly PlacedTerm[];
  /** They draw the Pod near, or push it off. */
  readonly others: readonly PlacedTerm[];
}

interface Remembered extends TermsAbout {
  version: string;
}

const NONE: TermsAbout = { antiAffinity: [], others: [] };
/** Of so many kinds of Pods it is remembered which terms are about them. */
const REMEMBERED = 256;

/** What Pods that have a node say about others: Pods of one template say the same, so there is little of it however many they are. */
export class PlacedTerms implements SnapshotFollower {
  readonly #topologies: Topologies;
  readonly #namespaces: Namespaces;
  readonly #terms = new Map<string, PlacedTerm>();
  /** By the Pods' likeness. */
  readonly #about = new Map<string, Remembered>();
  #version = 0;

  constructor(topologies: Topologies, namespaces: Namespaces) {
    this.#topologies = topologies;
    this.#namespaces = namespaces;
  }

  /** The same lists as long as they are the same. */
  about(info: PodInfo): TermsAbout {
    if (this.#terms.size === 0) return NONE;
    const version = `${this.#version}/${this.#namespaces.version}`;
    const known = this.#about.get(info.likeness);
    if (known?.version === version) return known;
    const terms = [...this.#terms.values()].filter(({ term }) => termMatches(term, info, this.#namespaces));
    const about = {
      version,
      antiAffinity: sameAs(
        known?.antiAffinity,
        terms.filter(({ kind }) => kind === 'antiAffinity'),
      ),
      others: terms.filter(({ kind }) => kind !== 'antiAffinity'),
    };
    if (this.#about.size >= REMEMBERED) this.#about.clear();
    this.#about.set(info.likeness, about);
    return about;
  }

  /** Whatever Pods they are about. */
  get antiAffinity(): PodTerm[] {
    return [...this.#terms.values()].filter(({ kind }) => kind === 'antiAffinity').map(({ term }) => term);
  }

  podChanged({ terms }: PodInfo, node: NodeInfo, by: 1 | -1): void {
    if (!terms) return;
    for (const { kind, term, weight } of every(terms)) {
      const key = `${kind}${weight} ${term.text}`;
      let placed = this.#terms.get(key);
      if (!placed) {
        placed = { kind, term, weight, counts: new DomainCounts(this.#topologies.by(term.topologyKey)) };
        placed.counts.topology.followers.add(placed.counts);
        this.#terms.set(key, placed);
        this.#version++;
      }
      placed.counts.add(node, by);
      if (!placed.counts.empty) continue;
      placed.counts.topology.followers.delete(placed.counts);
      this.#terms.delete(key);
      this.#version++;
    }
  }
}

function* every({ affinity, antiAffinity, preferred }: PodTerms): Iterable<Omit<PlacedTerm, 'counts'>> {
  for (const term of affinity) yield { kind: 'affinity', term, weight: 0 };
  for (const term of antiAffinity) yield { kind: 'antiAffinity', term, weight: 0 };
  for (const { term, weight } of preferred) yield { kind: 'preferred', term, weight };
}

const sameAs = (before: readonly PlacedTerm[] | undefined, now: readonly PlacedTerm[]): readonly PlacedTerm[] =>
  before?.length === now.length && now.every((term, index) => term === before[index]) ? before : now;
