import { Buffer } from 'node:buffer';
import type { Clock } from '@kubernats/clock';
import { expired, StatusError, timeout } from '@kubernats/errors';
import { RevisionCompacted, type Store, type StoreEntry, type StoreKey } from '@kubernats/store';
import type { RingLimits } from './event-ring.ts';
import { type FieldIndex, ResourceCache } from './resource-cache.ts';
import { type Held, Stored } from './stored.ts';

/** A write that is on its way: when the follower meets its bytes, it need not parse them. */
export interface PendingWrite {
  raw: Uint8Array;
  object: Held | undefined;
  /** Set by whoever learns the revision first, the writer or the follower. */
  stored: Stored | undefined;
}

export interface StreamCacheDeps {
  store: Store;
  clock: Clock;
  log: { error(details: object, message: string): void };
}

export interface StreamCacheOptions {
  ring: RingLimits;
  indexes: Readonly<Record<string, FieldIndex>>;
  /** How long a read waits until the cache has seen what it asks for. */
  freshWithinMs: number;
}

interface Waiter {
  revision: number;
  resolve(): void;
}

const resourceKey = (group: string, resource: string): string => `${group}/${resource}`;
const pendingKey = (key: StoreKey): string => `${key.group}/${key.resource}/${key.namespace}/${key.name}`;

/** The watch cache of one stream of the store: one follower, from which all lists, gets and watches are served. */
export class StreamCache {
  readonly #deps: StreamCacheDeps;
  readonly #options: StreamCacheOptions;
  readonly #resources = new Map<string, ResourceCache>();
  readonly #pending = new Map<string, PendingWrite[]>();
  readonly #stop = new AbortController();
  #waiters: Waiter[] = [];
  #revision = 0;
  #caughtUp = false;
  /** The revision at which history begins. */
  #begunAt = 0;
  #following: Promise<void> | undefined;
  #ready: Promise<void> | undefined;

  constructor(deps: StreamCacheDeps, options: StreamCacheOptions) {
    this.#deps = deps;
    this.#options = options;
  }

  /** The last revision that this cache has seen. */
  get revision(): number {
    return this.#revision;
  }

  get isReady(): boolean {
    return this.#caughtUp;
  }

  /** Begins to follow; resolves when everything that the store holds is here. */
  start(): Promise<void> {
    this.#ready ??= new Promise((resolve, reject) => {
      this.#following = this.#follow(resolve).catch((error: unknown) => {
        this.#caughtUp = false;
        this.#deps.log.error({ error }, 'the follower of a stream failed');
        reject(error);
      });
    });
    return this.#ready;
  }

  async close(): Promise<void> {
    this.#stop.abort();
    await this.#following;
    for (const resource of this.#resources.values()) resource.watches.lose(expired('the API server is shutting down'));
  }

  /** How many objects there are of each resource. */
  *sizes(): Iterable<{ group: string; resource: string; size: number }> {
    for (const [key, { size }] of this.#resources) {
      const [group = '', resource = ''] = key.split('/');
      yield { group, resource, size };
    }
  }

  resource(group: string, resource: string): ResourceCache {
    const key = resourceKey(group, resource);
    let cache = this.#resources.get(key);
    if (!cache) {
      cache = new ResourceCache(this.#options.ring, this.#options.indexes[key], this.#begunAt);
      this.#resources.set(key, cache);
    }
    return cache;
  }

  /** Announces a write, so that its own echo is not parsed. Call `settle` when it is done, however it ended. */
  expect(key: StoreKey, write: PendingWrite): void {
    const id = pendingKey(key);
    const list = this.#pending.get(id);
    if (list) list.push(write);
    else this.#pending.set(id, [write]);
  }

  /** The write was refused or its outcome is unknown. */
  forget(key: StoreKey, write: PendingWrite): void {
    const id = pendingKey(key);
    const rest = this.#pending.get(id)?.filter((each) => each !== write) ?? [];
    if (rest.length === 0) this.#pending.delete(id);
    else this.#pending.set(id, rest);
  }

  /** The write was acknowledged at `revision`: gives its object, made once for the writer and for all readers. */
  acknowledged(key: StoreKey, write: PendingWrite, revision: number): Stored {
    if (write.stored?.revision === revision) {
      this.forget(key, write);
      return write.stored;
    }
    write.stored = Stored.fromStore(key.namespace, key.name, revision, write.raw, write.object);
    if (this.#revision >= revision) this.forget(key, write);
    return write.stored;
  }

  /** Resolves when the cache has seen all that the store had acknowledged before the call. */
  async fresh(): Promise<void> {
    await this.waitFor(await this.#deps.store.lastRevision());
  }

  /** Resolves when the cache has seen `revision` and everything before it; throws when it does not come in time. */
  async waitFor(revision: number): Promise<void> {
    if (this.#caughtUp && this.#revision >= revision) return;
    let waiter: Waiter | undefined;
    const seen = new Promise<boolean>((resolve) => {
      waiter = { revision, resolve: () => resolve(true) };
      this.#waiters.push(waiter);
    });
    let timer: { cancel(): void } | undefined;
    const late = new Promise<boolean>((resolve) => {
      timer = this.#deps.clock.setTimer(this.#options.freshWithinMs, () => resolve(false));
    });
    const inTime = await Promise.race([seen, late]);
    timer?.cancel();
    if (inTime) return;
    this.#waiters = this.#waiters.filter((each) => each !== waiter);
    throw tooLarge(revision, this.#revision);
  }

  async #follow(ready: () => void): Promise<void> {
    while (!this.#stop.signal.aborted) {
      try {
        await this.#deps.store.follow({
          after: this.#revision,
          signal: this.#stop.signal,
          onEntry: (entry) => this.#entry(entry),
          onCaughtUp: (revision) => {
            this.#caught(revision);
            ready();
          },
        });
      } catch (error) {
        if (!(error instanceof RevisionCompacted)) throw error;
        this.#reload();
      }
    }
  }

  #caught(revision: number): void {
    if (!this.#caughtUp) {
      this.#caughtUp = true;
      this.#revision = Math.max(revision, this.#revision);
      this.#begunAt = this.#revision;
      for (const resource of this.#resources.values()) resource.begin(this.#revision);
      this.#wake();
      return;
    }
    if (revision > this.#revision) this.#advance(revision);
  }

  #reload(): void {
    const error = expired(`too old resource version: ${this.#revision}`);
    this.#revision = 0;
    this.#caughtUp = false;
    for (const resource of this.#resources.values()) {
      resource.beginReload();
      resource.watches.lose(error);
    }
  }

  #entry(entry: StoreEntry): void {
    try {
      this.#apply(entry);
    } catch (error) {
      this.#deps.log.error({ error, key: entry.key, revision: entry.revision }, 'an entry of the store cannot be read; it is left out');
    }
    this.#advance(entry.revision);
  }

  #apply(entry: StoreEntry): void {
    const { key, revision } = entry;
    const resource = this.resource(key.group, key.resource);
    const own = this.#own(entry);
    const stored = own?.stored ?? Stored.fromStore(key.namespace, key.name, revision, entry.value, own?.object);
    if (own) own.stored = stored;
    if (this.#caughtUp) resource.apply(stored, entry.deleted, this.#deps.clock.now());
    else resource.load(stored.id, entry.deleted ? undefined : stored);
  }

  /** The write of this server that this entry is the echo of. */
  #own(entry: StoreEntry): PendingWrite | undefined {
    const list = this.#pending.get(pendingKey(entry.key));
    if (!list) return undefined;
    const own = list.find((write) => (write.stored ? write.stored.revision === entry.revision : sameBytes(write.raw, entry.value)));
    if (own?.stored) this.forget(entry.key, own);
    return own;
  }

  #advance(revision: number): void {
    if (revision <= this.#revision) return;
    this.#revision = revision;
    if (this.#caughtUp && this.#waiters.length > 0) this.#wake();
  }

  #wake(): void {
    const waiting: Waiter[] = [];
    for (const waiter of this.#waiters) {
      if (waiter.revision <= this.#revision) waiter.resolve();
      else waiting.push(waiter);
    }
    this.#waiters = waiting;
  }
}

/** The refusal of a resourceVersion that lies in the future. */
export function tooLarge(revision: number, current: number): StatusError {
  const error = timeout(`Timeout: Too large resource version: ${revision}, current: ${current}`);
  return new StatusError('Timeout', error.message, {
    causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
    retryAfterSeconds: 1,
  });
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && Buffer.compare(a, b) === 0;
}
