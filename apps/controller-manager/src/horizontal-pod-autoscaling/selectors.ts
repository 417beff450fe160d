import type { Pod } from '@kubernats/api';
import type { Selector } from '@kubernats/apimachinery';
import { labelBuckets, selectorBucket } from '../label-index.ts';

/** The labels that a selector asks for by value. */
export function matchLabelsOf({ requirements }: Selector): Record<string, string> {
  const equal = requirements.filter(({ operator, values }) => (operator === '=' || operator === '==') && values.length === 1);
  return Object.fromEntries(equal.map(({ key, values }) => [key, values[0] ?? '']));
}

/** Which autoscalers' targets select which Pods, as far as they have looked at them. Autoscalers are keyed by `namespace/name`. */
export class TargetSelectors {
  readonly #bucketOf = new Map<string, string>();
  /** By `selectorBucket`, so that a Pod finds those that may select it by its labels. */
  readonly #buckets = new Map<string, Map<string, Selector>>();

  set(key: string, namespace: string, selector: Selector): void {
    this.delete(key);
    const name = selectorBucket(namespace, matchLabelsOf(selector));
    const bucket = this.#buckets.get(name) ?? new Map<string, Selector>();
    this.#buckets.set(name, bucket.set(key, selector));
    this.#bucketOf.set(key, name);
  }

  delete(key: string): void {
    const name = this.#bucketOf.get(key);
    if (name === undefined) return;
    this.#bucketOf.delete(key);
    const bucket = this.#buckets.get(name);
    bucket?.delete(key);
    if (bucket?.size === 0) this.#buckets.delete(name);
  }

  /** The keys of all that select any of the Pods, sorted. */
  selecting(pods: readonly Pod[]): string[] {
    const found = new Set<string>();
    for (const pod of pods) {
      for (const name of labelBuckets(pod)) {
        for (const [key, selector] of this.#buckets.get(name) ?? []) if (selector.matches(pod.metadata?.labels)) found.add(key);
      }
    }
    return [...found].sort();
  }
}
