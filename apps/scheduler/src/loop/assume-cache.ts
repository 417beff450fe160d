import type { KubeObject } from '@kubernats/api';
import { type Informer, keyOf } from '@kubernats/client';

/** What was decided about objects and the informer does not show yet: who is decided on next must not be given the same volume again. */
export class AssumeCache<T extends KubeObject> {
  readonly #assumed = new Map<string, T>();

  constructor(informer: Informer<T>) {
    informer.addHandler({ update: (object) => this.#seen(object), delete: (object) => this.restore(object) });
  }

  /** From now on the object counts as being so, until the informer shows what it became or `restore` is called. */
  assume(next: T): T {
    this.#assumed.set(keyOf(next), next);
    return next;
  }

  /** It did not become so. */
  restore(object: T): void {
    this.#assumed.delete(keyOf(object));
  }

  newest(known: T): T {
    return this.#assumed.get(keyOf(known)) ?? known;
  }

  #seen(object: T): void {
    const assumed = this.#assumed.get(keyOf(object));
    if (assumed && versionOf(object) >= versionOf(assumed)) this.restore(object);
  }
}

/** All objects of the cluster share one order of revisions. */
export const versionOf = ({ metadata }: KubeObject): number => Number(metadata?.resourceVersion ?? 0);
