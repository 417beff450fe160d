// What of a body belongs to a custom resource. Source: "Extend the Kubernetes API with CustomResourceDefinitions", field pruning.
import { isJsonObject, type JsonObject, MAX_JSON_DEPTH } from '@kubernats/apimachinery';
import { ConformError, type Conformed, conform } from '../decode/conform.ts';
import { objectSchema } from '../schema/object-schema.ts';
import type { Structural } from './structural.ts';

export const OBJECT_META = 'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta';
const MAX_UNKNOWN_FIELDS = 100;
const META_FIELDS: ReadonlySet<string> = new Set(['apiVersion', 'kind', 'metadata']);

/**
 * Takes out of an object what its schema does not have, and brings the metadata (also that of embedded resources) to its form. The object is the
 * caller's own and is changed. Throws ConformError for metadata that is none, and beyond MAX_JSON_DEPTH.
 */
export function prune(object: object, schema: Structural): Conformed {
  const walk = new Walk();
  walk.resource(object as JsonObject, schema, 0);
  return { value: object, unknownFields: walk.unknownFields.sort(), keys: walk.keys };
}

class Walk {
  readonly unknownFields: string[] = [];
  keys = 0;
  readonly #path: (string | number)[] = [];

  /** An object of the API: the schema does not say what its metadata is. */
  resource(object: JsonObject, schema: Structural, depth: number): void {
    this.#fields(object, schema, schema.preserve, depth, true);
  }

  /** `keeps`: what the schema does not know stays. */
  #value(value: unknown, schema: Structural | undefined, keeps: boolean, depth: number): void {
    if (typeof value !== 'object' || value === null) return;
    if (depth > MAX_JSON_DEPTH) throw new ConformError('exceeded max depth');
    const keepsHere = keeps || schema?.preserve === true;
    if (Array.isArray(value)) {
      value.forEach((item, i) => this.#inside(i, () => this.#value(item, schema?.items, keepsHere, depth + 1)));
    } else if (isJsonObject(value)) this.#fields(value, schema, keepsHere, depth, schema?.embedded === true);
  }

  #fields(object: JsonObject, schema: Structural | undefined, keeps: boolean, depth: number, isResource: boolean): void {
    for (const name of Object.keys(object)) {
      this.keys++;
      if (isResource && META_FIELDS.has(name)) {
        if (name === 'metadata') this.#metadata(object);
        else this.#inside(name, () => this.#value(object[name], undefined, true, depth + 1));
        continue;
      }
      const known = schema?.properties.get(name) ?? (typeof schema?.additional === 'object' ? schema.additional : undefined);
      // No object has use for this name, and it is the one that could do harm further on.
      if (name === '__proto__' || (!known && !keeps && schema?.additional !== true)) this.#drop(object, name);
      else this.#inside(name, () => this.#value(object[name], known, keeps && !known, depth + 1));
    }
  }

  #metadata(object: JsonObject): void {
    const { value, unknownFields, keys } = conform({ name: '', fields: METADATA }, { metadata: object.metadata });
    const { metadata } = value as { metadata?: object };
    if (metadata === undefined) Reflect.deleteProperty(object, 'metadata');
    else object.metadata = metadata;
    this.keys += keys - 1;
    for (const field of unknownFields) this.#tell(`${this.#prefix()}${field}`);
  }

  #drop(object: JsonObject, name: string): void {
    this.#tell(`${this.#prefix()}${name}`);
    // Its keys were in the body, too.
    this.keys += keysIn(object[name], 0);
    Reflect.deleteProperty(object, name);
  }

  #tell(path: string): void {
    if (this.unknownFields.length < MAX_UNKNOWN_FIELDS) this.unknownFields.push(path);
  }

  #prefix(): string {
    let path = '';
    for (const step of this.#path) path += typeof step === 'number' ? `[${step}]` : path === '' ? step : `.${step}`;
    return path === '' ? '' : `${path}.`;
  }

  #inside(step: string | number, read: () => void): void {
    this.#path.push(step);
    read();
    this.#path.pop();
  }
}

const METADATA = new Map([['metadata', { type: 'object' as const, object: objectSchema(OBJECT_META) }]]);

function keysIn(value: unknown, depth: number): number {
  if (typeof value !== 'object' || value === null) return 0;
  if (depth > MAX_JSON_DEPTH) throw new ConformError('exceeded max depth');
  let keys = Array.isArray(value) ? 0 : Object.keys(value).length;
  for (const part of Object.values(value)) keys += keysIn(part, depth + 1);
  return keys;
}
