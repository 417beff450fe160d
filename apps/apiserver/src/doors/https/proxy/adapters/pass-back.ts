import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import type { Writable } from 'node:stream';
import { responseHeaders } from '../../../../proxy/forwarded-headers.ts';
import type { ProxyTarget } from '../../../../proxy/proxy-target.ts';
import { isRewritable, type LinkSource, rewriteUrl } from '../../../../proxy/rewrite-url.ts';
import type { Response } from '../../adapters/send-reply.ts';

export type FullResponse = Response &
  Writable & {
    readonly headersSent: boolean;
    statusCode: number;
    setHeader(name: string, value: string): unknown;
    addTrailers(trailers: OutgoingHttpHeaders): void;
  };

/** What was asked for: an answer depends on it. */
export interface Asked {
  target: ProxyTarget;
  method: string;
  /** What the client has sent as `Host`. */
  host: string;
}

/** Passes a backend's answer back, with its links as the client needs them. Resolves when the body is on its way. */
export async function passBack(answer: IncomingMessage, response: FullResponse, { target, method, host }: Asked): Promise<void> {
  const { statusCode: code = 502, headers } = answer;
  const source: LinkSource = { prefix: target.prefix, hosts: [`${target.host}:${target.port}`, target.host, host] };
  const hasLinks = isRewritable(headers);
  const head = responseHeaders(answer.rawHeaders, hasLinks ? ['content-length'] : []);
  if (headers.location !== undefined) head.location = [rewriteUrl(headers.location, source)];
  // What was cut off must not look like a whole: the client's answer breaks off, too.
  answer.on('close', () => answer.complete || response.destroy());
  const isEmpty = method === 'HEAD' || code === 204 || code === 304;
  // Loaded with the first page: most of what comes here is none.
  const rewrite = hasLinks && !isEmpty ? (await import('./rewrite-html.ts')).rewrittenHtml : undefined;
  if (response.destroyed) return;
  response.writeHead(code, head);
  response.flushHeaders?.();
  const body = rewrite ? rewrite(answer, headers['content-encoding'], source) : answer;
  body.on('error', () => response.destroy());
  body.on('end', () => Object.keys(answer.trailers).length > 0 && response.addTrailers(answer.trailers));
  body.pipe(response);
}
