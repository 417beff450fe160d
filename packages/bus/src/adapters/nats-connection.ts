import { connect, type NatsConnection } from '@nats-io/transport-node';
import { inboxPrefix } from '../subjects.ts';
import { credsAuthenticator } from './creds-authenticator.ts';

export interface NatsConnectOptions {
  /** Such as `nats://127.0.0.1:4222`, or `tls://…` for one that is spoken to over TLS alone; several servers of one NATS cluster are separated by commas. */
  url: string;
  /** The authority that signs the servers' certificates, PEM. With it the connection is over TLS, or is not made. Absent: those that the system trusts. */
  ca?: string;
  /** Tries once rather than for ever, and not longer than this: for a person who waits. Milliseconds. */
  onceWithinMs?: number;
  /** The content of a credentials file; absent for a server without authentication. */
  creds?: Uint8Array;
  cluster: string;
  /** The user name that the credentials stand for. */
  identity: string;
}

const RETRY_MS = 50;

/** Whether a server of the URL must show a certificate. */
const isTls = (url: string): boolean => url.split(',').some((each) => each.startsWith('tls://'));

/** A connection that waits for a server that is not up yet, and comes back for ever after it was lost. */
export function connectToNats(options: NatsConnectOptions): Promise<NatsConnection> {
  const { ca, onceWithinMs } = options;
  return connect({
    servers: options.url.split(','),
    name: options.identity,
    inboxPrefix: inboxPrefix(options.cluster, options.identity),
    ...(options.creds ? { authenticator: credsAuthenticator(options.creds) } : {}),
    ...(ca !== undefined || isTls(options.url) ? { tls: ca === undefined ? {} : { ca } } : {}),
    ...(onceWithinMs === undefined ? { waitOnFirstConnect: true, maxReconnectAttempts: -1 } : { reconnect: false, timeout: onceWithinMs }),
    reconnectTimeWait: RETRY_MS,
    reconnectJitter: RETRY_MS,
    ignoreAuthErrorAbort: true,
    // Traces cost a stack capture a message, a third of all time when publishing.
    noAsyncTraces: true,
    pingInterval: 20_000,
  });
}
