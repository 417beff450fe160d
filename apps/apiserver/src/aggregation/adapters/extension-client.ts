import { Buffer } from 'node:buffer';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { createSecureContext, type SecureContext, type TLSSocket } from 'node:tls';
import type { Clock } from '@kubernats/clock';
import type { Address, Network } from '@kubernats/net';
import type { TlsMaterial } from '../../doors/https/tls-material.ts';
import { KeptConnections, sendKept } from '../../webhooks/adapters/kept-connections.ts';
import { secureConnection, TransportError } from '../../webhooks/adapters/secure-connection.ts';
import { type Extension, isSameServer } from '../extension.ts';

export interface ExtensionAnswer {
  code: number;
  headers: IncomingHttpHeaders;
  body: Uint8Array;
}

/** A GET of something short. */
export interface ShortAsk {
  path: string;
  headers: readonly string[];
  /** What a longer answer is refused for. Default: as much as a list of resources, or the index of OpenAPI, may have. */
  maxBytes?: number;
}

const ANSWER_BYTES_MAX = 3 * 1024 * 1024;

/** Where a connection is made to. */
export interface Attempt {
  address: Address;
  signal: AbortSignal;
}

/** Connects to extension API servers, as the front proxy that this server is. */
export class ExtensionClient implements Disposable {
  readonly #network: Network;
  readonly #clock: Clock;
  #proxyClient: TlsMaterial['proxyClient'];
  /** By the names of their APIServices. */
  readonly #servers = new Map<string, Server>();

  constructor({ network, clock }: { network: Network; clock: Clock }) {
    this.#network = network;
    this.#clock = clock;
  }

  /** From now on it is proved by this certificate who asks. */
  renew(proxyClient: TlsMaterial['proxyClient']): void {
    this.#proxyClient = proxyClient;
    this[Symbol.dispose]();
  }

  /** A new connection, ready for a request. Rejects with what is wrong, in Go's words, and with the signal's reason. */
  connect(extension: Extension, attempt: Attempt): Promise<TLSSocket> {
    return this.#serverOf(extension).connect(attempt);
  }

  /** Connections that are kept, for requests that may be sent twice. A request on one brings an `Attempt`. */
  kept(extension: Extension): KeptConnections<Attempt> {
    return this.#serverOf(extension).connections;
  }

  /** Asks for something short. Rejects as `connect` does. */
  get(extension: Extension, { path, headers, maxBytes = ANSWER_BYTES_MAX }: ShortAsk, attempt: Attempt): Promise<ExtensionAnswer> {
    const { address, signal } = attempt;
    const { namespace, name, port } = extension.service;
    const own = ['Host', `${name}.${namespace}.svc:${port}`, 'Accept', 'application/json', 'User-Agent', 'kube-aggregator'];
    const options = { ...address, agent: this.kept(extension), attempt, path, headers: [...own, ...headers], signal };
    return sendKept(options, undefined, (answer) => read(answer, maxBytes));
  }

  /** The APIService is gone. */
  forget(name: string): void {
    this.#servers.get(name)?.connections.close();
    this.#servers.delete(name);
  }

  [Symbol.dispose](): void {
    for (const name of this.#servers.keys()) this.forget(name);
  }

  #serverOf(extension: Extension): Server {
    const known = this.#servers.get(extension.name);
    if (known && isSameServer(known.extension, extension)) return known;
    this.forget(extension.name);
    const connect = this.#connectorOf(extension);
    const server = { extension, connect, connections: new KeptConnections(connect) };
    this.#servers.set(extension.name, server);
    return server;
  }

  #connectorOf(extension: Extension): Server['connect'] {
    const { namespace, name } = extension.service;
    let context: SecureContext | undefined;
    return async ({ address, signal }) => {
      context ??= contextOf(extension, this.#proxyClient);
      const expected = { serverName: `${name}.${namespace}.svc`, context, isAnyone: extension.insecureSkipTlsVerify };
      const connection = await this.#network.dial(address, { signal });
      return secureConnection(this.#clock, connection, expected, signal);
    };
  }
}

/** An extension API server as its APIService says that it is. */
interface Server {
  extension: Extension;
  connect(attempt: Attempt): Promise<TLSSocket>;
  connections: KeptConnections<Attempt>;
}

function contextOf({ caPem }: Extension, proxyClient: TlsMaterial['proxyClient']): SecureContext {
  try {
    return createSecureContext({
      minVersion: 'TLSv1.2',
      ...(caPem === undefined ? {} : { ca: caPem }),
      ...(proxyClient ? { cert: proxyClient.certificatePem, key: proxyClient.privateKeyPem } : {}),
    });
  } catch {
    throw new TransportError('unable to load root certificates: unable to parse bytes as PEM block');
  }
}

async function read(answer: IncomingMessage, maxBytes: number): Promise<ExtensionAnswer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > maxBytes) throw new TransportError(`the response is longer than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return { code: answer.statusCode ?? 0, headers: answer.headers, body: Buffer.concat(chunks) };
}
