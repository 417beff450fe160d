/** What was used last, by key: no more of it is kept than `limit` says. */
export class LastUsed<T> {
  /** The last used is the last. */
  readonly #items = new Map<string, T>();
  readonly #limit: () => number;
  readonly #dropped: (item: T) => void;

  /** `dropped` is told what is not kept any more. */
  constructor(limit: () => number, dropped: (item: T) => void = () => {}) {
    this.#limit = limit;
    this.#dropped = dropped;
  }

  values(): Iterable<T> {
    return this.#items.values();
  }

  /** The same for a key as long as it is kept. */
  get(key: string, make: () => T): T {
    const item = this.take(key) ?? make();
    this.put(key, item);
    return item;
  }

  /** It is not kept any more. */
  take(key: string): T | undefined {
    const item = this.#items.get(key);
    this.#items.delete(key);
    return item;
  }

  put(key: string, item: T): void {
    this.#items.set(key, item);
    const limit = this.#limit();
    for (const [oldest, dropped] of this.#items) {
      if (this.#items.size <= limit) return;
      this.#items.delete(oldest);
      this.#dropped(dropped);
    }
  }

  clear(): void {
    for (const item of this.#items.values()) this.#dropped(item);
    this.#items.clear();
  }
}
