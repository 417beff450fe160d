import type { KindRow } from './kind.ts';

/** The kinds that a server serves: those that it always has, and those that CustomResourceDefinitions bring and take away again. */
export class KindTable {
  readonly #builtIn: readonly KindRow[];
  readonly #observers = new Set<() => void>();
  #all: readonly KindRow[];
  #byResource = new Map<string, KindRow>();
  #byKind = new Map<string, KindRow>();
  /** Asked for by webhooks and policies at each write. */
  #equivalents = new Map<KindRow, readonly KindRow[]>();

  constructor(builtIn: readonly KindRow[]) {
    this.#builtIn = builtIn;
    this.#all = builtIn;
    for (const row of builtIn) this.#add(row);
  }

  /** All of them, the built-in ones first. Another array after each change, so that it tells whether something changed. */
  get all(): readonly KindRow[] {
    return this.#all;
  }

  /** The row of `/apis/GROUP/VERSION/PLURAL` ('' for the core group). */
  byResource(group: string, version: string, plural: string): KindRow | undefined {
    return this.#byResource.get(`${group}/${version}/${plural}`);
  }

  byKind(group: string, version: string, kind: string): KindRow | undefined {
    return this.#byKind.get(`${group}/${version}/${kind}`);
  }

  /** The row whose form an object of this kind is kept in: its own, or that of `storedAs`. */
  stored(row: KindRow): KindRow {
    const { storedAs } = row;
    return storedAs ? (this.byResource(storedAs.group, storedAs.version, storedAs.plural) ?? row) : row;
  }

  /** The other rows by which the same objects are reached: other versions of the kind, or another group's. */
  equivalents(row: KindRow): readonly KindRow[] {
    if (row.ephemeral || row.computed) return [];
    let others = this.#equivalents.get(row);
    if (!others) {
      const kept = this.stored(row);
      others = this.#all.filter((other) => other !== row && !other.ephemeral && !other.computed && this.stored(other) === kept);
      this.#equivalents.set(row, others);
    }
    return others;
  }

  /** The custom kinds from now on. What a built-in kind is called is never theirs. */
  replaceCustom(rows: readonly KindRow[]): void {
    this.#byResource = new Map();
    this.#byKind = new Map();
    this.#equivalents = new Map();
    this.#all = [...this.#builtIn, ...rows];
    // A later row of the same name takes the place of an earlier one.
    for (const row of this.#all.toReversed()) this.#add(row);
    for (const observer of this.#observers) observer();
  }

  /** Calls the observer after every change. Call the result to end. */
  observe(observer: () => void): () => void {
    this.#observers.add(observer);
    return () => this.#observers.delete(observer);
  }

  #add(row: KindRow): void {
    this.#byResource.set(`${row.group}/${row.version}/${row.plural}`, row);
    this.#byKind.set(`${row.group}/${row.version}/${row.kind}`, row);
  }
}
