// An API server of a hundred lines, for tests of the kubelet alone: objects by kind, watches, graceful deletion of Pods. What
// authorises, validates and defaults is the real one's, and tested there.
import type { KubeObject, Pod, TokenRequest } from '@kubernats/api';
import type { ApiRequest, ApiResponse, ApiTransport, FollowSink, FollowTarget } from '@kubernats/client';
import type { Clock } from '@kubernats/clock';
import { rfc3339 } from '@kubernats/clock';
import { alreadyExists, notFound, StatusError } from '@kubernats/errors';

type Json = Record<string, unknown>;

interface Follower {
  target: FollowTarget;
  sink: FollowSink;
}

export class FakeApi implements ApiTransport {
  readonly #clock: Clock;
  readonly #objects = new Map<string, KubeObject>();
  readonly #followers = new Set<Follower>();
  readonly requests: string[] = [];
  /** What a request waits for before it is answered. */
  before: (request: ApiRequest) => Promise<void> | undefined = () => undefined;
  /** What its answer waits for, when the request is done. */
  after: (request: ApiRequest) => Promise<void> | undefined = () => undefined;
  #revision = 0;
  #tokens = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  async request(request: ApiRequest): Promise<ApiResponse> {
    await Promise.resolve();
    this.requests.push(
      `${request.verb} ${request.resource}${request.subresource ? `/${request.subresource}` : ''} ${request.name ?? ''}`.trim(),
    );
    await this.before(request);
    try {
      const answer = this.#answer(request, request.body ? (JSON.parse(new TextDecoder().decode(request.body)) as Json) : {});
      await this.after(request);
      return { code: 200, body: new TextEncoder().encode(JSON.stringify(answer)) };
    } catch (error) {
      if (!(error instanceof StatusError)) throw error;
      return { code: error.code, body: new TextEncoder().encode(JSON.stringify(error.toStatus())) };
    }
  }

  follow(target: FollowTarget, sink: FollowSink, signal: AbortSignal): Promise<void> {
    const follower = { target, sink };
    this.#followers.add(follower);
    sink.replace(
      [...this.#objects].filter(([key, object]) => matches(target, key, object)).map(([, object]) => structuredClone(object)),
      String(this.#revision),
    );
    return new Promise((resolve) => {
      const done = (): void => {
        this.#followers.delete(follower);
        resolve();
      };
      signal.addEventListener('abort', done);
      if (signal.aborted) done();
    });
  }

  /** As a user would. */
  put(resource: string, object: KubeObject): void {
    const { namespace = '', name = '' } = object.metadata ?? {};
    const key = `${resource}/${namespace}/${name}`;
    const metadata = {
      uid: `uid-${name}-${this.#revision}`,
      creationTimestamp: rfc3339(this.#clock.now()),
      generation: 1,
      ...object.metadata,
    };
    this.#store(key, { ...object, metadata });
  }

  get<T extends KubeObject>(resource: string, name: string, namespace = ''): T | undefined {
    return this.#objects.get(`${resource}/${namespace}/${name}`) as T | undefined;
  }

  list<T extends KubeObject>(resource: string): T[] {
    return [...this.#objects].filter(([key]) => key.startsWith(`${resource}/`)).map(([, object]) => object as T);
  }

  /** As a user would, at once. */
  remove(resource: string, name: string, namespace = ''): void {
    this.#remove(`${resource}/${namespace}/${name}`);
  }

  /** How many follow something. */
  get followers(): number {
    return this.#followers.size;
  }

  deletePod(name: string, gracePeriodSeconds = 30): void {
    const key = `pods/default/${name}`;
    const pod = this.#objects.get(key) as Pod | undefined;
    if (!pod) throw new Error(`no Pod ${name}`);
    if (gracePeriodSeconds === 0) return this.#remove(key);
    const deletionTimestamp = rfc3339(this.#clock.now() + gracePeriodSeconds * 1000);
    this.#store(key, { ...pod, metadata: { ...pod.metadata, deletionTimestamp, deletionGracePeriodSeconds: gracePeriodSeconds } });
  }

  #answer(request: ApiRequest, body: Json): unknown {
    const { verb, resource, name = '', namespace = '' } = request;
    const of = { group: request.group, resource };
    if (verb === 'create' && request.subresource === 'token') return this.#token(body as TokenRequest);
    if (verb === 'create') {
      const object = body as KubeObject;
      const key = `${resource}/${object.metadata?.namespace ?? ''}/${object.metadata?.name}`;
      if (this.#objects.has(key)) throw alreadyExists(of, object.metadata?.name ?? '');
      this.put(resource, object);
      return this.#objects.get(key);
    }
    if (verb === 'list') return { metadata: { resourceVersion: String(this.#revision) }, items: this.list(resource) };
    const key = `${resource}/${namespace}/${name}`;
    const found = this.#objects.get(key);
    if (!found) throw notFound(of, name);
    switch (verb) {
      case 'get':
        return found;
      case 'update': {
        const revision = (body.metadata as Json | undefined)?.resourceVersion;
        if (revision !== undefined && revision !== found.metadata?.resourceVersion) throw new StatusError('Conflict', 'it was changed');
        return this.#store(key, body as KubeObject);
      }
      case 'patch': {
        const uid = (body.metadata as Json | undefined)?.uid;
        if (uid !== undefined && uid !== found.metadata?.uid) throw new StatusError('Conflict', 'the UID differs');
        return this.#store(key, merge(found as Json, body) as KubeObject);
      }
      case 'delete':
        this.#remove(key);
        return found;
      default:
        throw new StatusError('MethodNotAllowed', verb);
    }
  }

  #token({ spec }: TokenRequest): TokenRequest {
    this.#tokens += 1;
    const expirationTimestamp = rfc3339(this.#clock.now() + (spec?.expirationSeconds ?? 3600) * 1000);
    const { name } = spec?.boundObjectRef ?? {};
    return { spec, status: { token: `${name}-token${this.#tokens}-${spec?.audiences?.join() || 'api'}`, expirationTimestamp } };
  }

  #store(key: string, object: KubeObject): KubeObject {
    this.#revision += 1;
    const stored = structuredClone({ ...object, metadata: { ...object.metadata, resourceVersion: String(this.#revision) } });
    const type = this.#objects.has(key) ? 'MODIFIED' : 'ADDED';
    this.#objects.set(key, stored);
    this.#tell(key, type, stored);
    return stored;
  }

  #remove(key: string): void {
    const object = this.#objects.get(key);
    this.#objects.delete(key);
    if (object) this.#tell(key, 'DELETED', object);
  }

  #tell(key: string, type: 'ADDED' | 'MODIFIED' | 'DELETED', object: KubeObject): void {
    for (const { target, sink } of this.#followers) if (matches(target, key, object)) sink.changed(type, structuredClone(object));
  }
}

function matches(target: FollowTarget, key: string, object: KubeObject): boolean {
  if (!key.startsWith(`${target.resource}/`)) return false;
  const label = target.labelSelector?.split('=');
  if (label && object.metadata?.labels?.[label[0] ?? ''] !== label[1]) return false;
  if (target.namespace !== undefined && object.metadata?.namespace !== target.namespace) return false;
  const [field, value] = target.fieldSelector?.split('=') ?? [];
  if (field === 'metadata.name') return object.metadata?.name === value;
  return field === undefined || (object as Pod).spec?.nodeName === value;
}

/** A strategic merge as far as Pods' and Nodes' statuses need it: conditions by type, `$patch`, null removes. */
function merge(target: Json, patch: Json): Json {
  const out: Json = { ...target };
  for (const [key, value] of Object.entries(patch)) {
    const old = out[key];
    if (value === null) delete out[key];
    else if (key === 'conditions' && Array.isArray(value) && Array.isArray(old)) out[key] = mergeByType(old as Json[], value as Json[]);
    else if (Array.isArray(value)) out[key] = value.filter((entry) => !(isJson(entry) && '$patch' in entry));
    else if (isJson(value) && key !== 'state' && key !== 'lastState') out[key] = merge(isJson(old) ? old : {}, value);
    else out[key] = value;
  }
  return out;
}

function mergeByType(old: Json[], patch: Json[]): Json[] {
  const merged = old.flatMap((entry) => {
    const change = patch.find(({ type }) => type === entry.type);
    if (change?.$patch === 'delete') return [];
    return [change ? merge(entry, change) : entry];
  });
  return [...merged, ...patch.filter(({ type }) => !old.some((entry) => entry.type === type)).map((entry) => merge({}, entry))];
}

function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
