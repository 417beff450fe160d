import { Buffer } from 'node:buffer';
import { type IncomingMessage, request as startRequest } from 'node:http';
import { createSecureContext, type SecureContext, type TLSSocket } from 'node:tls';
import type { Clock } from '@kubernats/clock';
import type { Address, Network } from '@kubernats/net';
import type { TlsMaterial } from '../../doors/https/tls-material.ts';
import { secureConnection, TransportError } from '../../webhooks/adapters/secure-connection.ts';
import type { Extension } from '../extension.ts';

export interface ExtensionAnswer {
  code: number;
  body: Uint8Array;
}

/** As much as a list of resources, or the index of OpenAPI, may have. */
const ANSWER_BYTES_MAX = 3 * 1024 * 1024;

/** Connects to extension API servers, as the front proxy that this server is. */
export class ExtensionClient {
  readonly #network: Network;
  readonly #clock: Clock;
  #proxyClient: TlsMaterial['proxyClient'];
  #contexts = new WeakMap<Extension, SecureContext>();

  constructor({ network, clock }: { network: Network; clock: Clock }) {
    this.#network = network;
    this.#clock = clock;
  }

  /** From now on it is proved by this certificate who asks. */
  renew(proxyClient: TlsMaterial['proxyClient']): void {
    this.#proxyClient = proxyClient;
    this.#contexts = new WeakMap();
  }

  /** A new connection, ready for a request. Rejects with what is wrong, in Go's words, and with the signal's reason. */
  async connect(extension: Extension, address: Address, signal: AbortSignal): Promise<TLSSocket> {
    const { namespace, name } = extension.service;
    const expected = {
      serverName: `${name}.${namespace}.svc`,
      context: this.#contextOf(extension),
      isAnyone: extension.insecureSkipTlsVerify,
    };
    const connection = await this.#network.dial(address, { signal });
    return secureConnection(this.#clock, connection, expected, signal);
  }

  /** Asks for something short. Rejects as `connect` does. */
  async get(
    extension: Extension,
    address: Address,
    ask: { path: string; headers: [string, string][] },
    signal: AbortSignal,
  ): Promise<ExtensionAnswer> {
    const socket = await this.connect(extension, address, signal);
    try {
      return await exchange(socket, extension, ask, signal);
    } finally {
      socket.destroy();
    }
  }

  #contextOf(extension: Extension): SecureContext {
    let context = this.#contexts.get(extension);
    if (!context) this.#contexts.set(extension, (context = contextOf(extension, this.#proxyClient)));
    return context;
  }
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

function exchange(
  socket: TLSSocket,
  { service: { namespace, name, port } }: Extension,
  { path, headers }: { path: string; headers: [string, string][] },
  signal: AbortSignal,
): Promise<ExtensionAnswer> {
  return new Promise((resolve, reject) => {
    const request = startRequest({
      createConnection: () => socket,
      path,
      headers: [
        'Host',
        `${name}.${namespace}.svc:${port}`,
        'Accept',
        'application/json',
        'User-Agent',
        'kube-aggregator',
        ...headers.flat(),
      ],
      signal,
    });
    request.on('error', reject);
    request.on('response', (answer) => read(answer).then(resolve, reject));
    request.end();
  });
}

async function read(answer: IncomingMessage): Promise<ExtensionAnswer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > ANSWER_BYTES_MAX) throw new TransportError(`the response is longer than ${ANSWER_BYTES_MAX} bytes`);
    chunks.push(chunk);
  }
  return { code: answer.statusCode ?? 0, body: Buffer.concat(chunks) };
}
