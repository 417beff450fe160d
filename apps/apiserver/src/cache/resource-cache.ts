import type { CacheEvent } from './event.ts';
import { EventRing, type RingLimits } from './event-ring.ts';
import { type Snapshot, SortedList } from './sorted-list.ts';
import type { Stored } from './stored.ts';
import { WatchDispatch } from './watch-dispatch.ts';

/** A second way to find the objects of a resource: by one field's value (Pods by their node). */
export interface FieldIndex {
  path: string;
  valueOf(stored: Stored): string;
}

/**
 * Keeps something that is derived from the objects. Unlike a watch it also hears of what is loaded (again): at no moment does it know
 * less or more than the cache. Must not throw.
 */
export type CacheObserver = (now: Stored | undefined, before: Stored | undefined) => void;

/** Everything the server knows of one resource: its objects, its recent past, and who watches it. */
export class ResourceCache {
  readonly watches: WatchDispatch;
  readonly #byId = new Map<string, Stored>();
  readonly #sorted = new SortedList<Stored>();
  readonly #index: FieldIndex | undefined;
  readonly #byField = new Map<string, Map<string, Stored>>();
  readonly #observers = new Set<CacheObserver>();
  readonly #ringLimits: RingLimits;
  #ring: EventRing;
  /** While everything is loaded again: what has come so far. */
  #reloaded: Set<string> | undefined;

  constructor(ringLimits: RingLimits, index: FieldIndex | undefined, floor: number) {
    this.#ringLimits = ringLimits;
    this.#index = index;
    this.#ring = new EventRing(ringLimits, floor);
    this.watches = new WatchDispatch(index);
  }

  /** Calls the observer for what is there, and from now on before every change is seen by anybody else. Call the result to end. */
  observe(observer: CacheObserver): () => void {
    for (const stored of this.#byId.values()) observer(stored, undefined);
    this.#observers.add(observer);
    return () => this.#observers.delete(observer);
  }

  get size(): number {
    return this.#byId.size;
  }

  get indexedPath(): string | undefined {
    return this.#index?.path;
  }

  get(namespace: string, name: string): Stored | undefined {
    return this.#byId.get(`${namespace}/${name}`);
  }

  snapshot(): Snapshot<Stored> {
    return this.#sorted.snapshot();
  }

  /** The objects whose indexed field has this value, in no order. */
  withField(value: string): Iterable<Stored> {
    return this.#byField.get(value)?.values() ?? [];
  }

  values(): Iterable<Stored> {
    return this.#byId.values();
  }

  /** A watch may begin at this revision or later. */
  get floor(): number {
    return this.#ring.floor;
  }

  eventsAfter(revision: number): CacheEvent[] {
    return this.#ring.after(revision);
  }

  /** What was there when the server began to follow: no event, nothing before it is known. */
  load(id: string, stored: Stored | undefined): void {
    if (stored) this.#reloaded?.add(id);
    this.#put(id, stored);
  }

  /** Everything is about to be loaded again. What is there now stays until then: who may do what is asked in the meantime, too. */
  beginReload(): void {
    this.#reloaded = new Set();
  }

  /** Begins the history at `revision`: everything has been loaded. */
  begin(revision: number): void {
    this.#ring = new EventRing(this.#ringLimits, revision);
    const reloaded = this.#reloaded;
    this.#reloaded = undefined;
    if (reloaded) for (const id of [...this.#byId.keys()]) if (!reloaded.has(id)) this.#put(id, undefined);
  }

  /** A change: `stored` is the new form, or the last one at the deletion's revision when `deleted`. */
  apply(stored: Stored, deleted: boolean, nowMs: number): void {
    const previous = this.#byId.get(stored.id);
    if (deleted && !previous) return;
    this.#put(stored.id, deleted ? undefined : stored);
    if (!deleted && previous && previous.object.metadata.uid !== stored.object.metadata.uid) {
      // The deletion between the two was overtaken before it was read: whoever watches must still see it, before the new one.
      const gone = previous.at(stored.revision - 1);
      this.#emit({ type: 'DELETED', revision: gone.revision, stored: gone, previous }, nowMs);
      this.#emit({ type: 'ADDED', revision: stored.revision, stored, previous: undefined }, nowMs);
      return;
    }
    this.#emit({ type: deleted ? 'DELETED' : previous ? 'MODIFIED' : 'ADDED', revision: stored.revision, stored, previous }, nowMs);
  }

  #emit(event: CacheEvent, nowMs: number): void {
    this.#ring.push(event, nowMs);
    this.watches.dispatch(event);
  }

  #put(id: string, stored: Stored | undefined): void {
    const previous = this.#byId.get(id);
    if (stored) {
      this.#byId.set(id, stored);
      this.#sorted.set(stored);
    } else if (previous) {
      this.#byId.delete(id);
      this.#sorted.delete(id);
    }
    if (stored || previous) for (const observer of this.#observers) observer(stored, previous);
    if (!this.#index) return;
    const before = previous && this.#index.valueOf(previous);
    const after = stored && this.#index.valueOf(stored);
    if (before && before !== after) {
      const bucket = this.#byField.get(before);
      bucket?.delete(id);
      if (bucket?.size === 0) this.#byField.delete(before);
    }
    if (after && stored) {
      let bucket = this.#byField.get(after);
      if (!bucket) this.#byField.set(after, (bucket = new Map()));
      bucket.set(id, stored);
    }
  }
}
