import { Buffer } from 'node:buffer';
import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import type { Writable } from 'node:stream';
import { unavailable } from '@kubernats/errors';
import type { Network } from '@kubernats/net';
import { type BodyReply, encodeError } from '../../../../encode/reply.ts';
import { failureText } from '../../../../proxy/failure-text.ts';
import { requestHeaders, responseHeaders } from '../../../../proxy/forwarded-headers.ts';
import { encodePath, type ProxyTarget } from '../../../../proxy/proxy-target.ts';
import { type LinkSource, rewriteUrl } from '../../../../proxy/rewrite-url.ts';
import type { Request } from '../../adapters/peer.ts';
import type { Response } from '../../adapters/send-reply.ts';
import { backendRequest } from './backend-request.ts';
import { canRewrite, rewrittenHtml } from './rewrite-html.ts';

export type FullResponse = Response & Writable & { addTrailers(trailers: OutgoingHttpHeaders): void };

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
  const headers = requestHeaders({
    method,
    headers: request.rawHeaders,
    clientAddress: request.socket.remoteAddress ?? '',
    forwardedUri: encodePath(`${target.prefix}${target.path}`),
    hasUnknownLength: hasUnknownLength(request),
  });
  const backend = backendRequest(network, target, method, queryOf(url), headers);
  let isAnswered = false;
  // An answer may come, and the connection end, before all of the request was read: the rest is of no interest then.
  backend.on('error', (error) => {
    if (!isAnswered) resolve(encodeError(unavailable(`error trying to reach service: ${failureText(error, target)}`), []));
  });
  backend.on('close', () => {
    request.unpipe(backend);
    request.resume();
  });
  backend.on('response', (answer) => {
    isAnswered = true;
    try {
      passBack(answer, response, { target, method, host: request.headers.host ?? request.headers[':authority']?.toString() ?? '' });
    } catch (error) {
      response.destroy(error instanceof Error ? error : undefined);
    }
  });
  response.on('close', () => {
    backend.destroy();
    resolve(undefined);
  });
  request.on('error', () => backend.destroy());
  request.pipe(backend);
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

export function queryOf(url: string): string {
  const mark = url.indexOf('?');
  return mark === -1 ? '' : url.slice(mark);
}

/** A body whose end the client tells when it comes. */
function hasUnknownLength(request: Request): boolean {
  if (request.headers['transfer-encoding'] !== undefined) return true;
  return 'stream' in request && !request.stream.endAfterHeaders && request.headers['content-length'] === undefined;
}

function passBack(answer: IncomingMessage, response: FullResponse, asked: { target: ProxyTarget; method: string; host: string }): void {
  const { target, method, host } = asked;
  const { statusCode: code = 502, headers } = answer;
  const source: LinkSource = { prefix: target.prefix, hosts: [`${target.host}:${target.port}`, target.host, host] };
  const coding = headers['content-encoding'];
  const hasLinks = headers.location === undefined && canRewrite(headers['content-type'], coding);
  const head = responseHeaders(answer.rawHeaders, hasLinks ? ['content-length'] : []);
  if (headers.location !== undefined) head.location = [rewriteUrl(headers.location, source)];
  response.writeHead(code, head);
  response.flushHeaders?.();
  const isEmpty = method === 'HEAD' || code === 204 || code === 304;
  const body = hasLinks && !isEmpty ? rewrittenHtml(answer, coding, source) : answer;
  // What was cut off must not look like a whole: the client's answer breaks off, too.
  answer.on('close', () => answer.complete || response.destroy());
  body.on('error', () => response.destroy());
  body.on('end', () => Object.keys(answer.trailers).length > 0 && response.addTrailers(answer.trailers));
  body.pipe(response);
}
