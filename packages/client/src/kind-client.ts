import type { DeleteOptions, KindRef, KubeList, KubeObject, ObjectReference, Scale } from '@kubernats/api';
import type { ClientOptions } from './client.ts';
import { decodeJson, encodeJson, successBody } from './json.ts';
import type { ApiRequest, ApiResponse, ApiTransport } from './transport.ts';

export interface CallOptions {
  signal?: AbortSignal;
  timeoutMs?: number;
}

export interface GetOptions extends CallOptions {
  resourceVersion?: string;
}

export interface WriteOptions extends CallOptions {
  fieldManager?: string;
  dryRun?: boolean;
  fieldValidation?: 'Ignore' | 'Warn' | 'Strict';
}

export interface PatchOptions extends WriteOptions {
  subresource?: string;
  /** Server-side apply only: take fields over from other managers. */
  force?: boolean;
}

export interface DeleteCallOptions extends CallOptions {
  gracePeriodSeconds?: number;
  preconditions?: { uid?: string; resourceVersion?: string };
  propagationPolicy?: 'Orphan' | 'Background' | 'Foreground';
  dryRun?: boolean;
}

export interface ListOptions extends CallOptions {
  /** Absent: all namespaces. */
  namespace?: string;
  labelSelector?: string;
  fieldSelector?: string;
  resourceVersion?: string;
  resourceVersionMatch?: 'NotOlderThan' | 'Exact';
}

export type PatchType = 'json' | 'merge' | 'strategic' | 'apply';

const PATCH_CONTENT_TYPES: Record<PatchType, string> = {
  json: 'application/json-patch+json',
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
  apply: 'application/apply-patch+yaml',
};

/** The default page of a list: large enough that most lists are one request, small enough that none is a huge message. */
const PAGE_SIZE = 5000;

/**
 * The verbs of one kind. `namespace` is left out for kinds that belong to the cluster. All methods throw `StatusError`s:
 * the API's own, and `ServiceUnavailable` or `Timeout` when no answer came.
 */
export class KindClient<T extends KubeObject> {
  readonly #transport: ApiTransport;
  readonly #defaults: ClientOptions;
  readonly ref: KindRef<T>;

  constructor(transport: ApiTransport, ref: KindRef<T>, defaults: ClientOptions) {
    this.#transport = transport;
    this.ref = ref;
    this.#defaults = defaults;
  }

  async get(name: string, namespace?: string, options: GetOptions = {}): Promise<T> {
    return this.#call('get', { namespace, name, query: queryOf({ resourceVersion: options.resourceVersion }) }, options);
  }

  /** The whole list, fetched in pages that belong to one revision. */
  async list(options: ListOptions = {}): Promise<KubeList<T>> {
    let whole: KubeList<T> | undefined;
    for await (const page of this.pages(options)) {
      if (!whole) whole = page;
      else for (const item of page.items) whole.items.push(item);
    }
    return whole ?? { items: [] };
  }

  /** The list page by page. */
  async *pages(options: ListOptions & { limit?: number } = {}): AsyncGenerator<KubeList<T>, void> {
    let next: string | undefined;
    do {
      const query = queryOf({
        labelSelector: options.labelSelector,
        fieldSelector: options.fieldSelector,
        limit: String(options.limit ?? PAGE_SIZE),
        // A continue token names its revision itself.
        resourceVersion: next === undefined ? options.resourceVersion : undefined,
        resourceVersionMatch: next === undefined ? options.resourceVersionMatch : undefined,
        continue: next,
      });
      const page = await this.#call<KubeList<T>>('list', { namespace: options.namespace, query }, options);
      yield page;
      next = page.metadata?.continue || undefined;
    } while (next !== undefined);
  }

  /** The object's own namespace counts; the answer is the object as it was stored. */
  async create(object: T, options: WriteOptions = {}): Promise<T> {
    return this.#call('create', { namespace: object.metadata?.namespace, query: this.#writeQuery(options) }, options, this.#typed(object));
  }

  async update(object: T, options: WriteOptions = {}): Promise<T> {
    return this.updateSubresource<T>(object, undefined, options);
  }

  async updateStatus(object: T, options: WriteOptions = {}): Promise<T> {
    return this.updateSubresource<T>(object, 'status', options);
  }

  /** PUT of the object's own form to a subresource (`status`, `ephemeralcontainers`, …). */
  async updateSubresource<Answer = T>(object: T, subresource: string | undefined, options: WriteOptions = {}): Promise<Answer> {
    const { namespace, name } = object.metadata ?? {};
    const place = { namespace, name, subresource, query: this.#writeQuery(options) };
    return this.#call('update', place, options, this.#typed(object));
  }

  /** `patch` is a list of operations for `json`, else a partial object. */
  async patch(name: string, namespace: string | undefined, type: PatchType, patch: unknown, options: PatchOptions = {}): Promise<T> {
    const query = this.#writeQuery(options, options.force === undefined ? {} : { force: String(options.force) });
    const place = { namespace, name, subresource: options.subresource, query, contentType: PATCH_CONTENT_TYPES[type] };
    return this.#call('patch', place, options, patch);
  }

  /**
   * Server-side apply: the fields in `config` become the manager's, and what it applied before and does not say now is removed. The object is
   * created where there is none. Throws Conflict when somebody else owns a field that would change (`force`: takes it).
   */
  async apply(config: T, options: PatchOptions = {}): Promise<T> {
    const { namespace, name = '' } = config.metadata ?? {};
    return this.patch(name, namespace, 'apply', this.#typed(config), options);
  }

  /** Answers with the object while it terminates, else with a `Status`. */
  async delete(name: string, namespace?: string, options: DeleteCallOptions = {}): Promise<void> {
    await this.#send('delete', { namespace, name }, options, deleteOptionsOf(options));
  }

  async deleteCollection(selection: Omit<ListOptions, 'resourceVersionMatch'> & DeleteCallOptions = {}): Promise<void> {
    const query = queryOf({ labelSelector: selection.labelSelector, fieldSelector: selection.fieldSelector });
    await this.#send('deletecollection', { namespace: selection.namespace, query }, selection, deleteOptionsOf(selection));
  }

  /** POST to a subresource, such as `binding`, `eviction` or `token`. */
  async post<Answer>(
    name: string,
    namespace: string | undefined,
    subresource: string,
    body: object,
    options: WriteOptions = {},
  ): Promise<Answer> {
    return this.#call('create', { namespace, name, subresource, query: this.#writeQuery(options) }, options, body);
  }

  /** Binds a Pod to a node (`pods/binding`). */
  async bind(pod: { name: string; namespace: string; uid?: string }, target: ObjectReference, options: WriteOptions = {}): Promise<void> {
    const body = { apiVersion: 'v1', kind: 'Binding', metadata: { ...pod }, target };
    await this.#send(
      'create',
      { namespace: pod.namespace, name: pod.name, subresource: 'binding', query: this.#writeQuery(options) },
      options,
      body,
    );
  }

  /** Evicts a Pod (`pods/eviction`): a deletion that disruption budgets may refuse. */
  async evict(name: string, namespace: string, options: DeleteCallOptions = {}): Promise<void> {
    const body = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name, namespace }, deleteOptions: deleteOptionsOf(options) };
    await this.#send('create', { namespace, name, subresource: 'eviction' }, options, body);
  }

  async getScale(name: string, namespace: string, options: CallOptions = {}): Promise<Scale> {
    return this.#call('get', { namespace, name, subresource: 'scale' }, options);
  }

  async updateScale(scale: Scale, options: WriteOptions = {}): Promise<Scale> {
    const { name, namespace } = scale.metadata ?? {};
    return this.#call('update', { namespace, name, subresource: 'scale', query: this.#writeQuery(options) }, options, scale);
  }

  async #call<Answer>(verb: ApiRequest['verb'], place: Place, options: CallOptions, body?: unknown): Promise<Answer> {
    return decodeJson<Answer>(successBody(await this.#request(verb, place, options, body)));
  }

  async #send(verb: ApiRequest['verb'], place: Place, options: CallOptions, body?: unknown): Promise<void> {
    successBody(await this.#request(verb, place, options, body));
  }

  #request(verb: ApiRequest['verb'], place: Place, options: CallOptions, body: unknown): Promise<ApiResponse> {
    const { group, version, plural } = this.ref;
    const request: ApiRequest = { verb, group, version, resource: plural, ...place };
    if (body !== undefined) {
      request.contentType ??= 'application/json';
      request.body = encodeJson(body);
    }
    return this.#transport.request(request, { signal: options.signal, timeoutMs: options.timeoutMs ?? this.#defaults.timeoutMs });
  }

  #writeQuery(options: WriteOptions, more: Record<string, string> = {}): Record<string, string> | undefined {
    return queryOf({
      fieldManager: options.fieldManager ?? this.#defaults.fieldManager,
      dryRun: options.dryRun ? 'All' : undefined,
      fieldValidation: options.fieldValidation,
      ...more,
    });
  }

  /** Objects out of a list or an informer may lack what the path says already; the server wants to see it in the body. */
  #typed(object: T): T {
    if (object.kind !== undefined && object.apiVersion !== undefined) return object;
    const { group, version, kind } = this.ref;
    return { apiVersion: group === '' ? version : `${group}/${version}`, kind, ...object };
  }
}

type Place = Partial<Pick<ApiRequest, 'namespace' | 'name' | 'subresource' | 'query' | 'contentType'>>;

function queryOf(entries: Record<string, string | undefined>): Record<string, string> | undefined {
  let query: Record<string, string> | undefined;
  for (const key in entries) {
    const value = entries[key];
    if (value !== undefined) (query ??= {})[key] = value;
  }
  return query;
}

function deleteOptionsOf(options: DeleteCallOptions): DeleteOptions {
  const { gracePeriodSeconds, preconditions, propagationPolicy, dryRun } = options;
  return {
    apiVersion: 'v1',
    kind: 'DeleteOptions',
    ...(gracePeriodSeconds === undefined ? {} : { gracePeriodSeconds }),
    ...(preconditions === undefined ? {} : { preconditions }),
    ...(propagationPolicy === undefined ? {} : { propagationPolicy }),
    ...(dryRun ? { dryRun: ['All'] } : {}),
  };
}
