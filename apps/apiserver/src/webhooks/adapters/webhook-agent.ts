import { Agent, type AgentOptions, type ClientRequestArgs } from 'node:http';
import type { Duplex } from 'node:stream';
import { createSecureContext, type SecureContext, type TLSSocket } from 'node:tls';
import type { Clock } from '@kubernats/clock';
import type { Address, Network } from '@kubernats/net';
import { WebhookCallError } from '../webhook-client.ts';
import type { WebhookTarget } from '../webhook-target.ts';
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

/** As in Kubernetes. */
const IDLE_MS = 90_000;

/** Connections to one webhook, kept for its next call. A request brings the `attempt` that it is. */
export class WebhookAgent extends Agent {
  readonly #deps: ConnectDeps;
  readonly #target: WebhookTarget;
  readonly #trust: SecureContext;

  /** Throws a `WebhookCallError` when nobody can be trusted by what the configuration says. */
  constructor(deps: ConnectDeps, target: WebhookTarget) {
    super({ keepAlive: true, timeout: IDLE_MS });
    this.#deps = deps;
    this.#target = target;
    this.#trust = trustOf(target);
  }

  override createConnection(options: ClientRequestArgs & AgentOptions & { attempt?: Attempt }, connected?: Connected): undefined {
    const { attempt } = options;
    if (!attempt || !connected) throw new Error('a webhook is called with an attempt');
    this.#connect(attempt).then(
      (socket) => connected(null, socket),
      (error: Error) => connected(error, undefined as never),
    );
  }

  async #connect(attempt: Attempt): Promise<TLSSocket> {
    const { network, clock, resolve } = this.#deps;
    const { host, port, service } = this.#target;
    attempt.address = service ? resolve({ ...service, port }) : { host, port };
    const connection = await network.dial(attempt.address, { signal: attempt.signal });
    return secureConnection(clock, connection, { serverName: this.#target.serverName, context: this.#trust }, attempt.signal);
  }
}

type Connected = (error: Error | null, socket: Duplex) => void;

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
