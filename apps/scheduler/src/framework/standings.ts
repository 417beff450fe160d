import { LastUsed } from '../last-used.ts';
import type { NodeInfo } from '../snapshot/node-info.ts';
import type { PodInfo } from '../snapshot/pod-info.ts';
import type { SchedulingView } from './cluster-view.ts';
import { type OwnWords, Standing } from './standing.ts';

/** So many kinds of Pods are remembered of which there was one. */
const SEEN = 1_024;
/** Standings of so many nodes are kept altogether, of about 20 bytes each. */
const NODES = 1_280_000;
/** However few nodes there are. */
const MOST = 1_024;
/** However many. */
const LEAST = 32;

/** How nodes stand towards the kinds of Pods that were tried last: Pods of so many kinds may take turns without any of them being looked at anew. */
export class Standings {
  /** By the Pods' likeness. */
  readonly #kept = new LastUsed<Standing>(() => Math.max(LEAST, Math.min(MOST, Math.floor(NODES / this.#nodes.length))));
  /** Of which there was one: what costs most of a standing is to keep it, and many Pods are like no other. */
  readonly #seen = new LastUsed<true>(() => SEEN);
  #nodes: readonly NodeInfo[] = [];
  /** Of the Pod that was the first of its kind, until the next one is. */
  #passing: Standing | undefined;

  /** As of now. */
  of(info: PodInfo, words: OwnWords, cluster: SchedulingView): Standing {
    const { nodes, changes } = cluster;
    if (nodes !== this.#nodes) {
      this.#kept.clear();
      this.#passing = undefined;
    }
    this.#nodes = nodes;
    if (this.#isFirst(info.likeness)) return this.#passBy(info, words, cluster);
    // Not kept any more if a plug-in throws meanwhile: half of it would be out of date.
    const known = this.#kept.take(info.likeness);
    const standing = known?.isOf(words) ? known : new Standing(info, nodes, words, cluster);
    standing.catchUp(changes);
    this.#kept.put(info.likeness, standing);
    return standing;
  }

  #isFirst(likeness: string): boolean {
    const isFirst = this.#seen.take(likeness) === undefined;
    this.#seen.put(likeness, true);
    return isFirst;
  }

  /** In the memory of the one before. */
  #passBy(info: PodInfo, words: OwnWords, cluster: SchedulingView): Standing {
    this.#passing ??= new Standing(info, this.#nodes, words, cluster);
    this.#passing.begin(info, words);
    this.#passing.catchUp(cluster.changes);
    return this.#passing;
  }
}
