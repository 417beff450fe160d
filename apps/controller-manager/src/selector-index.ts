import type { KubeObject } from '@kubernats/api';
import { type Informer, keyOf } from '@kubernats/client';

type Labels = Readonly<Record<string, string>>;

/**
 * Finds the selectors that match an object: each waits at one of its labels, the one where the fewest others wait, so that thousands of
 * selectors that share a label do not cost an object more than the few that may match it.
 */
export class SelectorIndex {
  readonly #waiting = new Map<string, Map<string, Labels>>();
  readonly #places = new Map<string, string>();

  /** A selector without labels is never found. */
  set(key: string, namespace: string, selector: Labels): void {
    this.delete(key);
    let best: string | undefined;
    for (const [label, value] of Object.entries(selector)) {
      const place = placeOf(namespace, label, value);
      if (best === undefined || this.#countAt(place) < this.#countAt(best)) best = place;
    }
    if (best === undefined) return;
    this.#places.set(key, best);
    const there = this.#waiting.get(best);
    if (there) there.set(key, selector);
    else this.#waiting.set(best, new Map([[key, selector]]));
  }

  delete(key: string): void {
    const place = this.#places.get(key);
    if (place === undefined) return;
    this.#places.delete(key);
    const there = this.#waiting.get(place);
    there?.delete(key);
    if (there?.size === 0) this.#waiting.delete(place);
  }

  /** The keys of those that match the object. */
  *matching({ metadata }: KubeObject): Generator<string> {
    const labels = metadata?.labels ?? {};
    for (const [label, value] of Object.entries(labels)) {
      const there = this.#waiting.get(placeOf(metadata?.namespace ?? '', label, value));
      for (const [key, selector] of there ?? []) if (matches(selector, labels)) yield key;
    }
  }

  #countAt(place: string): number {
    return this.#waiting.get(place)?.size ?? 0;
  }
}

/** An index of the selectors of all objects of an informer, kept as they change. */
export function followSelectors<T extends KubeObject>(informer: Informer<T>, selectorOf: (object: T) => Labels | undefined): SelectorIndex {
  const index = new SelectorIndex();
  const set = (object: T): void => index.set(keyOf(object), object.metadata?.namespace ?? '', selectorOf(object) ?? {});
  informer.addHandler({ add: set, update: set, delete: (object) => index.delete(keyOf(object)) });
  return index;
}

const placeOf = (namespace: string, label: string, value: string): string => `${namespace}|${label}=${value}`;

function matches(selector: Labels, labels: Labels): boolean {
  for (const label in selector) if (labels[label] !== selector[label]) return false;
  return true;
}
