// The OpenAPI documents as bytes. They are large and seldom asked for: descriptions are loaded, and a document is made, when it is
// first needed; it is kept for as long as the kinds that it tells of stay the same.
import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import { groupVersions } from '../discovery/resources.ts';
import type { KindRow } from '../kind.ts';
import type { Descriptions, Json } from './definitions.ts';
import { type OtherSwagger, SwaggerMerge } from './merge-swagger.ts';
import { customPart, type SwaggerPart, swaggerDocument } from './v2.ts';
import { openApi3Document } from './v3.ts';

const encoder = new TextEncoder();
const encode = (document: Json): Uint8Array => encoder.encode(JSON.stringify(document));

/** The kinds of a group and version, and the document that was made of them. */
interface GroupDocument {
  rows: readonly KindRow[];
  made?: Promise<Uint8Array>;
}

/** The OpenAPI documents of a table of kinds. `version` is the server's, such as `v1.36.0`. */
export class OpenApiDocuments {
  readonly #version: string;
  #kinds: readonly KindRow[] = [];
  /** By path below /openapi/v3: `api/v1`, `apis/apps/v1`. */
  #groups: ReadonlyMap<string, GroupDocument> = new Map();
  /** What is of all kinds: made again after each change, mostly of parts that stay. */
  readonly #ofAll = new Map<string, Promise<Uint8Array>>();
  readonly #parts = new SwaggerParts();
  /** What other servers have added to the documents of version 2. */
  #others: readonly OtherSwagger[] = [];

  constructor(kinds: readonly KindRow[], version: string) {
    this.#version = version;
    this.replace(kinds);
  }

  /** The kinds from now on. What is known of those that stay is kept. */
  replace(kinds: readonly KindRow[]): void {
    const before = this.#groups;
    this.#kinds = kinds;
    this.#groups = new Map(
      groupVersions(kinds).map(({ group, version, rows }) => {
        const path = group === '' ? `api/${version}` : `apis/${group}/${version}`;
        const known = before.get(path);
        return [path, known && sameItems(known.rows, rows) ? known : { rows }];
      }),
    );
    this.#ofAll.clear();
  }

  /** GET /openapi/v2, with what other servers serve. What cannot be read of theirs is left out. */
  v2(others: readonly OtherSwagger[] = []): Promise<Uint8Array> {
    this.#follow(others);
    return this.#once('v2', async () => this.#parts.json(this.#kinds, others, await loadDescriptions(), this.#version));
  }

  /** GET /openapi/v2, as protobuf. */
  v2Protobuf(others: readonly OtherSwagger[] = []): Promise<Uint8Array> {
    this.#follow(others);
    return this.#once('v2.protobuf', async () => {
      const { encodeSwagger } = await import('./protobuf.ts');
      return this.#parts.protobuf(this.#kinds, others, await loadDescriptions(), this.#version, encodeSwagger);
    });
  }

  #follow(others: readonly OtherSwagger[]): void {
    if (sameItems(others, this.#others)) return;
    this.#others = others;
    this.#ofAll.delete('v2');
    this.#ofAll.delete('v2.protobuf');
  }

  /** GET /openapi/v3: where each document is. The hash lets clients keep a document until it changes. */
  v3Index(): Promise<Uint8Array> {
    return this.#once('v3', async () => {
      const paths: Json = {};
      for (const path of this.#groups.keys()) {
        paths[path] = { serverRelativeURL: `/openapi/v3/${path}?hash=${documentHash((await this.v3(path)) ?? encode({}))}` };
      }
      return encode({ paths });
    });
  }

  /** GET /openapi/v3/PATH, such as `apis/apps/v1`; undefined when there is no such group and version. */
  async v3(path: string): Promise<Uint8Array | undefined> {
    const group = this.#groups.get(path);
    if (!group) return undefined;
    const kinds = this.#kinds;
    group.made ??= loadDescriptions().then((texts) => encode(openApi3Document(group.rows, kinds, texts, this.#version)));
    return group.made;
  }

  #once(name: string, make: () => Promise<Uint8Array>): Promise<Uint8Array> {
    let document = this.#ofAll.get(name);
    if (!document) this.#ofAll.set(name, (document = make()));
    return document;
  }
}

/** The parts of the one document of version 2, as text and as protobuf: that of the built-in kinds, and one for each custom kind. */
class SwaggerParts {
  #builtIn: (Json & SwaggerPart) | undefined;
  #builtInProtobuf: Uint8Array | undefined;
  readonly #texts = new WeakMap<KindRow, { definitions: string; paths: string }>();
  readonly #protobufs = new WeakMap<KindRow, Uint8Array>();

  json(kinds: readonly KindRow[], others: readonly OtherSwagger[], texts: Descriptions, version: string): Uint8Array {
    const { definitions, paths, ...head } = this.#document(kinds, texts, version);
    const parts = [
      textOf({ definitions, paths }),
      ...kinds.filter(({ custom }) => custom).map((row) => this.#text(row, texts)),
      ...this.#added(kinds, others, texts, version, textOf),
    ];
    const fieldsOf = (field: 'definitions' | 'paths'): string[] => parts.map((part) => part[field]).filter((text) => text !== '');
    const joined = (field: 'definitions' | 'paths'): string => `"${field}":{${fieldsOf(field).join(',')}}`;
    return encoder.encode(`{${inner(head)},${joined('definitions')},${joined('paths')}}`);
  }

  /** Messages that are written one after the other are one message. */
  protobuf(
    kinds: readonly KindRow[],
    others: readonly OtherSwagger[],
    texts: Descriptions,
    version: string,
    encodeSwagger: (document: Json) => Uint8Array,
  ): Uint8Array {
    const all = [(this.#builtInProtobuf ??= encodeSwagger(this.#document(kinds, texts, version)))];
    for (const row of kinds) {
      if (!row.custom) continue;
      let bytes = this.#protobufs.get(row);
      if (!bytes) this.#protobufs.set(row, (bytes = encodeSwagger({ ...customPart(row, texts) })));
      all.push(bytes);
    }
    return Buffer.concat([...all, ...this.#added(kinds, others, texts, version, (part) => encodeSwagger({ ...part }))]);
  }

  #document(kinds: readonly KindRow[], texts: Descriptions, version: string): Json & SwaggerPart {
    this.#builtIn ??= swaggerDocument(
      kinds.filter(({ custom }) => !custom),
      texts,
      version,
    );
    return this.#builtIn;
  }

  #text(row: KindRow, texts: Descriptions): { definitions: string; paths: string } {
    let text = this.#texts.get(row);
    if (!text) {
      this.#texts.set(row, (text = textOf(customPart(row, texts))));
    }
    return text;
  }

  /** What other servers add, written by `write`; without those that cannot be read or written. */
  #added<T>(
    kinds: readonly KindRow[],
    others: readonly OtherSwagger[],
    texts: Descriptions,
    version: string,
    write: (part: SwaggerPart) => T,
  ): T[] {
    if (others.length === 0) return [];
    const custom = kinds.filter((row) => row.custom).map((row) => customPart(row, texts));
    const merge = new SwaggerMerge([this.#document(kinds, texts, version), ...custom]);
    return others.flatMap((other) => {
      try {
        return [write(merge.add(other))];
      } catch {
        return [];
      }
    });
  }
}

/** A part of the document as JSON, without its braces. */
const textOf = ({ definitions, paths }: SwaggerPart) => ({ definitions: inner(definitions), paths: inner(paths) });

/** The fields of an object as JSON, without its braces. */
const inner = (value: Json): string => JSON.stringify(value).slice(1, -1);

const sameItems = (a: readonly unknown[], b: readonly unknown[]): boolean => a.length === b.length && a.every((item, i) => item === b[i]);

const hashes = new WeakMap<Uint8Array, string>();

/** By which clients know a document of version 3. Found out once a document. */
export function documentHash(document: Uint8Array): string {
  let hash = hashes.get(document);
  if (!hash) hashes.set(document, (hash = createHash('sha256').update(document).digest('hex').toUpperCase()));
  return hash;
}

async function loadDescriptions(): Promise<Descriptions> {
  const loaded = await import('../../generated/descriptions.json', { with: { type: 'json' } });
  return loaded.default;
}
