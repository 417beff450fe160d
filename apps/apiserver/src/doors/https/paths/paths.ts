import { Buffer } from 'node:buffer';
import {
  aggregatedDiscovery,
  documentHash,
  type KindRow,
  type KindTable,
  legacyDiscovery,
  OpenApiDocuments,
  type OtherSwagger,
} from '@kubernats/api';
import { pathNotFound } from '@kubernats/errors';
import { mergedDiscovery, type Priorities, withExtensions } from '../../../aggregation/discovery.ts';
import type { Extension } from '../../../aggregation/extension.ts';
import type { Extensions } from '../../../aggregation/extensions.ts';
import type { BodyReply } from '../../../encode/reply.ts';
import { KEY_SET, keySet, OPEN_ID_CONFIGURATION, openIdConfiguration } from '../../../tokens/open-id.ts';
import type { SigningKey } from '../../../tokens/signing-key.ts';
import { KUBERNETES_VERSION } from '../../../version.ts';
import { hashOf, tagged } from './etag.ts';
import { type Health, healthReply, sliText } from './health.ts';

export interface PathsDeps {
  /** Discovery and OpenAPI tell of these. */
  kinds: KindTable;
  health: Health;
  /** The text of /metrics; absent: not served. */
  metricsText?: () => Promise<string>;
  /** Where this server is reached, such as `127.0.0.1:6443`. */
  serverAddress(): string;
  /** What other servers serve, and in which order all of it is listed. */
  extensions: Extensions;
  priorities: Priorities;
  /** What they say of themselves in OpenAPI v2. */
  swaggersOf(extensions: readonly Extension[]): Promise<OtherSwagger[]>;
  /** Others check ServiceAccount tokens by its public half. */
  tokenKey: SigningKey;
}

export interface PathRequest {
  path: string;
  query: Readonly<Record<string, string>>;
  /** The query with all values of a name that comes several times. */
  parameters: URLSearchParams;
  accept: string | undefined;
  ifNoneMatch: string | undefined;
}

const METRICS_TYPE = 'text/plain; version=0.0.4; charset=utf-8';
const AGGREGATED = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';
const AGGREGATED_WANTED = /g=apidiscovery\.k8s\.io;v=v2(?:;|,|$)/;

/** What is served beside the resources: discovery, OpenAPI, health, version, metrics. */
export class Paths {
  readonly #deps: PathsDeps;
  /** What is said below was made of these. */
  #kinds: readonly KindRow[] = [];
  #extensions: readonly Extension[] = [];
  readonly #openApi = new OpenApiDocuments([], KUBERNETES_VERSION.gitVersion);
  #discovery = legacyDiscovery([]);
  readonly #made = new Map<string, Buffer>();

  constructor(deps: PathsDeps) {
    this.#deps = deps;
  }

  /** Throws NotFound for a path that is not served. */
  async serve({ path, query, parameters, accept, ifNoneMatch }: PathRequest): Promise<BodyReply> {
    this.#follow();
    const at = path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path;
    if (at === '/version') return json(this.#once('/version', () => KUBERNETES_VERSION));
    if (at === '/') return json(this.#once('/', () => ({ paths: this.#allPaths() })));
    if (at === '/api' || at === '/apis') return this.#root(at, accept, ifNoneMatch);
    if (at.startsWith('/api/') || at.startsWith('/apis/')) return this.#groupOrVersion(at);
    if (at === '/openapi/v2') return this.#openApiV2(accept, ifNoneMatch);
    if (at === '/openapi/v3') return json(await this.#openApiV3Index());
    if (at.startsWith('/openapi/v3/')) return this.#openApiV3(at, query.hash, ifNoneMatch);
    if (at === OPEN_ID_CONFIGURATION) return this.#openId(at, 'application/json');
    if (at === KEY_SET) return this.#openId(at, 'application/jwk-set+json');
    if (at === '/metrics' && this.#deps.metricsText) {
      return reply(200, METRICS_TYPE, Buffer.from(await this.#deps.metricsText()));
    }
    if (at === '/metrics/slis') return reply(200, METRICS_TYPE, Buffer.from(sliText(this.#deps.health)));
    const health = healthReply(this.#deps.health, at, parameters);
    if (!health) throw pathNotFound();
    return health;
  }

  #root(at: '/api' | '/apis', accept: string | undefined, ifNoneMatch: string | undefined): BodyReply {
    if (accept !== undefined && AGGREGATED_WANTED.test(accept)) {
      const bytes = this.#once(`${at}#aggregated`, () => (at === '/api' ? aggregatedDiscovery(this.#kinds, 'core') : this.#allDiscovery()));
      return tagged(reply(200, AGGREGATED, bytes), hashOf(bytes), ifNoneMatch);
    }
    const discovery = this.#discovery;
    return json(this.#once(at, () => (at === '/api' ? discovery.apiVersions(this.#deps.serverAddress()) : discovery.groupList)));
  }

  #groupOrVersion(at: string): BodyReply {
    const { groups, resourceLists } = this.#discovery;
    const name = at.startsWith('/apis/') ? at.slice('/apis/'.length) : at.slice('/api/'.length);
    const document = at.startsWith('/apis/') && !name.includes('/') ? groups.get(name) : resourceLists.get(name);
    const isCore = at.startsWith('/api/');
    if (!document || (isCore && name.includes('/'))) throw pathNotFound();
    return json(this.#once(at, () => document));
  }

  async #openApiV2(accept: string | undefined, ifNoneMatch: string | undefined): Promise<BodyReply> {
    const others = this.#extensions.length === 0 ? [] : await this.#deps.swaggersOf(this.#extensions);
    if (!accept?.includes(SWAGGER_PROTOBUF_WANTED)) return document(await this.#openApi.v2(others), ifNoneMatch);
    const bytes = await this.#openApi.v2Protobuf(others);
    return tagged(reply(200, SWAGGER_PROTOBUF, bytes), hashOf(bytes), ifNoneMatch);
  }

  /** A document that is asked for by its hash never changes; one that has changed is at another address. */
  async #openApiV3(at: string, hash: string | undefined, ifNoneMatch: string | undefined): Promise<BodyReply> {
    const bytes = await this.#openApi.v3(at.slice('/openapi/v3/'.length));
    if (!bytes) throw pathNotFound();
    if (hash === undefined) return tagged(json(bytes), documentHash(bytes), ifNoneMatch);
    const now = documentHash(bytes);
    if (hash !== now) return { ...json(EMPTY), code: 301, headers: { location: `${at}?hash=${now}` } };
    return tagged({ ...json(bytes), headers: { 'cache-control': 'public, immutable, max-age=31536000' } }, now, ifNoneMatch);
  }

  #openId(at: typeof OPEN_ID_CONFIGURATION | typeof KEY_SET, contentType: string): BodyReply {
    const { tokenKey, serverAddress } = this.#deps;
    const bytes = this.#once(at, () => (at === KEY_SET ? keySet(tokenKey) : openIdConfiguration(tokenKey, serverAddress())));
    return { ...reply(200, contentType, bytes), headers: { 'cache-control': 'public, max-age=3600' } };
  }

  #allPaths(): string[] {
    const { groups, resourceLists } = this.#discovery;
    const own = [...resourceLists.keys()].map((name) => (name.includes('/') ? `/apis/${name}` : `/api/${name}`));
    const versions = new Set([...own, ...this.#extensions.map(({ group, version }) => `/apis/${group}/${version}`)]);
    const others = [
      '/api',
      '/apis',
      '/healthz',
      '/livez',
      '/metrics',
      '/metrics/slis',
      '/openapi/v2',
      '/openapi/v3',
      '/readyz',
      '/version',
      OPEN_ID_CONFIGURATION,
      KEY_SET,
    ];
    return [...versions, ...[...groups.keys()].map((name) => `/apis/${name}`), ...others].sort();
  }

  /** Forgets what was made of other kinds than there are now. */
  #follow(): void {
    const kinds = this.#deps.kinds.all;
    const extensions = this.#deps.extensions.all;
    if (kinds === this.#kinds && extensions === this.#extensions) return;
    if (kinds !== this.#kinds) this.#openApi.replace(kinds);
    this.#kinds = kinds;
    this.#extensions = extensions;
    this.#discovery = withExtensions(legacyDiscovery(kinds), extensions, this.#deps.priorities);
    this.#made.clear();
  }

  #allDiscovery(): object {
    const { extensions, priorities } = this.#deps;
    const own = aggregatedDiscovery(this.#kinds, 'named');
    if (this.#extensions.length === 0) return own;
    const versions = this.#extensions.map((each) => ({ ...each, discovered: extensions.discoveredOf(each) }));
    return mergedDiscovery(own, versions, priorities);
  }

  async #openApiV3Index(): Promise<Uint8Array> {
    const own = await this.#openApi.v3Index();
    if (this.#extensions.length === 0) return own;
    const index = JSON.parse(Buffer.from(own).toString('utf8')) as { paths: Record<string, object> };
    for (const extension of this.#extensions) {
      const serverRelativeURL = this.#deps.extensions.discoveredOf(extension)?.openApiUrl;
      if (serverRelativeURL) index.paths[`apis/${extension.group}/${extension.version}`] = { serverRelativeURL };
    }
    return Buffer.from(JSON.stringify(index));
  }

  #once(key: string, make: () => object): Buffer {
    let bytes = this.#made.get(key);
    if (!bytes) this.#made.set(key, (bytes = Buffer.from(JSON.stringify(make()))));
    return bytes;
  }
}

const EMPTY = Buffer.alloc(0);
/** What kubectl asks for, and what the answer is called: with a dot, as a media type cannot have an "@". */
const SWAGGER_PROTOBUF_WANTED = 'application/com.github.proto-openapi.spec.v2@v1.0+protobuf';
const SWAGGER_PROTOBUF = 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf';

const document = (bytes: Uint8Array, ifNoneMatch: string | undefined): BodyReply => tagged(json(bytes), hashOf(bytes), ifNoneMatch);

const json = (body: Uint8Array): BodyReply => reply(200, 'application/json', body);

function reply(code: number, contentType: string, body: Uint8Array): BodyReply {
  return { type: 'body', code, contentType, chunks: [body], warnings: [] };
}
