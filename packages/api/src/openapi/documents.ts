// The OpenAPI documents as bytes. They are large and seldom asked for: descriptions are loaded, and a document is made, when it is
// first needed; it is kept from then on.
import { createHash } from 'node:crypto';
import { groupVersions } from '../discovery/resources.ts';
import type { KindRow } from '../kind.ts';
import type { Descriptions, Json } from './definitions.ts';
import { swaggerDocument } from './v2.ts';
import { openApi3Document } from './v3.ts';

const encode = (document: Json): Uint8Array => new TextEncoder().encode(JSON.stringify(document));

/** The OpenAPI documents of a table of kinds. `version` is the server's, such as `v1.36.0`. */
export class OpenApiDocuments {
  readonly #kinds: readonly KindRow[];
  readonly #version: string;
  /** By path below /openapi/v3: `api/v1`, `apis/apps/v1`. */
  readonly #rows: ReadonlyMap<string, KindRow[]>;
  readonly #made = new Map<string, Promise<Uint8Array>>();

  constructor(kinds: readonly KindRow[], version: string) {
    this.#kinds = kinds;
    this.#version = version;
    this.#rows = new Map(
      groupVersions(kinds).map(({ group, version: v, rows }) => [group === '' ? `api/${v}` : `apis/${group}/${v}`, rows]),
    );
  }

  /** GET /openapi/v2. */
  v2(): Promise<Uint8Array> {
    return this.#once('v2', async () => encode(swaggerDocument(this.#kinds, await loadDescriptions(), this.#version)));
  }

  /** GET /openapi/v2, as protobuf. */
  v2Protobuf(): Promise<Uint8Array> {
    return this.#once('v2.protobuf', async () => {
      const { encodeSwagger } = await import('./protobuf.ts');
      return encodeSwagger(swaggerDocument(this.#kinds, await loadDescriptions(), this.#version));
    });
  }

  /** GET /openapi/v3: where each document is. The hash lets clients keep a document until it changes. */
  v3Index(): Promise<Uint8Array> {
    return this.#once('v3', async () => {
      const paths: Json = {};
      for (const path of this.#rows.keys()) {
        const hash = createHash('sha256')
          .update((await this.v3(path)) ?? '')
          .digest('hex')
          .toUpperCase();
        paths[path] = { serverRelativeURL: `/openapi/v3/${path}?hash=${hash}` };
      }
      return encode({ paths });
    });
  }

  /** GET /openapi/v3/PATH, such as `apis/apps/v1`; undefined when there is no such group and version. */
  async v3(path: string): Promise<Uint8Array | undefined> {
    const rows = this.#rows.get(path);
    if (!rows) return undefined;
    return this.#once(path, async () => encode(openApi3Document(rows, this.#kinds, await loadDescriptions(), this.#version)));
  }

  #once(name: string, make: () => Promise<Uint8Array>): Promise<Uint8Array> {
    let document = this.#made.get(name);
    if (!document) this.#made.set(name, (document = make()));
    return document;
  }
}

async function loadDescriptions(): Promise<Descriptions> {
  const loaded = await import('../../generated/descriptions.json', { with: { type: 'json' } });
  return loaded.default;
}
