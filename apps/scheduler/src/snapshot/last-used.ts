/** What was asked for last, by key: so much of it is kept. */
export class LastUsed<T> {
  /** The last used is the last. */
  readonly #items = new Map<string, T>();
  readonly #limit: number;
  readonly #dropped: (item: T) => void;

  /** `dropped` is told what is not kept any more. */
  constructor(limit: number, dropped: (item: T) => void = () => {}) {
    this.#limit = limit;
    this.#dropped = dropped;
  }

  values(): Iterable<T> {
    return this.#items.values();
  }

  /** The same for a key as long as it is kept. */
  get(key: string, make: () => T): T {
    const known = this.#items.get(key);
    const item = known ?? make();
    if (known !== undefined) this.#items.delete(key);
    this.#items.set(key, item);
    if (this.#items.size > this.#limit) this.#dropOldest();
    return item;
  }

  #dropOldest(): void {
    for (const [key, item] of this.#items) {
      this.#items.delete(key);
      this.#dropped(item);
      return;
    }
  }
}
