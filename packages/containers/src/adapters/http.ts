import { request as httpRequest, type IncomingMessage, Server, type ServerResponse } from 'node:http';
import type { Connection, Listener } from '@kubernats/net';
import type { PodNetwork } from '../network/pod-network.ts';
import { overTls, type TlsOptions } from './tls.ts';

export type HttpListener = (request: IncomingMessage, response: ServerResponse, connection: Connection) => void;

// One parser for every simulated server of the process: a Pod that listens costs a listener, and nothing else.
const handlers = new WeakMap<object, { handle: HttpListener; connection: Connection }>();
let shared: Server | undefined;

function sharedServer(): Server {
  shared ??= new Server((request, response) => {
    const entry = handlers.get(request.socket);
    if (entry) entry.handle(request, response, entry.connection);
    else response.destroy();
  });
  return shared;
}

/** Listens on the container's network and reads HTTP/1.1 from what comes in. `opened` sees each connection before its first request. */
export function listenHttp(
  network: PodNetwork,
  port: number,
  handle: HttpListener,
  opened?: (connection: Connection) => void,
): Promise<Listener> {
  return network.listen({ host: '0.0.0.0', port }, (connection) => {
    opened?.(connection);
    handlers.set(connection, { handle, connection });
    sharedServer().emit('connection', connection);
  });
}

export interface HttpRequest {
  url: string;
  method?: string;
  headers?: Record<string, string>;
  body?: string | Uint8Array;
  signal?: AbortSignal;
  /** For `https:`. Default: the machine's authorities are believed. */
  tls?: TlsOptions;
}

export interface HttpAnswer {
  status: number;
  statusText: string;
  headers: Record<string, string>;
  body: Uint8Array;
}

/**
 * Asks an HTTP server from inside the Pod. Throws `NetworkError` when the server cannot be reached, `CertificateError` when it is not believed to be
 * the one that was meant.
 */
export async function fetchHttp(
  network: PodNetwork,
  { url, method = 'GET', headers = {}, body, signal, tls = {} }: HttpRequest,
): Promise<HttpAnswer> {
  const target = new URL(url);
  const isTls = target.protocol === 'https:';
  if (!isTls && target.protocol !== 'http:') throw new Error(`unsupported protocol ${target.protocol.slice(0, -1)}`);
  const name = target.hostname.replace(/^\[|\]$/g, '');
  const dialled = await network.dial({ host: await network.lookup(name), port: Number(target.port || (isTls ? 443 : 80)) }, { signal });
  const connection = isTls ? await overTls(dialled, name, { ...tls, signal }) : dialled;
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      {
        createConnection: () => connection,
        method,
        path: target.pathname + target.search,
        headers: {
          host: target.host,
          connection: 'close',
          ...headers,
          ...(body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }),
        },
        signal,
      },
      (response) => {
        const chunks: Uint8Array[] = [];
        response.on('data', (chunk: Uint8Array) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          connection.destroy();
          resolve({
            status: response.statusCode ?? 0,
            statusText: response.statusMessage ?? '',
            headers: Object.fromEntries(Object.entries(response.headers).map(([name, value]) => [name, String(value)])),
            body: Buffer.concat(chunks),
          });
        });
      },
    );
    request.on('error', reject);
    request.end(body);
  });
}
