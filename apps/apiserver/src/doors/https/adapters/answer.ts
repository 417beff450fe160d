import type { Log } from '@kubernats/client';
import type { Clock } from '@kubernats/clock';
import { internalError } from '@kubernats/errors';
import type { Network } from '@kubernats/net';
import { tellOf } from '../../../audit/handle-audited.ts';
import type { FrontProxies } from '../../../authn/front-proxies.ts';
import { impersonationOf } from '../../../authn/impersonation.ts';
import { remoteUser } from '../../../authn/request-header.ts';
import { encodeError, plainReply, type Reply } from '../../../encode/reply.ts';
import type { WatchHub } from '../../../watch/watch-hub.ts';
import { forwardRequest } from '../proxy/adapters/forward-request.ts';
import type { FullResponse } from '../proxy/adapters/pass-back.ts';
import { type HttpRequest, type RequestDeps, serveRequest } from '../serve-request.ts';
import type { Visit } from '../visits/visit.ts';
import { peerOf, type Request } from './peer.ts';
import { readBody } from './read-body.ts';
import { sendReply } from './send-reply.ts';
import { LINGER_MS } from './server-options.ts';
import { sourceIPs } from './source-ips.ts';

export type DoorDeps = RequestDeps & {
  watches: WatchHub;
  clock: Clock;
  log: Log;
  /** Who may say for whom it asks. */
  readonly frontProxies: FrontProxies;
  /** By which the proxy of Services and Pods reaches them. */
  network: Network;
};

/** Serves one request to its end. `isClosing`: the connection is of no use afterwards. */
export async function answer(deps: DoorDeps, request: Request, response: FullResponse, isClosing: () => boolean): Promise<void> {
  let bodyBytes = 0;
  const visit = deps.visits.begin(auditIdOf(request), () => giveUp(response));
  response.on('error', () => {});
  response.on('close', () => {
    end(deps, visit, response.headersSent ? response.statusCode : 0, bodyBytes);
    letGo(deps.clock, request);
  });
  const found = await replyTo(deps, request, visit, () => readBody(request), false);
  // Its time is up, or the client has gone.
  if (response.headersSent || response.destroyed) return found.type === 'bytes' ? found.source.destroy() : undefined;
  const headers: Record<string, string> = { 'audit-id': visit.auditId, ...(isClosing() ? closing(request) : {}) };
  if (found.type === 'proxy') for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  const reply = found.type === 'proxy' ? await forwardRequest(deps.network, found.target, request, response) : found;
  if (!reply) return;
  if (reply.type === 'upgrade') throw new Error('only a request for an upgrade is answered with one');
  await sendReply(reply, response, deps.watches, {
    acceptsGzip: String(request.headers['accept-encoding'] ?? '').includes('gzip'),
    isHead: request.method === 'HEAD',
    headers,
    isGone: () => response.destroyed || response.headersSent,
    sends: (bytes) => {
      bodyBytes = bytes;
    },
  });
}

/** What a request is answered with, whatever goes wrong. */
export async function replyTo(
  deps: DoorDeps,
  request: Request,
  visit: Visit,
  readBody: HttpRequest['readBody'],
  wantsUpgrade: boolean,
): Promise<Reply> {
  const { method = 'GET', url = '/', headers } = request;
  const peer = peerOf(request, deps.clock.now(), deps.frontProxies);
  const reply = await serveRequest(
    deps,
    {
      method,
      url,
      peer,
      remoteUser: peer === 'front proxy' ? remoteUser(request.rawHeaders) : undefined,
      impersonation: impersonationOf(request.rawHeaders),
      headers: {
        accept: headers.accept,
        authorization: headers.authorization,
        contentType: headers['content-type'],
        userAgent: headers['user-agent'],
        ifNoneMatch: headers['if-none-match'],
      },
      sourceIPs: () => sourceIPs(headers, request.socket.remoteAddress),
      readBody,
      wantsUpgrade,
    },
    visit,
  ).catch((error: unknown) => {
    deps.log.error({ error, url }, 'a request failed');
    visit.trail?.panicked(error);
    return encodeError(internalError(error), []);
  });
  if (visit.trail) tellOf(reply, visit.trail);
  return reply;
}

/** Of a request that was answered before it had come to its end: what follows is read and dropped, but not for ever. */
function letGo(clock: Clock, request: Request): void {
  if (request.complete) return;
  if ('stream' in request) return void request.stream.close();
  clock.setTimer(LINGER_MS, () => request.complete || request.socket.destroy());
}

/** The answer has ended, however. */
export function end(deps: DoorDeps, visit: Visit, code: number, bodyBytes: number): void {
  visit.trail?.completed(code, visit.isLongRunning);
  visit.trail = undefined;
  deps.visits.end(visit, code, bodyBytes);
}

export const auditIdOf = ({ headers }: Request): string | undefined => headers['audit-id']?.toString();

/** Over HTTP/2 the connection itself says so. */
const closing = ({ httpVersionMajor }: Request): Record<string, string> => (httpVersionMajor === 1 ? { connection: 'close' } : {});

/** Its time is up. What has begun to be answered can only be cut off. Source: kube-apiserver's time-out of requests that are not long-running. */
function giveUp(response: FullResponse): void {
  if (response.headersSent) return void response.destroy();
  const { code, contentType, chunks, headers } = TIMED_OUT;
  response.writeHead(code, { 'content-type': contentType, ...headers });
  response.end(chunks[0]);
}

/** Kubernetes writes it without its kind, and so as text. */
const TIMED_OUT = plainReply(
  `${JSON.stringify({
    metadata: {},
    status: 'Failure',
    message: 'Timeout: request did not complete within the allotted timeout',
    reason: 'Timeout',
    details: {},
    code: 504,
  })}\n`,
  504,
);
