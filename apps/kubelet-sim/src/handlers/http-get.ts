import { exchange, HttpFailure, type HttpReply } from './adapters/http-exchange.ts';
import { Deadline } from './deadline.ts';
import { DialError } from './dial.ts';
import type { Limits, Target } from './handler.ts';
import { type GetRequest, problemOf, urlOf, wireHeaders } from './http-request.ts';

const BODY_MAX_BYTES = 10 * 1024;
const REDIRECTS_MAX = 10;
const REDIRECT_CODES = new Set([301, 302, 303, 307, 308]);

/** Why there was no answer, in the words of the kubelet's client; `phase` tells whether the header had come. */
export class GetError extends Error {
  override readonly name = 'GetError';
  readonly phase: 'headers' | 'body';
  constructor(phase: 'headers' | 'body', message: string) {
    super(message);
    this.phase = phase;
  }
}

/**
 * Gets a page, and follows where it is sent as long as it is the same host: an answer that leads away is the last one. Reads no more than
 * 10 KiB of its body. Throws `GetError`.
 */
export async function get(first: GetRequest, target: Target, { timeoutMs, signal }: Limits): Promise<HttpReply> {
  using deadline = new Deadline(target.clock, timeoutMs, signal);
  let request = first;
  for (let redirects = 0; ; redirects++) {
    const reply = await getOnce(request, target, deadline);
    if (!REDIRECT_CODES.has(reply.status) || reply.location === undefined) return reply;
    const next = redirected(request, reply.location);
    if (next.host !== first.host) return reply;
    if (redirects + 1 >= REDIRECTS_MAX) throw new GetError('headers', `Get "${urlOf(request)}": stopped after ${REDIRECTS_MAX} redirects`);
    request = next;
  }
}

async function getOnce(request: GetRequest, { dial }: Target, deadline: Deadline): Promise<HttpReply> {
  const { secure, host, port, path } = request;
  const failed = (why: string): GetError => new GetError('headers', `Get "${urlOf(request)}": ${why}`);
  const problem = problemOf(request);
  if (problem !== undefined) throw failed(problem);
  try {
    const connection = await dial(host, port, deadline.signal);
    return await exchange(connection, { secure, path, headers: wireHeaders(request), bodyMaxBytes: BODY_MAX_BYTES }, deadline.signal);
  } catch (error) {
    if (error instanceof DialError)
      throw failed(deadline.passed ? `${error.message} (Client.Timeout exceeded while awaiting headers)` : error.message);
    if (!(error instanceof HttpFailure)) throw error;
    if (error.phase === 'headers') {
      throw failed(deadline.passed ? 'context deadline exceeded (Client.Timeout exceeded while awaiting headers)' : error.message);
    }
    const why = deadline.passed ? 'context deadline exceeded (Client.Timeout or context cancellation while reading body)' : error.message;
    throw new GetError('body', why);
  }
}

/** The request that an answer's `Location` asks for. Throws `GetError` when it cannot be read. */
function redirected(request: GetRequest, location: string): GetRequest {
  const here = urlOf(request);
  const url = URL.parse(location, here);
  if (!url) throw new GetError('headers', `Get "${here}": failed to parse Location header ${JSON.stringify(location)}`);
  const { protocol } = url;
  const stated = protocol.slice(0, -1);
  if (stated !== 'http' && stated !== 'https') {
    throw new GetError('headers', `Get ${JSON.stringify(location)}: unsupported protocol scheme ${JSON.stringify(stated)}`);
  }
  const secure = stated === 'https';
  // A `Host` of one's own is kept where the answer names no other.
  const relative = URL.parse(location) === null;
  return {
    ...request,
    secure,
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? (secure ? 443 : 80) : Number(url.port),
    path: url.pathname + url.search,
    hostHeader: relative ? request.hostHeader : url.host,
  };
}
