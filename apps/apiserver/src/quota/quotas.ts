import { Turns } from '@kubernats/clock';

/** What this server knows of quotas beside what is stored: what is on its way, and what must be counted anew. */
export class Quotas {
  /** The charges of one quota happen one after the other: none is lost to another's write. */
  readonly turns = new Turns();
  /** How many objects are charged and not written yet, by namespace. */
  readonly #pending = new Map<string, number>();
  readonly #stale = new Set<string>();
  /** Called when there is something to count. */
  onStale: () => void = () => {};

  /** An object of the namespace is charged; call the result when it is written, or will not be. */
  begin(namespace: string): (written: boolean) => void {
    this.#pending.set(namespace, (this.#pending.get(namespace) ?? 0) + 1);
    return (written) => {
      const left = (this.#pending.get(namespace) ?? 1) - 1;
      if (left > 0) this.#pending.set(namespace, left);
      else this.#pending.delete(namespace);
      if (!written) this.markStale(namespace);
    };
  }

  /** What is stored may not be what is in use. */
  markStale(namespace: string): void {
    this.#stale.add(namespace);
    this.onStale();
  }

  get hasStale(): boolean {
    return this.#stale.size > 0;
  }

  /** The namespaces to be counted now, each once. Where something is on its way it must arrive first. */
  takeStale(): string[] {
    const ready = [...this.#stale].filter((namespace) => !this.#pending.has(namespace));
    for (const namespace of ready) this.#stale.delete(namespace);
    return ready;
  }
}
