import type { StatusError } from '@kubernats/errors';
import type { CacheEvent } from './event.ts';
import type { FieldIndex } from './resource-cache.ts';
import type { Selection } from './selection.ts';
import type { Stored } from './stored.ts';

export type ChangeType = 'ADDED' | 'MODIFIED' | 'DELETED';

/** Where a watch's changes go. Calls are synchronous and must not throw. */
export interface WatchSink {
  /** `stored` is the object to show: as it is now, or as it last was inside the selection at the change's revision. */
  change(type: ChangeType, stored: Stored, event: CacheEvent): void;
  /** Nothing follows any more. `error`: the history is gone; without one, the objects are served in another way from now on. */
  lost(error?: StatusError): void;
}

interface Watcher {
  selection: Selection;
  sink: WatchSink;
}

/**
 * Finds who is interested in a change without asking everybody: a watcher of one name, of one value of the indexed field (Pods of a node)
 * or of one namespace sits in a bucket of its own, so a change touches those that may see it only.
 */
export class WatchDispatch {
  readonly #buckets = new Map<string, Set<Watcher>>();
  readonly #index: FieldIndex | undefined;

  constructor(index: FieldIndex | undefined) {
    this.#index = index;
  }

  /** Begins to deliver; call the result to end. */
  subscribe(selection: Selection, sink: WatchSink): () => void {
    const watcher = { selection, sink };
    const key = bucketOf(selection);
    let bucket = this.#buckets.get(key);
    if (!bucket) this.#buckets.set(key, (bucket = new Set()));
    bucket.add(watcher);
    return () => {
      const set = this.#buckets.get(key);
      if (set?.delete(watcher) && set.size === 0) this.#buckets.delete(key);
    };
  }

  dispatch(event: CacheEvent): void {
    if (this.#buckets.size === 0) return;
    const { stored, previous } = event;
    this.#deliver('*', event);
    this.#deliver(`ns:${stored.namespace}`, event);
    this.#deliver(`name:${stored.name}`, event);
    if (!this.#index) return;
    const now = this.#index.valueOf(stored);
    this.#deliver(`field:${now}`, event);
    const before = previous && this.#index.valueOf(previous);
    if (before !== undefined && before !== now) this.#deliver(`field:${before}`, event);
  }

  /** Ends every watch: what they would see next is not known. */
  lose(error: StatusError): void {
    this.#end(error);
  }

  /** Ends every watch: who begins one again sees the objects as they are served from now on. */
  end(): void {
    this.#end(undefined);
  }

  #end(error: StatusError | undefined): void {
    const all = [...this.#buckets.values()].flatMap((set) => [...set]);
    this.#buckets.clear();
    for (const watcher of all) watcher.sink.lost(error);
  }

  #deliver(key: string, event: CacheEvent): void {
    const bucket = this.#buckets.get(key);
    if (!bucket) return;
    for (const { selection, sink } of bucket) {
      const seen = selected(selection, event);
      if (seen) sink.change(seen.type, seen.stored, event);
    }
  }
}

/**
 * A change as a selection sees it: entering it is ADDED, leaving it is DELETED with the last form that was inside, at
 * the change's revision. Undefined when it sees nothing.
 */
export function selected(selection: Selection, event: CacheEvent): { type: ChangeType; stored: Stored } | undefined {
  const { type, stored, previous } = event;
  if (type === 'DELETED') return selection.matches(previous ?? stored) ? { type, stored } : undefined;
  const now = selection.matches(stored);
  const before = previous !== undefined && selection.matches(previous);
  if (now) return { type: before ? 'MODIFIED' : 'ADDED', stored };
  if (before && previous) return { type: 'DELETED', stored: previous.at(event.revision) };
  return undefined;
}

function bucketOf(selection: Selection): string {
  if (selection.name !== undefined) return `name:${selection.name}`;
  if (selection.indexed !== undefined) return `field:${selection.indexed}`;
  return selection.namespace === undefined ? '*' : `ns:${selection.namespace}`;
}
