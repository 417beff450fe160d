// The one walk over a body: types are checked, unknown fields and nulls dropped, quantities and times brought to the form they
// are kept in. Nothing is copied where nothing changes. Messages are those of Kubernetes' decoder (Go's encoding/json).
import { canonicalQuantity, canonicalResource, type FieldSchema, MAX_JSON_DEPTH, type ObjectSchema } from '@kubernats/apimachinery';
import { goStruct, goType, goValue, notConverted } from './go-types.ts';
import { normalTime } from './times.ts';

/** The value does not fit its type. The message is Kubernetes' own, without the part that names the kind. */
export class ConformError extends Error {
  override readonly name = 'ConformError';
  /** As the reader words it that takes values which were decoded before: that of strategic merge patches. Undefined: in the same words. */
  readonly ofValues: string | undefined;

  constructor(message: string, ofValues?: string) {
    super(message);
    this.ofValues = ofValues;
  }
}

export interface Conformed {
  value: object;
  /** Paths of the fields that the type does not have; they are left out of `value`. */
  unknownFields: string[];
  /** How many object keys the input had, at all depths. */
  keys: number;
}

/** Checks a parsed JSON object against its schema. The input is not changed; what need not change is shared with it. */
export function conform(schema: ObjectSchema, input: object): Conformed {
  const walk = new Walk();
  const value = walk.object(input, schema);
  return { value, unknownFields: walk.unknownFields, keys: walk.keys };
}

type Json = Record<string, unknown>;

/** A field, an index of a list, or a key of a map. */
type Step = string | number | { key: string };

/** The largest magnitude of `int32`; and of `int64`, as far as a double is exact: what is larger would be another number than its author has written. */
const INT32 = 2 ** 31;
const INT64 = 2 ** 53;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const MAX_UNKNOWN_FIELDS = 100;

class Walk {
  readonly unknownFields: string[] = [];
  keys = 0;
  readonly #path: Step[] = [];
  /** The definition whose field is being read, for messages. */
  #struct = '';

  object(input: object, schema: ObjectSchema): object {
    const source = input as Json;
    const outer = this.#struct;
    let changes: Map<string, unknown> | undefined;
    for (const key in source) {
      this.keys++;
      const field = schema.fields.get(key);
      const value = source[key];
      if (field === undefined) {
        this.#unknown(key, value);
        changes ??= new Map();
        changes.set(key, undefined);
        continue;
      }
      this.#struct = schema.name;
      const next = value === null || value === undefined ? undefined : this.#value(value, field, key);
      if (next !== value) {
        changes ??= new Map();
        changes.set(key, next);
      }
    }
    this.#struct = outer;
    return changes ? withChanges(source, changes) : input;
  }

  #value(value: unknown, field: FieldSchema, key: Step): unknown {
    switch (field.type) {
      case 'string':
        if (typeof value !== 'string') this.#mismatch(value, field, key);
        return field.format === undefined ? value : formatted(value, field.format);
      case 'integer':
        return this.#integer(value, field, key);
      case 'boolean':
        if (typeof value !== 'boolean') this.#mismatch(value, field, key);
        return value;
      case 'object':
        if (typeof value !== 'object' || value === null || Array.isArray(value) || !field.object) this.#mismatch(value, field, key);
        return this.#inside(key, () => (field.object ? this.object(value, field.object) : value));
      case 'array':
        if (!Array.isArray(value)) this.#mismatch(value, field, key);
        return this.#inside(key, () => this.#list(value, field));
      case 'map':
        if (typeof value !== 'object' || value === null || Array.isArray(value)) this.#mismatch(value, field, key);
        return this.#inside(key, () => this.#map(value, field));
      case 'quantity':
        return quantity(value, canonicalQuantity);
      case 'intOrString':
        return typeof value === 'string' ? value : this.#integer(value, INT_OR_STRING, key);
      case 'number':
        if (typeof value !== 'number') this.#mismatch(value, field, key);
        return value;
      case 'any': {
        const { object } = field;
        if (object && typeof value === 'object' && value !== null && !Array.isArray(value)) {
          return this.#inside(key, () => this.object(value, object));
        }
        this.#countAny(value, 0);
        return value;
      }
    }
  }

  #inside<T>(key: Step, read: () => T): T {
    if (this.#path.push(key) > MAX_JSON_DEPTH) throw new ConformError('exceeded max depth');
    const result = read();
    this.#path.pop();
    return result;
  }

  #list(list: unknown[], field: FieldSchema): unknown[] {
    const items = field.items;
    if (!items) return list;
    let changed: unknown[] | undefined;
    for (let i = 0; i < list.length; i++) {
      const value = list[i];
      const next = value === null ? zeroOf(items) : this.#value(value, items, i);
      if (next !== value) {
        changed ??= list.slice();
        changed[i] = next;
      }
    }
    return changed ?? list;
  }

  #map(map: object, field: FieldSchema): object {
    const items = field.items;
    if (!items) return map;
    const source = map as Json;
    let changes: Map<string, unknown> | undefined;
    for (const key in source) {
      this.keys++;
      const value = source[key];
      // No map of the API has use for this key, and it is the one that could do harm further on.
      if (key === '__proto__') {
        this.#unknown(key, value);
        changes ??= new Map();
        changes.set(key, undefined);
        continue;
      }
      const next =
        value === null
          ? zeroOf(items)
          : items.type === 'quantity'
            ? quantity(value, canonicalResource)
            : this.#value(value, items, { key });
      if (next !== value) {
        changes ??= new Map();
        changes.set(key, next);
      }
    }
    return changes ? withChanges(source, changes) : map;
  }

  #integer(value: unknown, field: FieldSchema, key: Step): number {
    if (typeof value !== 'number') this.#mismatch(value, field, key);
    const limit = field.format === 'int32' ? INT32 : INT64;
    if (!Number.isInteger(value) || value >= limit || value < -limit) this.#mismatch(value, field, key, `number ${value}`);
    return value;
  }

  #unknown(key: string, value: unknown): void {
    if (this.unknownFields.length < MAX_UNKNOWN_FIELDS) this.unknownFields.push(this.#pathOf(key));
    this.#countAny(value, 0);
  }

  #countAny(value: unknown, depth: number): void {
    if (typeof value !== 'object' || value === null) return;
    if (depth > MAX_JSON_DEPTH) throw new ConformError('exceeded max depth');
    if (Array.isArray(value)) {
      for (const item of value) this.#countAny(item, depth + 1);
      return;
    }
    const source = value as Json;
    for (const key in source) {
      this.keys++;
      this.#countAny(source[key], depth + 1);
    }
  }

  #pathOf(key: Step): string {
    let path = '';
    for (const step of [...this.#path, key]) {
      const name = typeof step === 'object' ? step.key : step;
      path += typeof name === 'number' ? `[${name}]` : path === '' ? name : `.${name}`;
    }
    return path;
  }

  #mismatch(value: unknown, field: FieldSchema, key: Step, shown = goValue(value)): never {
    // Go names the field that the value is inside of: indexes and the keys of maps are no fields.
    const fields = [...this.#path, key].filter((step) => typeof step === 'string').join('.');
    const struct = goStruct(this.#struct).split('.').at(-1);
    const message = `json: cannot unmarshal ${shown} into Go struct field ${struct}.${fields} of type ${goType(field)}`;
    throw new ConformError(message, notConverted(value, field));
  }
}

const INT_OR_STRING: FieldSchema = { type: 'integer', format: 'int32' };

/** A copy with some keys replaced, or left out where the change is undefined; the order stays. */
function withChanges(source: Json, changes: ReadonlyMap<string, unknown>): Json {
  const copy: Json = {};
  for (const key of Object.keys(source)) {
    if (!changes.has(key)) copy[key] = source[key];
    else if (changes.get(key) !== undefined) copy[key] = changes.get(key);
  }
  return copy;
}

function formatted(text: string, format: string): string {
  switch (format) {
    case 'date-time':
    case 'micro-time':
      try {
        return normalTime(text, format === 'micro-time');
      } catch (error) {
        throw new ConformError(error instanceof Error ? error.message : String(error));
      }
    case 'byte':
      if (!BASE64.test(text)) return cleanBase64(text);
      return text;
    default:
      return text;
  }
}

/** Base64 may be broken into lines; anything else is an error, at the byte where it shows. */
function cleanBase64(text: string): string {
  const clean = text.replace(/[\r\n]/g, '');
  if (BASE64.test(clean)) return clean;
  const strange = text.search(/[^A-Za-z0-9+/=\r\n]/);
  throw new ConformError(`illegal base64 data at input byte ${strange === -1 ? Math.max(clean.replace(/=+$/, '').length, 0) : strange}`);
}

function quantity(value: unknown, canonical: (text: string) => string): string {
  const text = typeof value === 'string' ? value.trim() : typeof value === 'number' ? String(value) : JSON.stringify(value);
  try {
    return canonical(text);
  } catch (error) {
    throw new ConformError(error instanceof Error ? error.message : String(error));
  }
}

/** What a null stands for inside a list or map, where it cannot be left out: the type's empty value. */
function zeroOf(field: FieldSchema): unknown {
  switch (field.type) {
    case 'object':
    case 'map':
      return {};
    case 'array':
      return [];
    case 'string':
      return '';
    case 'boolean':
      return false;
    case 'quantity':
      return '0';
    case 'any':
      return null;
    default:
      return 0;
  }
}
