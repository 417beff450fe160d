import type { KubeObject } from '@kubernats/api';
import { type Informer, keyOf } from '@kubernats/client';

/**
 * What this process has written and its informer does not show yet. Without it a loop that is quicker than the informer decides on what it has
 * changed itself: it would choose a volume that it gave away a moment ago, and get a conflict.
 */
export class OwnWrites<T extends KubeObject> {
  readonly #written = new Map<string, T>();
  readonly #informer: Informer<T>;

  constructor(informer: Informer<T>) {
    this.#informer = informer;
    const seen = (object: T): void => this.#forget(object);
    informer.addHandler({ update: seen, delete: (object) => this.#written.delete(keyOf(object)) });
  }

  /** Remembers the answer to a write. Gives it back. */
  remember(written: T): T {
    if (!this.#informer.hasSeen(versionOf(written))) this.#written.set(keyOf(written), written);
    return written;
  }

  /** The object as it was last seen or written, whichever is newer. */
  newest(known: T): T {
    return this.#written.get(keyOf(known)) ?? known;
  }

  #forget(seen: T): void {
    const key = keyOf(seen);
    const written = this.#written.get(key);
    if (written && Number(versionOf(seen)) >= Number(versionOf(written))) this.#written.delete(key);
  }
}

const versionOf = ({ metadata }: KubeObject): string => metadata?.resourceVersion ?? '0';
