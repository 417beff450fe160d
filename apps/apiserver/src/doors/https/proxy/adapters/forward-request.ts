import { Buffer } from 'node:buffer';
import type { ClientRequest } from 'node:http';
import { unavailable } from '@kubernats/errors';
import type { Network } from '@kubernats/net';
import { type BodyReply, encodeError, textReply } from '../../../../encode/reply.ts';
import { failureText } from '../../../../proxy/failure-text.ts';
import { requestHeaders } from '../../../../proxy/forwarded-headers.ts';
import { encodePath, type ProxyTarget, queryOf } from '../../../../proxy/proxy-target.ts';
import { isStale } from '../../../../webhooks/adapters/kept-connections.ts';
import type { Request } from '../../adapters/peer.ts';
import { backendRequest } from './backend-request.ts';
import { type FullResponse, passBack } from './pass-back.ts';

/**
 * Passes a request on to a backend and the answer back, both as they come and as fast as they are taken. Resolves to an answer of the
 * server's own where the backend gives none; else to nothing, when all is over. Whoever goes away ends the other side, too.
 */
export function forwardRequest(
  network: Network,
  target: ProxyTarget,
  request: Request,
  response: FullResponse,
): Promise<BodyReply | undefined> {
  const { method = 'GET', url = '' } = request;
  if (target.path === '' && (method === 'GET' || method === 'HEAD')) return Promise.resolve(toFolder(url));
  const { promise, resolve } = Promise.withResolvers<BodyReply | undefined>();
  const isEndless = hasUnknownLength(request);
  const headers = requestHeaders({
    method,
    headers: request.rawHeaders,
    clientAddress: request.socket.remoteAddress ?? '',
    forwardedUri: encodePath(`${target.prefix}${target.path}`),
    hasUnknownLength: isEndless,
    extension: target.extension,
  });
  const hasBody = isEndless || request.headers['content-length'] !== undefined;
  const isRepeatable = !hasBody && (method === 'GET' || method === 'HEAD');
  let isOver = false;
  let backend: ClientRequest;
  const send = (): void => {
    const asked = backendRequest(network, target, { method, url, headers, isRepeatable });
    backend = asked;
    let isAnswered = false;
    // An answer may come, and the connection end, before all of the request was read: the rest is of no interest then.
    asked.on('error', (error) => {
      if (isAnswered || isOver) return;
      if (isStale(asked, error)) return send();
      const text = `error trying to reach service: ${failureText(error, target)}`;
      resolve(target.extension ? textReply(503, text) : encodeError(unavailable(text), []));
    });
    asked.on('close', () => {
      request.unpipe(asked);
      request.resume();
    });
    asked.on('response', (answer) => {
      isAnswered = true;
      const host = request.headers.host ?? request.headers[':authority']?.toString() ?? '';
      passBack(answer, response, { target, method, host }).catch(() => response.destroy());
    });
    if (isRepeatable) asked.end();
    else request.pipe(asked);
  };
  response.on('close', () => {
    isOver = true;
    backend.destroy();
    resolve(undefined);
  });
  request.on('error', () => backend.destroy());
  send();
  return promise;
}

/** So that relative links of the page lead below the proxy, not beside it. */
function toFolder(url: string): BodyReply {
  const location = `${url.split('?', 1)[0]}/${queryOf(url)}`;
  return {
    type: 'body',
    code: 301,
    contentType: 'text/plain; charset=utf-8',
    chunks: [Buffer.alloc(0)],
    warnings: [],
    headers: { location },
  };
}

/** A body whose end the client tells when it comes. */
function hasUnknownLength(request: Request): boolean {
  if (request.headers['transfer-encoding'] !== undefined) return true;
  return 'stream' in request && !request.stream.endAfterHeaders && request.headers['content-length'] === undefined;
}
