/** Where an object is kept. `group` is '' for core, `namespace` is '' for what belongs to the cluster. */
export interface StoreKey {
  group: string;
  resource: string;
  namespace: string;
  name: string;
}

/** A prefix of keys: a resource, or one namespace of it. */
export interface StorePrefix {
  group: string;
  resource: string;
  namespace?: string;
}

export interface StoreEntry {
  key: StoreKey;
  /** The revision that this write made: it orders all writes of this store. */
  revision: number;
  /** The object; for a tombstone the last object. */
  value: Uint8Array;
  deleted: boolean;
}

/** A compare-and-set found another revision than expected, or a create found the key taken. Nothing was written. */
export class RevisionConflict extends Error {
  override readonly name = 'RevisionConflict';
  /** The entry that is there now; undefined when the key is free (never written, or deleted). */
  readonly current: StoreEntry | undefined;
  constructor(key: StoreKey, current: StoreEntry | undefined) {
    super(`${key.resource} ${key.namespace}/${key.name} is at revision ${current?.revision ?? 'none'}`);
    this.current = current;
  }
}

/** The follower asked for a revision whose successors are no longer all there: it has to load everything again. */
export class RevisionCompacted extends Error {
  override readonly name = 'RevisionCompacted';
  readonly compactedTo: number;
  constructor(compactedTo: number, message = `revisions up to ${compactedTo} are compacted`) {
    super(message);
    this.compactedTo = compactedTo;
  }

  /** The follower knows a revision that the log has never had: it is another log now (restored, or lost and made again). */
  static beyond(after: number, last: number): RevisionCompacted {
    return new RevisionCompacted(last, `revision ${after} is not of this log, which ends at ${last}`);
  }
}

export interface FollowOptions {
  /** Entries after this revision are delivered; 0 delivers all that are kept. */
  after: number;
  signal: AbortSignal;
  /** Every entry once, in the order of revisions. Of one key, a write that was overtaken before it was read may be left out. */
  onEntry(entry: StoreEntry): void;
  /** The follower has seen everything up to this revision, which was the last one when following (again) began. At least once. */
  onCaughtUp?(revision: number): void;
}

/**
 * The port to one ordered log of objects: one writer's compare-and-set, one follower's stream. A cluster has three
 * (state, events, leases); revisions are compared within one only. Adapters: JetStream and memory.
 * Errors: `RevisionConflict`, `RevisionCompacted`, and `StatusError` (`ServiceUnavailable`, `Timeout`) while the log is away.
 * A write that fails with `Timeout` may have happened; a write that was acknowledged has.
 */
export interface Store extends AsyncDisposable {
  /** Writes a key that is free. Returns the new revision. */
  create(key: StoreKey, value: Uint8Array): Promise<number>;
  /** Replaces the live entry that is at `expectedRevision`. A tombstone's revision is no live entry's: nobody may expect it. */
  update(key: StoreKey, value: Uint8Array, expectedRevision: number): Promise<number>;
  /** Puts a tombstone that carries `lastValue` over the entry at `expectedRevision`. */
  delete(key: StoreKey, lastValue: Uint8Array, expectedRevision: number): Promise<number>;
  /** The live entry at the key, read from the log itself. */
  get(key: StoreKey): Promise<StoreEntry | undefined>;
  /** The live entries under the prefix, by key. Loads from the log: for start-up and tools, not for requests. */
  list(prefix: StorePrefix): Promise<StoreEntry[]>;
  /** The last revision of the log. Calls at the same time share one question to it. */
  lastRevision(): Promise<number>;
  /**
   * Follows until the signal aborts (then resolves). Reconnects by itself, with no gap and no repetition. Rejects with
   * `RevisionCompacted` when that cannot be, with what `onEntry` throws, and when the store is disposed of.
   */
  follow(options: FollowOptions): Promise<void>;
  /** Trims tombstones up to `revision` and remembers it; followers that are behind get `RevisionCompacted`. */
  compact(revision: number): Promise<void>;
}
