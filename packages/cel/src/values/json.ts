import { isJsonObject, type JsonObject } from '@kubernats/apimachinery';
import { DYN, type ListType, type Type, typeName } from '../language/types.ts';
import { EvaluationError } from './errors.ts';
import { durationOf, durationText, timestampOf, timestampText } from './time.ts';
import { ArrayList, Duration, keyText, ListValue, MapValue, Optional, Timestamp, Uint, type Value } from './values.ts';

/**
 * The value of what is written in JSON, of the type that its schema says. Lists and objects are looked at only where an expression reads them. Throws an
 * EvaluationError where the two do not fit. Source: Kubernetes' concept "Common Expression Language in Kubernetes".
 */
export function fromJson(json: unknown, type: Type = DYN): Value {
  if (json === null || json === undefined) return null;
  switch (type.kind) {
    case 'dyn':
      return untyped(json);
    case 'string':
      if (typeof json === 'string') return json;
      break;
    case 'int':
      if (typeof json === 'number' && Number.isInteger(json)) return BigInt(json);
      break;
    case 'double':
      if (typeof json === 'number') return json;
      break;
    case 'bool':
      if (typeof json === 'boolean') return json;
      break;
    case 'list':
      if (Array.isArray(json)) return new JsonList(json, type);
      break;
    case 'object':
      if (isJsonObject(json)) return new JsonFields(json, type);
      break;
    case 'map':
      if (isJsonObject(json)) return new JsonMap(json, type.value);
      break;
    default:
      if (typeof json === 'string') return ofText(json, type);
  }
  throw new EvaluationError(`invalid data, expected a value of type ${typeName(type)}`);
}

function untyped(json: unknown): Value {
  if (typeof json === 'string' || typeof json === 'boolean') return json;
  if (typeof json === 'number') return Number.isInteger(json) ? BigInt(json) : json;
  if (Array.isArray(json)) return new JsonList(json, UNTYPED_LIST);
  return isJsonObject(json) ? new JsonMap(json, DYN) : null;
}

const UNTYPED_LIST = { kind: 'list', element: DYN } as const;

function ofText(text: string, type: Type): Value {
  switch (type.kind) {
    case 'timestamp':
      return timestampOf(text);
    case 'duration':
      return durationOf(text);
    default:
      return new Uint8Array(Buffer.from(text, 'base64'));
  }
}

/** Types whose values are as quickly made as looked up. */
const isPlain = ({ kind }: Type): boolean => kind === 'string' || kind === 'bool' || kind === 'double';

/** As `weightOf`. */
function weightOfJson(json: unknown): number {
  if (typeof json !== 'object' || json === null) return 1;
  let weight = 1;
  if (Array.isArray(json)) for (const element of json) weight += weightOfJson(element);
  else for (const value of Object.values(json)) weight += weightOfJson(value);
  return weight;
}

/** A list of JSON values. What is made of them is kept. */
export class JsonList extends ListValue {
  readonly #json: readonly unknown[];
  readonly #known: Value[] | undefined;
  readonly type: Type & { kind: 'list' };

  constructor(json: readonly unknown[], type: Type & { kind: 'list' }) {
    super();
    this.#json = json;
    this.#known = isPlain(type.element) ? undefined : [];
    this.type = type;
  }

  get size(): number {
    return this.#json.length;
  }

  at(index: number): Value {
    const known = this.#known?.[index];
    if (known !== undefined) return known;
    const value = fromJson(this.#json[index], this.type.element);
    if (this.#known) this.#known[index] = value;
    return value;
  }

  protected override weigh(): number {
    return weightOfJson(this.#json) - 1;
  }

  /** What tells the elements of a set or of a list with keys apart; undefined: the order does. */
  get identity(): ((element: Value) => string | undefined) | undefined {
    return identityIn(this.type);
  }
}

function identityIn({ listType, keys = [] }: { listType?: ListType; keys?: readonly string[] }) {
  if (listType === 'set') return (element: Value) => keyText(element) ?? textOf(element);
  if (listType !== 'map') return undefined;
  return (element: Value) => keys.map((key) => (element instanceof MapValue ? textOf(element.get(key) ?? null) : '')).join('\u0000');
}

const textOf = (value: Value): string => JSON.stringify(toJson(value));

/** An undefined field is an absent one. */
const isThere = (json: JsonObject, field: string): boolean => Object.hasOwn(json, field) && json[field] !== undefined;

/** A JSON object whose schema names its fields. What is made of them is kept. */
export class JsonFields extends MapValue {
  readonly #json: JsonObject;
  #known: Map<string, Value> | undefined;
  readonly type: Type & { kind: 'object' };

  constructor(json: JsonObject, type: Type & { kind: 'object' }) {
    super();
    this.#json = json;
    this.type = type;
  }

  get size(): number {
    return Array.from(this.keys()).length;
  }

  get(key: Value): Value | undefined {
    if (typeof key !== 'string') return undefined;
    const field = this.type.fields.get(key);
    if (!field || !isThere(this.#json, field.jsonName)) return undefined;
    if (isPlain(field.type) || field.type.kind === 'int') return fromJson(this.#json[field.jsonName], field.type);
    let value = this.#known?.get(key);
    if (value === undefined) {
      value = fromJson(this.#json[field.jsonName], field.type);
      this.#known ??= new Map();
      this.#known.set(key, value);
    }
    return value;
  }

  override has(key: Value): boolean {
    const field = typeof key === 'string' ? this.type.fields.get(key) : undefined;
    return field !== undefined && isThere(this.#json, field.jsonName);
  }

  protected override weigh(): number {
    return weightOfJson(this.#json) - 1;
  }

  *keys(): Iterable<string> {
    for (const [name, { jsonName }] of this.type.fields) if (isThere(this.#json, jsonName)) yield name;
  }
}

/** Any other JSON object. */
export class JsonMap extends MapValue {
  readonly #json: JsonObject;
  readonly #type: Type;
  #keys: readonly string[] | undefined;

  constructor(json: JsonObject, type: Type) {
    super();
    this.#json = json;
    this.#type = type;
  }

  get size(): number {
    return this.keys().length;
  }

  get(key: Value): Value | undefined {
    return typeof key === 'string' && isThere(this.#json, key) ? fromJson(this.#json[key], this.#type) : undefined;
  }

  override has(key: Value): boolean {
    return typeof key === 'string' && isThere(this.#json, key);
  }

  protected override weigh(): number {
    return weightOfJson(this.#json) - 1;
  }

  keys(): readonly string[] {
    this.#keys ??= Object.keys(this.#json).filter((key) => this.#json[key] !== undefined);
    return this.#keys;
  }
}

/** A value as JSON: what leaves an expression. Throws an EvaluationError for what JSON has no form for. */
export function toJson(value: Value): unknown {
  if (value === null || typeof value === 'string' || typeof value === 'boolean' || typeof value === 'number') return value;
  if (typeof value === 'bigint') return Number(value);
  if (value instanceof Uint) return Number(value.value);
  if (value instanceof ListValue) return Array.from(value, toJson);
  if (value instanceof MapValue) return objectOf(value);
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (value instanceof Timestamp) return timestampText(value);
  if (value instanceof Duration) return durationText(value);
  if (value instanceof Optional) return value.value === undefined ? null : toJson(value.value);
  throw new EvaluationError('unsupported conversion to JSON');
}

function objectOf(map: MapValue): Record<string, unknown> {
  const json: Record<string, unknown> = {};
  for (const key of map.keys()) {
    const value = toJson(map.get(key) ?? null);
    Object.defineProperty(json, String(toJson(key)), { value, enumerable: true, writable: true, configurable: true });
  }
  return json;
}

/**
 * The sum of two lists. A set keeps each element once; in a list with keys, the second list's element takes the place of the one with its keys.
 * Source: Kubernetes' concept "Common Expression Language in Kubernetes", on `x-kubernetes-list-type`.
 */
export function joined(a: ListValue, b: ListValue): ListValue {
  const identity = a instanceof JsonList ? a.identity : undefined;
  if (!identity) return new ArrayList([...a, ...b]);
  const elements = new Map<string | undefined, Value>();
  for (const element of a) elements.set(identity(element), element);
  for (const element of b) elements.set(identity(element), element);
  return new ArrayList([...elements.values()]);
}
