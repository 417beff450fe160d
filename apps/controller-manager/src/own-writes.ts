import type { KubeObject } from '@kubernats/api';
import type { Informer } from '@kubernats/client';

/** How soon to look again when an informer does not show own writes yet. Milliseconds: its event normally comes first. */
export const STALE_RETRY_MS = 500;

/**
 * Remembers, by key, the newest object that a loop wrote, until the informer has seen it: a loop that decides on an older
 * picture would create again what it has just created. All objects of the cluster share one order of revisions.
 */
export class OwnWrites {
  readonly #informer: Pick<Informer<KubeObject>, 'hasSeen'>;
  readonly #newest = new Map<string, string>();

  constructor(informer: Pick<Informer<KubeObject>, 'hasSeen'>) {
    this.#informer = informer;
  }

  /** `written` is the object as the API answered. */
  wrote(key: string, written: KubeObject): void {
    const revision = written.metadata?.resourceVersion;
    if (revision !== undefined && Number(revision) > Number(this.#newest.get(key) ?? 0)) this.#newest.set(key, revision);
  }

  /** Whether the informer shows all that was written for the key. */
  seen(key: string): boolean {
    const newest = this.#newest.get(key);
    if (newest === undefined) return true;
    if (!this.#informer.hasSeen(newest)) return false;
    this.#newest.delete(key);
    return true;
  }
}
