/** Who waits for what on a node, and how they are told. */
export class Waiting {
  /** By what is waited for, then by who waits. */
  readonly #told = new Map<string, Map<string, () => void>>();

  get isEmpty(): boolean {
    return this.#told.size === 0;
  }

  add(what: string, who: string, tell: () => void): void {
    const waiting = this.#told.get(what);
    if (waiting) waiting.set(who, tell);
    else this.#told.set(what, new Map([[who, tell]]));
  }

  remove(what: string, who: string): void {
    const waiting = this.#told.get(what);
    if (waiting?.delete(who) && waiting.size === 0) this.#told.delete(what);
  }

  /** It may have come; who is still without it says so again. */
  wake(what: string): void {
    const waiting = this.#told.get(what);
    this.#told.delete(what);
    for (const tell of waiting?.values() ?? []) tell();
  }

  /** One waits for nothing any more. */
  forget(who: string): void {
    for (const what of [...this.#told.keys()]) this.remove(what, who);
  }
}
