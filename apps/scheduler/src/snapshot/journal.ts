import type { Node } from '@kubernats/api';
import type { PodInfo } from './pod-info.ts';

/** Where a Pod counts, or for which node it is nominated. */
export interface Place {
  info: PodInfo;
  nodeName: string;
}

/** What a snapshot holds, without what follows from it. */
export interface Contents {
  /** By name. */
  nodes: Map<string, Node>;
  /** Those that count somewhere, by key. */
  pods: Map<string, Place>;
  /** By key. */
  nominated: Map<string, Place>;
}

/** So many changes can be taken back. A Pod's life is two; the Pods of the last changes are kept in memory, so also those that have gone. */
const KEPT = 30_000;

/** A change, as what was there before it. */
type Change = {
  [Part in keyof Contents]: { part: Part; key: string; was: Contents[Part] extends Map<string, infer T> ? T | undefined : never };
}[keyof Contents];

/** The last changes of a snapshot: with them it can be told what it was when a decision was made. Keeping it costs next to nothing. */
export class Journal {
  readonly #changes: Change[] = [];
  #count = 0;

  /** Counts all changes so far. */
  get count(): number {
    return this.#count;
  }

  add(change: Change): void {
    this.#changes[this.#count++ % KEPT] = change;
  }

  /** Takes back, in contents that are those of now, all changes after the first `count`. False: they are too many. */
  undo(contents: Contents, count: number): boolean {
    if (this.#count - count > KEPT) return false;
    for (let at = this.#count - 1; at >= count; at--) {
      const change = this.#changes[at % KEPT];
      if (!change) return false;
      const part: Map<string, unknown> = contents[change.part];
      if (change.was === undefined) part.delete(change.key);
      else part.set(change.key, change.was);
    }
    return true;
  }
}
