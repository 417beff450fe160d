import type { KubeObject } from '@kubernats/api';

/** Kubernetes' request verbs. `connect` is what has no verb there: OPTIONS of something behind the proxy. */
export type Verb = 'get' | 'list' | 'watch' | 'create' | 'update' | 'patch' | 'delete' | 'deletecollection' | 'connect';

/** Which verbs change something. */
export const WRITING_VERBS: ReadonlySet<Verb> = new Set<Verb>(['create', 'update', 'patch', 'delete', 'deletecollection']);

/** One candidate's time as the leader, as the Lease tells it from all others. */
export interface LeaderTerm {
  namespace: string;
  /** Name of the Lease. */
  lease: string;
  /** Its `holderIdentity`. */
  holder: string;
  /** Its `leaseTransitions`. */
  transitions: number;
}

/** What a request is about: a plain value, the same for every door of the API server. */
export interface ApiRequest {
  verb: Verb;
  /** '' for the core group. */
  group: string;
  version: string;
  resource: string;
  subresource?: string;
  /** What follows the subresource `proxy`, with its slashes: `/stats/summary`, `/`, or ''. */
  subpath?: string;
  /** Absent for cluster-scoped resources and for lists over all namespaces. */
  namespace?: string;
  name?: string;
  /** Query parameters by their Kubernetes names: labelSelector, fieldSelector, limit, continue, fieldManager, dryRun, … */
  query?: Readonly<Record<string, string>>;
  contentType?: string;
  body?: Uint8Array;
  /** The leader's term for which this is done: once it is over the request is refused. Absent: whoever asks is no leader. */
  term?: LeaderTerm;
}

export interface ApiResponse {
  code: number;
  /** JSON: the object, the list, or a `Status`. */
  body: Uint8Array;
  warnings?: string[];
}

/** A set of objects to follow. */
export interface FollowTarget {
  group: string;
  version: string;
  resource: string;
  namespace?: string;
  labelSelector?: string;
  fieldSelector?: string;
}

/** Where followed objects go. Calls come in order, one at a time. */
export interface FollowSink {
  /** The whole set, at the beginning and whenever continuity was lost. */
  replace(objects: KubeObject[], resourceVersion: string): void;
  changed(type: 'ADDED' | 'MODIFIED' | 'DELETED', object: KubeObject): void;
  /** Trouble on the way; following goes on by itself. */
  failed?(error: unknown): void;
}

/** How a client reaches an API server: over NATS, in process, or over HTTPS. */
export interface ApiTransport {
  /** Errors of the API come back as a response; what keeps the request from being answered throws a `StatusError`. */
  request(request: ApiRequest, options?: { signal?: AbortSignal; timeoutMs?: number }): Promise<ApiResponse>;
  /** Lists and watches until the signal aborts, listing again whenever an event may have been missed. Resolves at the abort. */
  follow(target: FollowTarget, sink: FollowSink, signal: AbortSignal): Promise<void>;
}
