import type { Binding, KubeObject, Pod } from '@kubernats/api';
import { type ApiRequest, type ApiResponse, type ApiTransport, decodeJson, encodeJson, type FollowSink, keyOf } from '@kubernats/client';
import { notFound, StatusError } from '@kubernats/errors';

/** As much of an API server as a scheduler needs, at next to no cost: what is measured with it is the scheduler. */
export class MemoryApi implements ApiTransport {
  /** Called when a Pod has got its node. */
  bound: () => void = () => {};
  readonly #objects = new Map<string, Map<string, KubeObject>>();
  readonly #sinks = new Map<string, Set<FollowSink>>();
  #revision = 0;

  put(resource: string, object: KubeObject): void {
    const key = keyOf(object);
    const type = this.#of(resource).has(key) ? 'MODIFIED' : 'ADDED';
    const next = { ...object, metadata: { uid: key, ...object.metadata, resourceVersion: String(++this.#revision) } };
    this.#of(resource).set(key, next);
    for (const sink of this.#sinks.get(resource) ?? []) sink.changed(type, next);
  }

  async request(request: ApiRequest): Promise<ApiResponse> {
    try {
      return { code: 200, body: encodeJson(this.#answer(request)) };
    } catch (error) {
      if (!(error instanceof StatusError)) throw error;
      return { code: error.code, body: encodeJson(error.toStatus()) };
    }
  }

  async follow({ resource }: { resource: string }, sink: FollowSink, signal: AbortSignal): Promise<void> {
    const sinks = this.#sinks.get(resource) ?? new Set();
    this.#sinks.set(resource, sinks.add(sink));
    sink.replace([...this.#of(resource).values()], String(this.#revision));
    await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
    sinks.delete(sink);
  }

  #of(resource: string): Map<string, KubeObject> {
    const objects = this.#objects.get(resource) ?? new Map<string, KubeObject>();
    this.#objects.set(resource, objects);
    return objects;
  }

  #answer({ group, resource, subresource, namespace, name = '', body }: ApiRequest): unknown {
    if (resource === 'events') return {};
    const known: Pod | undefined = this.#of(resource).get(namespace ? `${namespace}/${name}` : name);
    if (!known || !body) throw notFound({ group, resource }, name);
    if (subresource === 'binding') {
      const { target } = decodeJson<Binding>(body);
      this.put(resource, { ...known, spec: { ...known.spec, nodeName: target.name } } as Pod);
      this.bound();
    } else if (subresource === 'status') {
      this.put(resource, { ...known, status: { ...known.status, ...decodeJson<Pod>(body).status } } as Pod);
    }
    return {};
  }
}
