/** What a key may hold. */
export type Value =
  | { type: 'string'; text: string }
  | { type: 'list'; items: string[] }
  | { type: 'hash'; fields: Map<string, string> }
  | { type: 'set'; members: Set<string> };

export type ValueType = Value['type'];

interface Entry {
  value: Value;
  /** When it ends, in milliseconds since the epoch. */
  expiresAtMs: number | undefined;
  bytes: number;
}

const ENTRY_BYTES = 64;
const ITEM_BYTES = 16;

/** A command that fits the value of a key not at all. */
export class WrongType extends Error {
  override readonly name = 'WrongType';
}

/** One numbered database: keys, their values and their ends. */
export class Database {
  readonly #entries = new Map<string, Entry>();
  readonly #now: () => number;
  /** What keys and values hold, with what keeping them costs. */
  bytes = 0;

  constructor(now: () => number) {
    this.#now = now;
  }

  get size(): number {
    this.#dropExpired();
    return this.#entries.size;
  }

  keys(): string[] {
    this.#dropExpired();
    return [...this.#entries.keys()];
  }

  /** The value of a key, of this type. Throws `WrongType` where it is another. */
  get<T extends ValueType>(key: string, type: T): Extract<Value, { type: T }> | undefined {
    const value = this.peek(key);
    if (!value) return undefined;
    if (!isOf(value, type)) throw new WrongType();
    return value;
  }

  peek(key: string): Value | undefined {
    return this.#live(key)?.value;
  }

  set(key: string, value: Value, expiresAtMs?: number): void {
    this.delete(key);
    const entry: Entry = { value, expiresAtMs, bytes: 0 };
    this.#entries.set(key, entry);
    this.#weigh(key, entry);
  }

  /** Says that a value was changed in place: its weight is taken anew, and one without content goes. */
  changed(key: string, byBytes: number): void {
    const entry = this.#entries.get(key);
    if (!entry) return;
    if (isEmpty(entry.value)) {
      this.delete(key);
      return;
    }
    entry.bytes += byBytes;
    this.bytes += byBytes;
  }

  delete(key: string): boolean {
    const entry = this.#live(key);
    if (!entry) return false;
    this.bytes -= entry.bytes;
    return this.#entries.delete(key);
  }

  clear(): void {
    this.#entries.clear();
    this.bytes = 0;
  }

  expiresAt(key: string): number | undefined {
    return this.#live(key)?.expiresAtMs;
  }

  /** False: there is no such key. */
  setExpiry(key: string, expiresAtMs: number | undefined): boolean {
    const entry = this.#live(key);
    if (!entry) return false;
    entry.expiresAtMs = expiresAtMs;
    return true;
  }

  /** Moves a key behind all others: what was used last is evicted last. */
  touch(key: string): void {
    const entry = this.#live(key);
    if (!entry) return;
    this.#entries.delete(key);
    this.#entries.set(key, entry);
  }

  /** The key that was not used for longest; with `volatile` among those that end. */
  oldest(volatile: boolean): string | undefined {
    for (const [key, { expiresAtMs }] of this.#entries) if (!volatile || expiresAtMs !== undefined) return key;
    return undefined;
  }

  #live(key: string): Entry | undefined {
    const entry = this.#entries.get(key);
    if (entry?.expiresAtMs === undefined || entry.expiresAtMs > this.#now()) return entry;
    this.bytes -= entry.bytes;
    this.#entries.delete(key);
    return undefined;
  }

  #dropExpired(): void {
    for (const key of this.#entries.keys()) this.#live(key);
  }

  #weigh(key: string, entry: Entry): void {
    entry.bytes = ENTRY_BYTES + key.length + weightOf(entry.value);
    this.bytes += entry.bytes;
  }
}

const isOf = <T extends ValueType>(value: Value, type: T): value is Extract<Value, { type: T }> => value.type === type;

/** What items of a list, a set or a hash weigh. */
export function itemsBytes(texts: Iterable<string>): number {
  let bytes = 0;
  for (const text of texts) bytes += text.length + ITEM_BYTES;
  return bytes;
}

function weightOf(value: Value): number {
  switch (value.type) {
    case 'string':
      return value.text.length;
    case 'list':
      return itemsBytes(value.items);
    case 'set':
      return itemsBytes(value.members);
    case 'hash':
      return itemsBytes(value.fields.keys()) + itemsBytes(value.fields.values());
  }
}

function isEmpty(value: Value): boolean {
  switch (value.type) {
    case 'string':
      return false;
    case 'list':
      return value.items.length === 0;
    case 'set':
      return value.members.size === 0;
    case 'hash':
      return value.fields.size === 0;
  }
}
