import { checkServerIdentity, type PeerCertificate } from 'node:tls';
import { type Authenticator, connect, type NatsConnection } from '@nats-io/transport-node';
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
  /** Is told, until there is a connection, each time that a server asked who this is and then did not let it in. */
  onNotLetIn?: () => void;
}

const RETRY_MS = 50;

/**
 * How the servers prove who they are; undefined when they need not. A server's certificate must be for one of the hosts of the URL: the client
 * library itself asks nothing of one that is reached by an address.
 */
function tlsOptions(url: string, ca: string | undefined): object | undefined {
  const urls = url.split(',');
  if (ca === undefined && !urls.some((each) => each.startsWith('tls://'))) return undefined;
  const hosts = urls.map((each) => new URL(each).hostname);
  const verify = (_name: string, certificate: PeerCertificate): Error | undefined => {
    const refusals = hosts.map((host) => checkServerIdentity(host, certificate));
    return refusals.includes(undefined) ? undefined : refusals[0];
  };
  return { ...(ca === undefined ? {} : { ca }), checkServerIdentity: verify };
}

/**
 * How long a server may take to greet. The client does not notice that a connection ends before it was greeted (its server is killed, or its
 * network is cut): it waits as long, and asks again only then. Its own default is 20 s.
 */
export const GREETING_MS = 5000;

/** The client keeps to itself why it does not get in; but a server that asks again has not been content with the last answer. */
function countingChallenges({ creds, onNotLetIn }: NatsConnectOptions): Authenticator {
  const answer = creds ? credsAuthenticator(creds) : () => {};
  let isFirst = true;
  return (nonce) => {
    if (!isFirst) onNotLetIn?.();
    isFirst = false;
    return answer(nonce);
  };
}
/** How often a server is asked whether it is still there. */
export const PING_MS = 5000;

/** A connection that waits for a server that is not up yet, and comes back for ever after it was lost. */
export function connectToNats(options: NatsConnectOptions): Promise<NatsConnection> {
  const { onceWithinMs } = options;
  const tls = tlsOptions(options.url, options.ca);
  return connect({
    servers: options.url.split(','),
    name: options.identity,
    inboxPrefix: inboxPrefix(options.cluster, options.identity),
    authenticator: countingChallenges(options),
    ...(tls ? { tls } : {}),
    timeout: GREETING_MS,
    ...(onceWithinMs === undefined ? { waitOnFirstConnect: true, maxReconnectAttempts: -1 } : { reconnect: false, timeout: onceWithinMs }),
    reconnectTimeWait: RETRY_MS,
    reconnectJitter: RETRY_MS,
    ignoreAuthErrorAbort: true,
    // Traces cost a stack capture a message, a third of all time when publishing.
    noAsyncTraces: true,
    // A server that stands still is left when two were not answered, as a third is due.
    pingInterval: PING_MS,
  });
}
