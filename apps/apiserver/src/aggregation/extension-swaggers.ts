import type { OtherSwagger } from '@kubernats/api';
import { isJsonObject } from '@kubernats/apimachinery';
import { remoteHeaders } from '../authn/request-header.ts';
import type { Core } from '../core.ts';
import { hashOf } from '../doors/https/paths/etag.ts';
import { serviceEndpoint } from '../webhooks/service-endpoint.ts';
import type { ExtensionAnswer, ExtensionClient } from './adapters/extension-client.ts';
import type { Extension } from './extension.ts';

/** What one has said last, by which tag it knows that, if it has tags, and how it is told from what it says next. */
interface Known {
  etag: string | undefined;
  hash: string;
  swagger: OtherSwagger;
}

/** Who asks. Source: kube-aggregator's OpenAPI aggregation. */
const AGGREGATOR = remoteHeaders({ name: 'system:aggregator', groups: [] }).flat();
const WITHIN_MS = 5_000;
/** Several times as much as Kubernetes' own has. */
const MAX_BYTES = 16 * 1024 * 1024;

/** What extension API servers say of themselves in OpenAPI v2: they are asked when somebody wants to know, and say mostly that nothing has changed. */
export class ExtensionSwaggers {
  readonly #core: Core;
  readonly #client: ExtensionClient;
  /** By the names of their APIServices. */
  #known: ReadonlyMap<string, Known> = new Map();

  constructor(core: Core, client: ExtensionClient) {
    this.#core = core;
    this.#client = client;
  }

  /** Of those that have some, whoever has priority first. One that does not answer is taken for what it has said last. */
  async of(extensions: readonly Extension[]): Promise<OtherSwagger[]> {
    const before = this.#known;
    const found = await Promise.all(
      extensions.map(
        async (extension): Promise<[Extension, Known | undefined]> => [extension, await this.#ask(extension, before.get(extension.name))],
      ),
    );
    const known = found.flatMap(([extension, of]) => (of ? [{ extension, of }] : []));
    this.#known = new Map(known.map(({ extension, of }) => [extension.name, of]));
    return known.toSorted((a, b) => byPriority(a.extension, b.extension)).map(({ of }) => of.swagger);
  }

  async #ask(extension: Extension, known: Known | undefined): Promise<Known | undefined> {
    if (!extension.isAvailable) return known;
    const late = new AbortController();
    const timer = this.#core.clock.setTimer(WITHIN_MS, () => late.abort(new Error('it takes too long')));
    const headers = [...AGGREGATOR, ...(known?.etag ? ['If-None-Match', known.etag] : [])];
    try {
      const address = serviceEndpoint(this.#core, extension.service);
      const answer = await this.#client.get(
        extension,
        { path: '/openapi/v2', headers, maxBytes: MAX_BYTES },
        { address, signal: late.signal },
      );
      return answer.code === 304 ? known : readAnswer(extension, answer, known);
    } catch (error) {
      this.#core.log.debug({ error, name: extension.name }, 'an extension API server does not tell its OpenAPI v2');
      return known;
    } finally {
      timer.cancel();
    }
  }
}

/** Undefined: it has none. */
function readAnswer({ group }: Extension, { code, headers, body }: ExtensionAnswer, known: Known | undefined): Known | undefined {
  if (code !== 200) return undefined;
  const hash = hashOf(body);
  if (hash === known?.hash) return known;
  const document: unknown = JSON.parse(new TextDecoder().decode(body));
  return isJsonObject(document) ? { etag: headers.etag, hash, swagger: { group, document } } : undefined;
}

const byPriority = (a: Extension, b: Extension): number =>
  b.groupPriority - a.groupPriority || b.versionPriority - a.versionPriority || (a.name < b.name ? -1 : 1);
