import type { KubeObject } from '@kubernats/api';
import type { Informer } from '@kubernats/client';

/**
 * What this process has written and its informer does not show yet. Without it a loop that is quicker than the informer decides on what it has
 * changed itself: it would choose a volume that it gave away a moment ago, and get a conflict.
 */
export class OwnWrites<T extends KubeObject> {
  /** By uid. */
  readonly #written = new Map<string, T>();
  readonly #informer: Informer<T>;

  constructor(informer: Informer<T>) {
    this.#informer = informer;
    const seen = (object: T): void => this.#forget(object);
    informer.addHandler({ update: seen, delete: (object) => this.#written.delete(uidOf(object)) });
  }

  /** Remembers the answer to a write. Gives it back. */
  remember(written: T): T {
    if (!this.#informer.hasSeen(versionOf(written))) this.#written.set(uidOf(written), written);
    return written;
  }

  /** The object as it was last seen or written, whichever is newer. */
  newest(known: T): T {
    return this.#written.get(uidOf(known)) ?? known;
  }

  #forget(seen: T): void {
    const uid = uidOf(seen);
    const written = this.#written.get(uid);
    if (written && Number(versionOf(seen)) >= Number(versionOf(written))) this.#written.delete(uid);
  }
}

const versionOf = ({ metadata }: KubeObject): string => metadata?.resourceVersion ?? '0';
const uidOf = ({ metadata }: KubeObject): string => metadata?.uid ?? '';
