import { unavailable } from '@kubernats/errors';
import { byKey, isUnder, keyText } from '../keys.ts';
import {
  type FollowOptions,
  RevisionCompacted,
  RevisionConflict,
  type Store,
  type StoreEntry,
  type StoreKey,
  type StorePrefix,
} from '../port.ts';
import { MemoryFollower } from './memory-follower.ts';

/** The log in memory. API servers of one cluster share one object. Followers are told in microtasks, after the write. */
export class MemoryStore implements Store {
  /** In the order of revisions: a key that is written moves to the end. */
  readonly #entries = new Map<string, StoreEntry>();
  readonly #followers = new Set<MemoryFollower>();
  #revision = 0;
  #compactedTo = 0;
  #closed = false;

  async create(key: StoreKey, value: Uint8Array): Promise<number> {
    const current = this.#live(key);
    if (current) throw new RevisionConflict(key, current);
    return this.#write(key, value, false);
  }

  async update(key: StoreKey, value: Uint8Array, expectedRevision: number): Promise<number> {
    this.#expect(key, expectedRevision);
    return this.#write(key, value, false);
  }

  async delete(key: StoreKey, lastValue: Uint8Array, expectedRevision: number): Promise<number> {
    this.#expect(key, expectedRevision);
    return this.#write(key, lastValue, true);
  }

  async get(key: StoreKey): Promise<StoreEntry | undefined> {
    return this.#live(key);
  }

  async list(prefix: StorePrefix): Promise<StoreEntry[]> {
    this.#checkOpen();
    return [...this.#entries.values()].filter((entry) => !entry.deleted && isUnder(entry.key, prefix)).sort(byKey);
  }

  async lastRevision(): Promise<number> {
    this.#checkOpen();
    return this.#revision;
  }

  async follow(options: FollowOptions): Promise<void> {
    this.#checkOpen();
    const { after, signal } = options;
    if (after > this.#revision) throw RevisionCompacted.beyond(after, this.#revision);
    if (after > 0 && after < this.#compactedTo) throw new RevisionCompacted(this.#compactedTo);
    if (signal.aborted) return;
    const kept = [...this.#entries.values()].filter((entry) => entry.revision > after);
    const follower = new MemoryFollower(options, kept, this.#revision);
    this.#followers.add(follower);
    try {
      await follower.done;
    } finally {
      this.#followers.delete(follower);
    }
  }

  async compact(revision: number): Promise<void> {
    this.#checkOpen();
    const upTo = Math.min(revision, this.#revision);
    if (upTo <= this.#compactedTo) return;
    this.#compactedTo = upTo;
    for (const [text, entry] of this.#entries) {
      if (entry.revision > upTo) break;
      if (entry.deleted) this.#entries.delete(text);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    for (const follower of this.#followers) follower.stop(unavailable('the store is closed'));
  }

  #live(key: StoreKey): StoreEntry | undefined {
    this.#checkOpen();
    const entry = this.#entries.get(keyText(key));
    return entry?.deleted ? undefined : entry;
  }

  #expect(key: StoreKey, revision: number): void {
    const current = this.#live(key);
    if (current?.revision !== revision) throw new RevisionConflict(key, current);
  }

  #write(key: StoreKey, value: Uint8Array, deleted: boolean): number {
    const text = keyText(key);
    const entry: StoreEntry = { key, revision: ++this.#revision, value, deleted };
    this.#entries.delete(text);
    this.#entries.set(text, entry);
    for (const follower of this.#followers) follower.push(entry);
    return entry.revision;
  }

  #checkOpen(): void {
    if (this.#closed) throw unavailable('the store is closed');
  }
}
