import { connect, type NatsConnection } from '@nats-io/transport-node';
import { inboxPrefix } from '../subjects.ts';
import { credsAuthenticator } from './creds-authenticator.ts';

export interface NatsConnectOptions {
  /** Such as `nats://127.0.0.1:4222`; several servers of one NATS cluster are separated by commas. */
  url: string;
  /** The content of a credentials file; absent for a server without authentication. */
  creds?: Uint8Array;
  cluster: string;
  /** The user name that the credentials stand for. */
  identity: string;
}

const RETRY_MS = 50;

/**
 * How long a server may take to greet. The client does not notice that a connection ends before it was greeted (its server is killed, or its
 * network is cut): it waits as long, and asks again only then. Its own default is 20 s.
 */
export const GREETING_MS = 5000;

/** A connection that waits for a server that is not up yet, and comes back for ever after it was lost. */
export function connectToNats(options: NatsConnectOptions): Promise<NatsConnection> {
  return connect({
    servers: options.url.split(','),
    name: options.identity,
    inboxPrefix: inboxPrefix(options.cluster, options.identity),
    ...(options.creds ? { authenticator: credsAuthenticator(options.creds) } : {}),
    waitOnFirstConnect: true,
    maxReconnectAttempts: -1,
    reconnectTimeWait: RETRY_MS,
    reconnectJitter: RETRY_MS,
    timeout: GREETING_MS,
    ignoreAuthErrorAbort: true,
    // Traces cost a stack capture a message, a third of all time when publishing.
    noAsyncTraces: true,
    pingInterval: 20_000,
  });
}
