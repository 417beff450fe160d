import type { Pod } from '@kubernats/api';
import type { Informer } from '@kubernats/client';

/** Pods that this scheduler tells to go, from then on until the informer shows that they do: who is decided on meanwhile must not look for other victims. */
export class Evictions {
  readonly #uids = new Set<string>();

  constructor(pods: Informer<Pod>) {
    pods.addHandler({ update: (pod) => pod.metadata?.deletionTimestamp && this.end(pod), delete: (pod) => this.end(pod) });
  }

  begin(pod: Pod): void {
    this.#uids.add(uidOf(pod));
  }

  /** It goes, or does not go after all. */
  end(pod: Pod): void {
    this.#uids.delete(uidOf(pod));
  }

  has(pod: Pod): boolean {
    return this.#uids.has(uidOf(pod));
  }
}

const uidOf = ({ metadata }: Pod): string => metadata?.uid ?? '';
