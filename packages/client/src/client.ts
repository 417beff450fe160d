import type { KindRef, KubeObject } from '@kubernats/api';
import { KindClient } from './kind-client.ts';
import type { ApiTransport } from './transport.ts';

export interface ClientOptions {
  /** Who is written into managedFields. Default: what the server makes of the user. */
  fieldManager?: string;
  /** How long one request may take, in milliseconds. Default: the transport's own. */
  timeoutMs?: number;
}

/** A typed client of one API server, over any transport. */
export interface Client {
  readonly transport: ApiTransport;
  /** The verbs of one kind: `client.kind(Pods).get('web', 'default')`. */
  kind<T extends KubeObject>(ref: KindRef<T>): KindClient<T>;
}

export function createClient(transport: ApiTransport, options: ClientOptions = {}): Client {
  return { transport, kind: (ref) => new KindClient(transport, ref, options) };
}
