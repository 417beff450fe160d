import type { ObjectType, Type } from '../language/types.ts';

/** A value of an expression. An int is a bigint, a double a number. */
export type Value =
  | null
  | boolean
  | bigint
  | number
  | string
  | Uint8Array
  | Uint
  | Timestamp
  | Duration
  | TypeValue
  | Optional
  | ListValue
  | MapValue
  | OpaqueValue;

/** An unsigned integer of 64 bits. */
export class Uint {
  readonly value: bigint;
  constructor(value: bigint) {
    this.value = value;
  }
}

/** A moment, in nanoseconds since 1970. */
export class Timestamp {
  readonly nanos: bigint;
  constructor(nanos: bigint) {
    this.nanos = nanos;
  }
}

/** A span of time, in nanoseconds. */
export class Duration {
  readonly nanos: bigint;
  constructor(nanos: bigint) {
    this.nanos = nanos;
  }
}

/** A type as a value, as `type(1)` gives it. */
export class TypeValue {
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
}

/** A value that may not be there; `undefined` is not a value of expressions. */
export class Optional {
  readonly value: Value | undefined;
  constructor(value: Value | undefined) {
    this.value = value;
  }
}

export const NONE = new Optional(undefined);

/** A value of a type that a library brings. */
export abstract class OpaqueValue {
  abstract readonly type: Type & { kind: 'opaque' };
  abstract equals(other: OpaqueValue): boolean;
}

/** How many values a value is: itself, and what it holds at whatever depth. That many are looked at where it is compared. */
export function weightOf(value: Value | undefined): number {
  if (value instanceof ListValue || value instanceof MapValue) return 1 + value.weight;
  return value instanceof Optional ? 1 + weightOf(value.value) : 1;
}

export abstract class ListValue {
  #weight: number | undefined;
  abstract readonly size: number;
  /** The element at an index from 0 to `size` - 1. */
  abstract at(index: number): Value;

  /** How many values it holds, at whatever depth. Counted once: one value may be held very many times. */
  get weight(): number {
    this.#weight ??= this.weigh();
    return this.#weight;
  }

  protected weigh(): number {
    let sum = 0;
    for (let index = 0; index < this.size; index++) sum += weightOf(this.at(index));
    return sum;
  }

  *[Symbol.iterator](): Iterator<Value> {
    for (let index = 0; index < this.size; index++) yield this.at(index);
  }
}

/** A list that was computed. */
export class ArrayList extends ListValue {
  readonly values: readonly Value[];
  constructor(values: readonly Value[]) {
    super();
    this.values = values;
  }

  get size(): number {
    return this.values.length;
  }

  at(index: number): Value {
    return this.values[index] ?? null;
  }
}

export abstract class MapValue {
  #weight: number | undefined;
  abstract readonly size: number;
  /** The value of a key, or undefined. */
  abstract get(key: Value): Value | undefined;
  abstract keys(): Iterable<Value>;

  has(key: Value): boolean {
    return this.get(key) !== undefined;
  }

  /** How many values it holds, at whatever depth. Counted once. */
  get weight(): number {
    this.#weight ??= this.weigh();
    return this.#weight;
  }

  protected weigh(): number {
    let sum = 0;
    for (const key of this.keys()) sum += weightOf(this.get(key));
    return sum;
  }
}

/** A map that was computed. */
export class EntriesMap extends MapValue {
  readonly #entries: ReadonlyMap<string, readonly [Value, Value]>;

  /** The keys are those of `keyText`. */
  constructor(entries: ReadonlyMap<string, readonly [Value, Value]>) {
    super();
    this.#entries = entries;
  }

  get size(): number {
    return this.#entries.size;
  }

  get(key: Value): Value | undefined {
    const text = keyText(key);
    return text === undefined ? undefined : this.#entries.get(text)?.[1];
  }

  *keys(): Iterable<Value> {
    for (const [key] of this.#entries.values()) yield key;
  }
}

/** A message that was computed: `Object.spec{replicas: 1}`. */
export class MessageValue extends MapValue {
  readonly type: ObjectType;
  readonly fields: ReadonlyMap<string, Value>;

  constructor(type: ObjectType, fields: ReadonlyMap<string, Value>) {
    super();
    this.type = type;
    this.fields = fields;
  }

  get size(): number {
    return this.fields.size;
  }

  get(key: Value): Value | undefined {
    return typeof key === 'string' ? this.fields.get(key) : undefined;
  }

  keys(): Iterable<string> {
    return this.fields.keys();
  }
}

/** What tells keys of maps apart: numbers of all types that are equal are the same key. Undefined: no key can be like this. */
export function keyText(key: Value): string | undefined {
  if (typeof key === 'string') return `s${key}`;
  if (typeof key === 'bigint') return `n${key}`;
  if (key instanceof Uint) return `n${key.value}`;
  if (typeof key === 'number') return Number.isInteger(key) ? `n${BigInt(key)}` : undefined;
  return typeof key === 'boolean' ? `b${key}` : undefined;
}
