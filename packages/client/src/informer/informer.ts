import type { KindRef, KubeObject } from '@kubernats/api';
import type { ApiTransport, FollowSink } from '../transport.ts';
import { freeze } from './freeze.ts';
import { type IndexFunction, IndexTable } from './index-table.ts';
import { keyOf, objectKey } from './key.ts';

/** What happens to a followed set. Calls come in order, after the store has changed. */
export interface InformerHandler<T> {
  add?(object: T): void;
  update?(object: T, old: T): void;
  /** `object` is the last one known. */
  delete?(object: T): void;
}

/** Part of a kind's objects. */
export interface InformerScope {
  namespace?: string;
  labelSelector?: string;
  fieldSelector?: string;
}

export interface InformerOptions<T extends KubeObject> extends InformerScope {
  transport: ApiTransport;
  target: KindRef<T>;
  indexers?: Record<string, IndexFunction<T>>;
  /** What of an object is kept, without changing it: for what is followed in thousands. */
  keep?(object: T): T;
  /** Trouble on the way (following goes on), and what a handler threw. */
  onError?(error: unknown): void;
}

const NAMESPACE_INDEX = 'namespace';

/**
 * A copy of a set of objects that follows the API server, with indexes and handlers. The objects are shared and deeply
 * frozen: copy before changing. Source: client-go's shared informer, without its resync (loops are level-triggered by their queue).
 */
export class Informer<T extends KubeObject> {
  /** Resolves when the first whole set has arrived and its handlers have run, or when its kind is served no more (`giveUp`). */
  readonly synced: Promise<void>;
  readonly target: KindRef<T>;
  readonly scope: InformerScope;
  readonly #transport: ApiTransport;
  readonly #onError: (error: unknown) => void;
  readonly #keep: (object: T) => T;
  readonly #objects = new Map<string, T>();
  readonly #indexes = new Map<string, IndexTable<T>>();
  readonly #handlers = new Set<InformerHandler<T>>();
  #markSynced!: () => void;
  #hasSynced = false;
  #revision = 0;
  #running: Promise<void> | undefined;

  constructor(options: InformerOptions<T>) {
    const {
      transport,
      target,
      indexers = {},
      keep = (object) => object,
      onError = () => {},
      namespace,
      labelSelector,
      fieldSelector,
    } = options;
    this.#transport = transport;
    this.target = target;
    this.scope = { namespace, labelSelector, fieldSelector };
    this.#onError = onError;
    this.#keep = keep;
    this.synced = new Promise((resolve) => {
      this.#markSynced = resolve;
    });
    if (target.namespaced) this.addIndex(NAMESPACE_INDEX, (object) => [object.metadata?.namespace ?? '']);
    for (const [name, bucketsOf] of Object.entries(indexers)) this.addIndex(name, bucketsOf);
  }

  get hasSynced(): boolean {
    return this.#hasSynced;
  }

  /** Whether this copy is at least as new as a write that got this resourceVersion. Holds within one stream of the store only. */
  hasSeen(resourceVersion: string): boolean {
    return this.#revision >= Number(resourceVersion);
  }

  get size(): number {
    return this.#objects.size;
  }

  get(name: string, namespace?: string): T | undefined {
    return this.#objects.get(objectKey(namespace, name));
  }

  /** By `keyOf`'s key. */
  byKey(key: string): T | undefined {
    return this.#objects.get(key);
  }

  /** All objects, or those of one namespace. Not sorted. */
  list(namespace?: string): T[] {
    if (namespace === undefined) return [...this.#objects.values()];
    return [...this.#index(NAMESPACE_INDEX).bucket(namespace).values()];
  }

  values(): IterableIterator<T> {
    return this.#objects.values();
  }

  /** The objects in one bucket of an index. */
  byIndex(index: string, bucket: string): T[] {
    return [...this.#index(index).bucket(bucket).values()];
  }

  /** How many objects a bucket holds, at no cost. */
  countByIndex(index: string, bucket: string): number {
    return this.#index(index).bucket(bucket).size;
  }

  /** Adds an index; one of the same name that is already there stays. */
  addIndex(name: string, bucketsOf: IndexFunction<T>): void {
    if (this.#indexes.has(name)) return;
    const table = new IndexTable(bucketsOf);
    for (const [key, object] of this.#objects) table.change(key, undefined, object);
    this.#indexes.set(name, table);
  }

  /** A handler that comes late is told of what is there already. Returns what removes it. */
  addHandler(handler: InformerHandler<T>): () => void {
    for (const object of this.#objects.values()) this.#tell(() => handler.add?.(object));
    this.#handlers.add(handler);
    return () => this.#handlers.delete(handler);
  }

  /** Follows until the signal aborts. The second call returns the first one's promise. */
  run(signal: AbortSignal): Promise<void> {
    const { group, version, plural } = this.target;
    this.#running ??= this.#transport.follow({ group, version, resource: plural, ...this.scope }, this.#sink(), signal);
    return this.#running;
  }

  /** No set will ever come: nobody waits for it any more. One whose run has ended otherwise leaves who waits waiting, as it knows nothing. */
  giveUp(): void {
    this.#markSynced();
  }

  #sink(): FollowSink {
    return {
      replace: (objects, resourceVersion) => {
        this.#revision = Math.max(this.#revision, Number(resourceVersion));
        this.#replace(objects as T[]);
      },
      changed: (type, object) => {
        const next = object as T;
        this.#revision = Math.max(this.#revision, Number(next.metadata?.resourceVersion ?? 0));
        if (type === 'DELETED') this.#remove(keyOf(next), freeze(this.#keep(next)));
        else this.#put(freeze(this.#keep(next)));
      },
      failed: (error) => this.#onError(error),
    };
  }

  #replace(objects: T[]): void {
    const gone = new Set(this.#objects.keys());
    for (const object of objects) {
      gone.delete(keyOf(object));
      this.#put(freeze(this.#keep(object)));
    }
    for (const key of gone) this.#remove(key);
    if (this.#hasSynced) return;
    this.#hasSynced = true;
    this.#markSynced();
  }

  #put(object: T): void {
    const key = keyOf(object);
    const old = this.#objects.get(key);
    if (old === undefined) return this.#store(key, undefined, object);
    if (old.metadata?.uid !== object.metadata?.uid) {
      // Deleted and created again while nobody looked: two objects, not one that changed.
      this.#remove(key);
      return this.#store(key, undefined, object);
    }
    if (old.metadata?.resourceVersion === object.metadata?.resourceVersion) return;
    this.#store(key, old, object);
  }

  #store(key: string, old: T | undefined, object: T): void {
    this.#objects.set(key, object);
    for (const index of this.#indexes.values()) index.change(key, old, object);
    for (const handler of this.#handlers) this.#tell(() => (old === undefined ? handler.add?.(object) : handler.update?.(object, old)));
  }

  #remove(key: string, last?: T): void {
    const old = this.#objects.get(key);
    if (old === undefined) return;
    this.#objects.delete(key);
    for (const index of this.#indexes.values()) index.change(key, old, undefined);
    for (const handler of this.#handlers) this.#tell(() => handler.delete?.(last ?? old));
  }

  #tell(call: () => void): void {
    try {
      call();
    } catch (error) {
      this.#onError(error);
    }
  }

  #index(name: string): IndexTable<T> {
    const index = this.#indexes.get(name);
    if (!index) throw new Error(`the informer for ${this.target.plural} has no index ${name}`);
    return index;
  }
}

export function createInformer<T extends KubeObject>(options: InformerOptions<T>): Informer<T> {
  return new Informer(options);
}
