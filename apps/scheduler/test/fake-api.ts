import type { Binding, CoreEvent, DeleteOptions, KubeObject, Lease, Pod, PodCondition } from '@kubernats/api';
import { type ApiRequest, type ApiResponse, type ApiTransport, decodeJson, encodeJson, type FollowSink } from '@kubernats/client';
import { conflict, notFound, StatusError } from '@kubernats/errors';

/** As much of an API server as a scheduler needs: objects in memory, followers that see each change once it is acknowledged. */
export class FakeApi implements ApiTransport {
  readonly events: CoreEvent[] = [];
  /** Throws, or waits, before a request is served. */
  intercept: (request: ApiRequest) => Promise<void> | void = () => {};
  readonly #objects = new Map<string, Map<string, KubeObject>>();
  readonly #sinks = new Map<string, Set<FollowSink>>();
  #revision = 0;

  async request(request: ApiRequest): Promise<ApiResponse> {
    try {
      await this.intercept(request);
      return { code: 200, body: encodeJson(this.#serve(request)) };
    } catch (error) {
      if (!(error instanceof StatusError)) throw error;
      return { code: error.code, body: encodeJson(error.toStatus()) };
    }
  }

  async follow(target: { resource: string }, sink: FollowSink, signal: AbortSignal): Promise<void> {
    sink.replace([...this.#of(target.resource).values()], String(this.#revision));
    const sinks = this.#sinks.get(target.resource) ?? new Set();
    this.#sinks.set(target.resource, sinks.add(sink));
    await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
    sinks.delete(sink);
  }

  put(resource: string, object: KubeObject): void {
    const key = keyOf(object);
    const known = this.#of(resource).get(key);
    const revision = String(++this.#revision);
    const next = { ...object, metadata: { uid: `${resource}-${key}`, ...object.metadata, resourceVersion: revision } };
    this.#of(resource).set(key, next);
    for (const sink of this.#sinks.get(resource) ?? []) sink.changed(known ? 'MODIFIED' : 'ADDED', structuredClone(next));
  }

  remove(resource: string, key: string): void {
    const known = this.#of(resource).get(key);
    if (!known) return;
    this.#of(resource).delete(key);
    for (const sink of this.#sinks.get(resource) ?? []) sink.changed('DELETED', structuredClone(known));
  }

  pod(name: string): Pod | undefined {
    return this.#of('pods').get(`default/${name}`) as Pod | undefined;
  }

  condition(name: string): PodCondition | undefined {
    return this.pod(name)?.status?.conditions?.find((condition) => condition.type === 'PodScheduled');
  }

  list<T extends KubeObject>(resource: string): T[] {
    return [...this.#of(resource).values()] as T[];
  }

  object(resource: string, key: string): KubeObject | undefined {
    return this.#of(resource).get(key);
  }

  #of(resource: string): Map<string, KubeObject> {
    const known = this.#objects.get(resource) ?? new Map<string, KubeObject>();
    this.#objects.set(resource, known);
    return known;
  }

  #serve({ verb, group, resource, subresource, namespace, name = '', body }: ApiRequest): unknown {
    const known = this.#of(resource).get(namespace ? `${namespace}/${name}` : name);
    const sent = body ? decodeJson<unknown>(body) : undefined;
    if (resource === 'events') {
      this.events.push(sent as CoreEvent);
      return {};
    }
    if (resource === 'leases') return this.#lease(verb, known, sent as Lease);
    if (!known) throw notFound({ group, resource }, name);
    const uid =
      verb === 'delete' ? (sent as DeleteOptions | undefined)?.preconditions?.uid : (sent as KubeObject | undefined)?.metadata?.uid;
    if (uid && uid !== known.metadata?.uid) throw conflict({ group, resource }, name, 'another one');
    if (verb === 'delete') {
      this.#delete(resource, known);
      return {};
    }
    if (subresource === 'binding') {
      if ((known as Pod).spec?.nodeName) throw conflict({ group, resource }, name, `pod ${name} is already assigned to node`);
      const { spec, status } = known as Pod;
      const bound = { spec: { ...spec, nodeName: (sent as Binding).target.name }, status: { ...status, nominatedNodeName: undefined } };
      this.put(resource, { ...known, ...bound } as Pod);
    } else if (subresource === 'status') {
      this.put(resource, { ...known, status: mergedStatus((known as Pod).status, (sent as Pod).status) } as Pod);
    } else if (verb === 'patch') {
      const annotations = { ...known.metadata?.annotations, ...(sent as KubeObject).metadata?.annotations };
      this.put(resource, { ...known, metadata: { ...known.metadata, annotations } });
    } else if (verb === 'update') {
      if ((sent as KubeObject).metadata?.resourceVersion !== known.metadata?.resourceVersion)
        throw conflict({ group, resource }, name, 'changed');
      this.put(resource, sent as KubeObject);
    }
    return this.#of(resource).get(keyOf(known));
  }

  /** A Pod that runs ends in its grace period: that is, when the test removes it. */
  #delete(resource: string, known: KubeObject): void {
    const { spec } = known as Pod;
    if (!spec?.nodeName || spec.terminationGracePeriodSeconds === 0) return this.remove(resource, keyOf(known));
    this.put(resource, { ...known, metadata: { deletionTimestamp: '2026-11-27T00:00:00Z', ...known.metadata } });
  }

  #lease(verb: string, known: KubeObject | undefined, sent: Lease): unknown {
    if (verb === 'get' && !known) throw notFound({ group: 'coordination.k8s.io', resource: 'leases' }, 'kube-scheduler');
    if (verb !== 'get') this.put('leases', sent);
    return this.#of('leases').get('kube-system/kube-scheduler');
  }
}

/** As a strategic merge patch does it. */
function mergedStatus(old: Pod['status'], patch: Pod['status']): Pod['status'] {
  const conditions = new Map([...(old?.conditions ?? []), ...(patch?.conditions ?? [])].map((each) => [each.type, each]));
  const merged = Object.entries({ ...old, ...patch, conditions: [...conditions.values()] });
  return Object.fromEntries(merged.filter(([, value]) => value !== null));
}

const keyOf = ({ metadata }: KubeObject): string =>
  metadata?.namespace ? `${metadata.namespace}/${metadata.name}` : (metadata?.name ?? '');
