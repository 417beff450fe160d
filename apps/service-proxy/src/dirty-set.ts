/** Keys whose routes are to be computed again: several changes that arrive together count once. */
export class DirtySet {
  readonly #refresh: (keys: Iterable<string>) => Promise<void>;
  #keys = new Set<string>();
  #running: Promise<void> = Promise.resolve();

  constructor(refresh: (keys: Iterable<string>) => Promise<void>) {
    this.#refresh = refresh;
  }

  add(key: string | undefined): void {
    if (key === undefined) return;
    this.#keys.add(key);
    if (this.#keys.size > 1) return;
    this.#running = Promise.all([this.#running, Promise.resolve().then(() => this.#flush())]).then(() => {});
  }

  /** Resolves when everything that was added up to now has been carried out. */
  settled(): Promise<void> {
    return this.#running;
  }

  #flush(): Promise<void> {
    const keys = this.#keys;
    this.#keys = new Set();
    return this.#refresh(keys);
  }
}
