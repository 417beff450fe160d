import { Buffer } from 'node:buffer';
import type { KubeObject } from '@kubernats/api';
import { type FieldSet, fieldSetText } from '@kubernats/apimachinery';
import { keptBytes } from './kept-bytes.ts';
import { endOfList, placeOf } from './text-at.ts';

const MANAGED_FIELDS = ['metadata', 'managedFields'];
const METADATA = Buffer.from('"metadata":{');
const VERSION_HEAD = '"resourceVersion":"';

/** An object as the cache holds it: it always has metadata with a name. */
export type Held = KubeObject & { metadata: NonNullable<KubeObject['metadata']> };

/**
 * One revision of one object. The store keeps it without a resourceVersion (nobody knows it before the write), so the
 * revision is spliced into the bytes once, here, and every list and every watcher shares the result. Parsed on first use only.
 */
export class Stored {
  /** `namespace/name`; just `/name` in no namespace. What lists are sorted by. */
  readonly id: string;
  readonly namespace: string;
  readonly name: string;
  readonly revision: number;
  /** The serialised object, resourceVersion included. Never changed. */
  readonly bytes: Buffer;
  readonly #versionAt: number;
  #object: Held | undefined;
  /** Of the one that was asked last: all who follow ask for a change in one turn, and then nobody does any more. */
  static #lean: { of: Stored; bytes: Buffer } | undefined;

  private constructor(namespace: string, name: string, revision: number, bytes: Buffer, versionAt: number, object: Held | undefined) {
    this.id = `${namespace}/${name}`;
    this.namespace = namespace;
    this.name = name;
    this.revision = revision;
    this.bytes = bytes;
    this.#versionAt = versionAt;
    this.#object = object;
  }

  /**
   * From what the store keeps. `object`, where the caller has it parsed already, is taken over and gets its resourceVersion.
   * Throws when the bytes are not an object that this server wrote.
   */
  static fromStore(namespace: string, name: string, revision: number, raw: Uint8Array, object?: Held): Stored {
    const buffer = Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength);
    const mark = buffer.indexOf(METADATA);
    if (mark === -1) throw new Error(`${namespace}/${name} at revision ${revision} is not an object`);
    const at = mark + METADATA.length;
    const insert = `${VERSION_HEAD}${revision}",`;
    const bytes = keptBytes(buffer.length + insert.length);
    buffer.copy(bytes, 0, 0, at);
    bytes.write(insert, at, 'latin1');
    buffer.copy(bytes, at + insert.length, at);
    if (object) object.metadata.resourceVersion = String(revision);
    return new Stored(namespace, name, revision, bytes, at + VERSION_HEAD.length, object);
  }

  /** An object that is shown but not kept: it has no revision. */
  static unwritten(namespace: string, name: string, raw: Buffer): Stored {
    return new Stored(namespace, name, 0, raw, 0, undefined);
  }

  /** The parsed object. Shared: nobody may change it. */
  get object(): Held {
    this.#object ??= JSON.parse(this.bytes.toString('utf8')) as Held;
    return this.#object;
  }

  /** The parsed object, if there is one yet. */
  get parsed(): Held | undefined {
    return this.#object;
  }

  /** `bytes` without who owns which field, which is about half of most objects. */
  get withoutManagedFields(): Buffer {
    if (Stored.#lean?.of !== this) Stored.#lean = { of: this, bytes: this.#cutManagedFields() };
    return Stored.#lean.bytes;
  }

  #cutManagedFields(): Buffer {
    const place = placeOf(this.bytes, MANAGED_FIELDS);
    if (!place) return this.bytes;
    // A comma stands before it: a resourceVersion or a name does.
    return Buffer.concat([this.bytes.subarray(0, place.keyStart - 1), this.bytes.subarray(endOfList(this.bytes, place.valueStart))]);
  }

  /** The same object as it is reported at another revision (of its deletion, or of leaving a selector). */
  at(revision: number): Stored {
    return Stored.fromStore(this.namespace, this.name, revision, this.raw());
  }

  /** The bytes as the store keeps them: without the resourceVersion. */
  raw(): Buffer {
    const end = this.#versionAt + String(this.revision).length + 2;
    const start = this.#versionAt - VERSION_HEAD.length;
    const raw = Buffer.allocUnsafe(this.bytes.length - (end - start));
    this.bytes.copy(raw, 0, 0, start);
    this.bytes.copy(raw, start, end);
    return raw;
  }
}

/** Serialises an object for the store: kind, apiVersion and metadata first, no resourceVersion. */
export function serialise(object: Held): Buffer {
  const { kind, apiVersion, metadata, ...rest } = object;
  const { resourceVersion: _, managedFields, ...meta } = metadata;
  const head = JSON.stringify({ kind, apiVersion, metadata: meta });
  const body = JSON.stringify(rest);
  const managers = managedFields ? `,"managedFields":[${managedFields.map(managerText).join()}]` : '';
  return Buffer.from(`${head.slice(0, -2)}${managers}}${body === '{}' ? '}' : `,${body.slice(1)}`}`);
}

/** Objects that were created alike share the set of their fields, and its text. */
function managerText({ fieldsV1, ...entry }: { fieldsV1?: unknown }): string {
  const text = JSON.stringify(entry);
  return fieldsV1 ? `${text.slice(0, -1)},"fieldsV1":${fieldSetText(fieldsV1 as FieldSet)}}` : text;
}
