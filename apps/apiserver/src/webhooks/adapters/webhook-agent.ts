import { Agent, type AgentOptions, type ClientRequestArgs } from 'node:http';
import type { Duplex } from 'node:stream';
import { createSecureContext, type SecureContext, connect as startTls, type TLSSocket } from 'node:tls';
import type { Clock } from '@kubernats/clock';
import type { Address, Network } from '@kubernats/net';
import { certificateProblem } from '../certificate-problem.ts';
import { WebhookCallError } from '../webhook-client.ts';
import { isAddress, type WebhookTarget } from '../webhook-target.ts';

export interface ConnectDeps {
  network: Network;
  clock: Clock;
  /** A ready endpoint of a Service; throws where there is none. */
  resolve(service: { namespace: string; name: string; port: number }): Address;
}

/** What has gone wrong on the way, in Go's words. */
export class TransportError extends Error {
  override readonly name = 'TransportError';
}

/** Where a connection was tried to, for who says why there is none. */
export interface Attempt {
  signal: AbortSignal;
  address?: Address;
}

/** As in Kubernetes. */
const IDLE_MS = 90_000;
const HANDSHAKE_MS = 10_000;

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
    const { network, resolve } = this.#deps;
    const { host, port, service } = this.#target;
    attempt.address = service ? resolve({ ...service, port }) : { host, port };
    return this.#secure(await network.dial(attempt.address, { signal: attempt.signal }), attempt.signal);
  }

  #secure(connection: Duplex, signal: AbortSignal): Promise<TLSSocket> {
    const { clock } = this.#deps;
    const { serverName } = this.#target;
    return new Promise((resolve, reject) => {
      const fail = (error: unknown): void => {
        settle();
        socket.destroy();
        reject(error);
      };
      const onAbort = (): void => fail(signal.reason);
      const timer = clock.setTimer(HANDSHAKE_MS, () => fail(new TransportError('net/http: TLS handshake timeout')));
      const settle = (): void => {
        timer.cancel();
        signal.removeEventListener('abort', onAbort);
      };
      const socket = startTls({
        socket: connection,
        host: serverName,
        servername: isAddress(serverName) ? '' : serverName,
        secureContext: this.#trust,
        ALPNProtocols: ['http/1.1'],
        // The certificate is checked below, where it can be said what is wrong with it.
        rejectUnauthorized: false,
      });
      signal.addEventListener('abort', onAbort, { once: true });
      // It stays: an error of an idle connection ends the connection and not the process.
      socket.on('error', fail);
      socket.once('close', () => fail(new TransportError('EOF')));
      socket.once('secureConnect', () => {
        const problem = this.#problemOf(socket);
        if (problem !== undefined) return fail(new TransportError(problem));
        settle();
        resolve(socket);
      });
    });
  }

  #problemOf(socket: TLSSocket): string | undefined {
    if (socket.authorized) return undefined;
    const why = String(socket.authorizationError);
    return certificateProblem(why, socket.getPeerCertificate(), this.#target.serverName, this.#deps.clock.now());
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
