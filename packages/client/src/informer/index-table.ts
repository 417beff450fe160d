/** Names the buckets an object belongs to. Must be pure: the old object's buckets are computed again when it changes. */
export type IndexFunction<T> = (object: T) => readonly string[];

/** One index: bucket → key → object, kept up to date by each change alone. */
export class IndexTable<T> {
  readonly #bucketsOf: IndexFunction<T>;
  readonly #buckets = new Map<string, Map<string, T>>();

  constructor(bucketsOf: IndexFunction<T>) {
    this.#bucketsOf = bucketsOf;
  }

  /** `before` is what the key held, `after` what it holds now; undefined: nothing. */
  change(key: string, before: T | undefined, after: T | undefined): void {
    const next = after === undefined ? [] : this.#bucketsOf(after);
    if (before !== undefined) for (const bucket of this.#bucketsOf(before)) if (!next.includes(bucket)) this.#remove(bucket, key);
    if (after === undefined) return;
    for (const bucket of next) {
      const members = this.#buckets.get(bucket);
      if (members) members.set(key, after);
      else this.#buckets.set(bucket, new Map([[key, after]]));
    }
  }

  bucket(name: string): ReadonlyMap<string, T> {
    return this.#buckets.get(name) ?? new Map<string, T>();
  }

  #remove(bucket: string, key: string): void {
    const members = this.#buckets.get(bucket);
    if (!members) return;
    members.delete(key);
    if (members.size === 0) this.#buckets.delete(bucket);
  }
}
