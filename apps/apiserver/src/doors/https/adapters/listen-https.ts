import type { IncomingMessage, Server } from 'node:http';
import { createSecureServer, type Http2SecureServer, type Http2Session } from 'node:http2';
import type { Socket } from 'node:net';
import type { Log } from '@kubernats/client';
import type { Clock } from '@kubernats/clock';
import { internalError } from '@kubernats/errors';
import type { Network } from '@kubernats/net';
import { impersonationOf } from '../../../authn/impersonation.ts';
import { encodeError, type Reply } from '../../../encode/reply.ts';
import type { WatchHub } from '../../../watch/watch-hub.ts';
import { forwardRequest } from '../proxy/adapters/forward-request.ts';
import type { FullResponse } from '../proxy/adapters/pass-back.ts';
import { type HttpRequest, type RequestDeps, serveRequest } from '../serve-request.ts';
import { upgradeServer } from '../upgrade/adapters/serve-upgrade.ts';
import { peerOf, type Request } from './peer.ts';
import { readBody } from './read-body.ts';
import { sendReply } from './send-reply.ts';

export interface HttpsOptions {
  host: string;
  /** 0 picks a free one. */
  port: number;
  /** The server's certificate and key, PEM. */
  certificatePem: string;
  privateKeyPem: string;
  /** Who signs clients' certificates, PEM. */
  clientCaPem: string;
}

export interface HttpsDoor extends AsyncDisposable {
  port: number;
  close(): Promise<void>;
}

type DoorDeps = RequestDeps & {
  watches: WatchHub;
  clock: Clock;
  log: Log;
  /** By which the proxy of Services and Pods reaches them. */
  network: Network;
};

const CLOSE_WITHIN_MS = 1000;
const NO_BODY = new Uint8Array();

/** Serves HTTP/1.1 and HTTP/2 over TLS on one port. Rejects when the port is taken. */
export async function listen(deps: DoorDeps, options: HttpsOptions): Promise<HttpsDoor> {
  const connections = new Set<{ destroy(): void }>();
  const server = createSecureServer({
    allowHTTP1: true,
    key: options.privateKeyPem,
    cert: options.certificatePem,
    ca: options.clientCaPem,
    requestCert: true,
    rejectUnauthorized: false,
    settings: { maxConcurrentStreams: 1000, initialWindowSize: 1024 * 1024 },
  });
  const track = (connection: Http2Session | Socket) => {
    connections.add(connection);
    connection.once('close', () => connections.delete(connection));
  };
  server.on('session', track);
  server.on('secureConnection', (socket) => {
    // Without this a watch over HTTP/1.1 would hear of a change 40 ms late.
    socket.setNoDelay(true);
    track(socket);
  });
  server.on('sessionError', (error) => deps.log.debug({ error }, 'a connection failed'));
  server.on('tlsClientError', (error) => deps.log.debug({ error }, 'a TLS handshake failed'));
  server.on('request', (request, response) => {
    answer(deps, request, response).catch((error: unknown) => {
      deps.log.debug({ error, url: request.url }, 'a request could not be answered');
      response.destroy();
    });
  });
  const upgrade = upgradeServer({ ...deps, answer: (request) => replyTo(deps, request, async () => NO_BODY, true) });
  server.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) => upgrade(request, socket, head));
  // Idle clients keep their connections: kubectl port-forwards, informers between two watches.
  Object.assign(server, { keepAliveTimeout: 120_000, headersTimeout: 30_000, requestTimeout: 0 });
  await listening(server, options);
  const address = server.address();
  const close = async () => {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    const timer = setTimeout(() => {
      for (const connection of connections) connection.destroy();
    }, CLOSE_WITHIN_MS);
    for (const connection of connections) if ('goaway' in connection) (connection as Http2Session).close();
    (server as unknown as Pick<Server, 'closeIdleConnections'>).closeIdleConnections?.();
    await closed;
    clearTimeout(timer);
  };
  return { port: typeof address === 'object' && address ? address.port : options.port, close, [Symbol.asyncDispose]: close };
}

async function answer(deps: DoorDeps, request: Request, response: FullResponse): Promise<void> {
  let isGone = false;
  response.on('error', () => {});
  response.on('close', () => {
    isGone = true;
  });
  const { method, headers } = request;
  const found = await replyTo(deps, request, () => readBody(request), false);
  if (isGone && found.type === 'proxy') return;
  const reply = found.type === 'proxy' ? await forwardRequest(deps.network, found.target, request, response) : found;
  if (!reply) return;
  if (reply.type === 'upgrade') throw new Error('only a request for an upgrade is answered with one');
  const acceptsGzip = String(headers['accept-encoding'] ?? '').includes('gzip');
  await sendReply(reply, response, deps.watches, { acceptsGzip, isHead: method === 'HEAD', isGone: () => isGone });
}

async function replyTo(deps: DoorDeps, request: Request, readBody: HttpRequest['readBody'], wantsUpgrade: boolean): Promise<Reply> {
  const { method = 'GET', url = '/', headers } = request;
  return serveRequest(deps, {
    method,
    url,
    peer: peerOf(request, deps.clock.now()),
    impersonation: impersonationOf(request.rawHeaders),
    headers: {
      accept: headers.accept,
      authorization: headers.authorization,
      contentType: headers['content-type'],
      userAgent: headers['user-agent'],
      ifNoneMatch: headers['if-none-match'],
    },
    readBody,
    wantsUpgrade,
  }).catch((error: unknown) => {
    deps.log.error({ error, url }, 'a request failed');
    return encodeError(internalError(error), []);
  });
}

function listening(server: Http2SecureServer, { host, port }: HttpsOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port, backlog: 1024 }, () => {
      server.removeListener('error', reject);
      server.on('error', () => {});
      resolve();
    });
  });
}
