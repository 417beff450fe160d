import { LastUsed } from '../last-used.ts';
import type { NodeChanges } from '../snapshot/node-changes.ts';
import type { NodeInfo } from '../snapshot/node-info.ts';
import type { PodInfo } from '../snapshot/pod-info.ts';
import { type OwnWords, Standing } from './standing.ts';

/** Standings of so many nodes are kept altogether, of about 50 bytes each. */
const NODES = 1_280_000;
/** However few nodes there are. */
const MOST = 1_024;
/** However many. */
const LEAST = 32;

/** How nodes stand towards the kinds of Pods that were tried last: Pods of so many kinds may take turns without any of them being looked at anew. */
export class Standings {
  /** By the Pods' likeness. */
  readonly #kept = new LastUsed<Standing>(() => Math.max(LEAST, Math.min(MOST, Math.floor(NODES / this.#nodes.length))));
  #nodes: readonly NodeInfo[] = [];

  /** As of now. */
  of(info: PodInfo, words: OwnWords, { nodes, changes }: { nodes: readonly NodeInfo[]; changes: NodeChanges }): Standing {
    if (nodes !== this.#nodes) this.#kept.clear();
    this.#nodes = nodes;
    // Not kept any more if a plug-in throws meanwhile: half of it would be out of date.
    const known = this.#kept.take(info.likeness);
    const standing = known?.isOf(words) ? known : new Standing(info, nodes, words);
    standing.catchUp(changes);
    this.#kept.put(info.likeness, standing);
    return standing;
  }
}
