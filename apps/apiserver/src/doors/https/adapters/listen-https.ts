import type { IncomingMessage, Server } from 'node:http';
import { createSecureServer, type Http2SecureServer, type Http2Session } from 'node:http2';
import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { FrontProxies } from '../../../authn/front-proxies.ts';
import type { TlsMaterial } from '../tls-material.ts';
import { upgradeServer } from '../upgrade/adapters/serve-upgrade.ts';
import { answer, auditIdOf, type DoorDeps, end, replyTo } from './answer.ts';
import { idleSessions } from './idle-sessions.ts';
import { answerPlainHttp } from './plain-http.ts';
import { CONNECTION_WINDOW_BYTES, HTTP1_TIMEOUTS, SERVER_OPTIONS } from './server-options.ts';
import { secureContext } from './tls-options.ts';

export interface HttpsOptions extends TlsMaterial {
  host: string;
  /** 0 picks a free one. */
  port: number;
}

export interface HttpsDoor extends AsyncDisposable {
  port: number;
  /** New connections use these from now on. Throws, and changes nothing, when they cannot be used. */
  renew(material: TlsMaterial): void;
  /** Takes no more connections, lets requests end that are under way, and closes: watches have to be ended before. */
  close(): Promise<void>;
}

/** How long requests have that are under way when the server ends: shorter than a process is given to stop. */
const FINISH_WITHIN_MS = 5_000;
/** And how long connections that need nothing more, or would never end by themselves, as those of `exec`. */
const CLOSE_WITHIN_MS = 1_000;
const NO_BODY = new Uint8Array();

/** Serves HTTP/1.1 and HTTP/2 over TLS on one port. Rejects when the port is taken. */
export async function listen(parts: Omit<DoorDeps, 'frontProxies'>, options: HttpsOptions): Promise<HttpsDoor> {
  const deps = { ...parts, frontProxies: new FrontProxies(options.requestHeader) };
  const connections = new Set<{ destroy(): void }>();
  const server = createSecureServer({ ...SERVER_OPTIONS, ...secureContext(options) });
  const busy = idleSessions();
  let isClosing = false;
  const track = (connection: Http2Session | Socket) => {
    connections.add(connection);
    connection.once('close', () => connections.delete(connection));
  };
  server.on('session', (session) => {
    session.setLocalWindowSize(CONNECTION_WINDOW_BYTES);
    track(session);
  });
  server.on('secureConnection', (socket) => {
    // Without this a watch over HTTP/1.1 would hear of a change 40 ms late.
    socket.setNoDelay(true);
    forgetProblems(socket);
    track(socket);
  });
  server.on('sessionError', (error) => deps.log.debug({ error }, 'a connection failed'));
  server.on('tlsClientError', (error, socket) => {
    deps.log.debug({ error }, 'a TLS handshake failed');
    answerPlainHttp(error, socket);
  });
  server.on('request', (request, response) => {
    const session = 'stream' in request ? request.stream.session : undefined;
    if (session) response.on('close', busy(session));
    answer(deps, request, response, () => isClosing).catch((error: unknown) => {
      deps.log.debug({ error, url: request.url }, 'a request could not be answered');
      response.destroy();
    });
  });
  const upgrade = upgradeServer({
    ...deps,
    answer: async (request) => {
      const { socket } = request;
      const visit = deps.visits.begin(auditIdOf(request), () => socket.destroy());
      let code = 0;
      socket.once('close', () => end(deps, visit, code, 0));
      const reply = await replyTo(deps, request, visit, async () => NO_BODY, true);
      code = reply.type === 'body' ? reply.code : 101;
      return reply;
    },
  });
  server.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) => upgrade(request, socket, head));
  Object.assign(server, HTTP1_TIMEOUTS);
  await listening(server, options);
  const address = server.address();
  const close = async () => {
    isClosing = true;
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    // GOAWAY: what has begun ends, and nothing new begins.
    for (const connection of connections) if ('goaway' in connection) (connection as Http2Session).close();
    (server as unknown as Pick<Server, 'closeIdleConnections'>).closeIdleConnections?.();
    await within(FINISH_WITHIN_MS, Promise.race([closed, deps.visits.idle()]));
    await within(CLOSE_WITHIN_MS, closed);
    for (const connection of connections) connection.destroy();
    await closed;
  };
  return {
    port: typeof address === 'object' && address ? address.port : options.port,
    renew(material) {
      const frontProxies = new FrontProxies(material.requestHeader);
      server.setSecureContext(secureContext(material));
      deps.frontProxies = frontProxies;
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

/**
 * What OpenSSL has against a client's certificate in a handshake (a key usage without any use, say) it keeps, and Node would take it for an error of what is read
 * next from the connection, which ended without an answer. To look at the certificate makes OpenSSL forget.
 */
function forgetProblems(socket: TLSSocket): void {
  socket.getPeerX509Certificate();
}

/** Resolves with the promise, or when the time is up. Real time: connections know no other. */
async function within(ms: number, promise: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([promise, late]);
  clearTimeout(timer);
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
