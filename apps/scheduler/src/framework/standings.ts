import { LastUsed } from '../last-used.ts';
import type { NodeChanges } from '../snapshot/node-changes.ts';
import type { NodeInfo } from '../snapshot/node-info.ts';
import type { PodInfo } from '../snapshot/pod-info.ts';
import { type OwnWords, Standing } from './standing.ts';

/** So many are kept. */
const KEPT = 32;

/** How nodes stand towards the kinds of Pods that were tried last: Pods of so many kinds may take turns without any of them being looked at anew. */
export class Standings {
  /** By the Pods' likeness. */
  readonly #kept = new LastUsed<Standing>(() => KEPT);
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
