import type { KindRef, KubeObject } from '@kubernats/api';
import { KindClient } from './kind-client.ts';
import { type ApiTransport, type LeaderTerm, WRITING_VERBS } from './transport.ts';

export interface ClientOptions {
  /** Who is written into managedFields. Default: what the server makes of the user. */
  fieldManager?: string;
  /** How long one request may take, in milliseconds. Default: the transport's own. */
  timeoutMs?: number;
}

/** A typed client of one API server, over any transport. */
export interface Client {
  readonly transport: ApiTransport;
  /** The leader's term that whatever this client changes is done for; what is done after it is over is refused. Undefined: it is no leader's. */
  term: LeaderTerm | undefined;
  /** The verbs of one kind: `client.kind(Pods).get('web', 'default')`. */
  kind<T extends KubeObject>(ref: KindRef<T>): KindClient<T>;
}

export function createClient(transport: ApiTransport, options: ClientOptions = {}): Client {
  const inTerm: ApiTransport = {
    request(request, how) {
      const { term } = client;
      return transport.request(term && WRITING_VERBS.has(request.verb) ? { ...request, term } : request, how);
    },
    follow: (target, sink, signal) => transport.follow(target, sink, signal),
  };
  const client: Client = { transport, term: undefined, kind: (ref) => new KindClient(inTerm, ref, options) };
  return client;
}
