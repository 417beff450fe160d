import { createSecureContext, type SecureContext } from 'node:tls';
import type { Clock } from '@kubernats/clock';
import type { Address, Network } from '@kubernats/net';
import { WebhookCallError } from '../webhook-client.ts';
import type { WebhookTarget } from '../webhook-target.ts';
import { KeptConnections } from './kept-connections.ts';
import { secureConnection } from './secure-connection.ts';

export interface ConnectDeps {
  network: Network;
  clock: Clock;
  /** A ready endpoint of a Service; throws where there is none. */
  resolve(service: { namespace: string; name: string; port: number }): Address;
}

/** Where a connection was tried to, for who says why there is none. */
export interface Attempt {
  signal: AbortSignal;
  address?: Address;
}

/** Connections to one webhook. Throws a `WebhookCallError` when nobody can be trusted by what the configuration says. */
export function webhookConnections({ network, clock, resolve }: ConnectDeps, target: WebhookTarget): KeptConnections<Attempt> {
  const { host, port, service, serverName } = target;
  const context = trustOf(target);
  return new KeptConnections(async (attempt) => {
    attempt.address = service ? resolve({ ...service, port }) : { host, port };
    const connection = await network.dial(attempt.address, { signal: attempt.signal });
    return secureConnection(clock, connection, { serverName, context }, attempt.signal);
  });
}

function trustOf({ caPem }: WebhookTarget): SecureContext {
  if (caPem !== undefined && !caPem.includes('-----BEGIN CERTIFICATE-----')) throw untrusted('unable to parse bytes as PEM block');
  try {
    return createSecureContext({ minVersion: 'TLSv1.2', ...(caPem === undefined ? {} : { ca: caPem }) });
  } catch {
    throw untrusted('failed to parse certificate: x509: malformed certificate');
  }
}

const untrusted = (why: string): WebhookCallError =>
  new WebhookCallError(`unable to load root certificates: ${why}`, { isMisconfigured: true });
