import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';

/** Answers with a text, its length known. */
export function reply(response: ServerResponse, status: number, body: string | Uint8Array, headers: OutgoingHttpHeaders = {}): void {
  const length = typeof body === 'string' ? Buffer.byteLength(body) : body.byteLength;
  // Set rather than written: an access log reads it again.
  response.setHeader('content-length', length);
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', ...headers });
  response.end(body);
}

export function replyJson(response: ServerResponse, status: number, value: unknown, indent?: number): void {
  reply(response, status, `${JSON.stringify(value, null, indent)}\n`, { 'content-type': 'application/json; charset=utf-8' });
}

/** Path and query of a request. Whatever a client sends as its target gives some URL. */
export function urlOf(request: IncomingMessage): URL {
  const target = request.url ?? '/';
  return URL.canParse(target, 'http://host') && target.startsWith('/') ? new URL(`http://host${target}`) : new URL('http://host/');
}

/** The longest body that a built-in server reads. */
const BODY_MAX_BYTES = 16 * 1024 * 1024;

/** The request's whole body; what is longer than a server would take ends the connection. */
export async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    const part: Uint8Array = chunk;
    bytes += part.byteLength;
    if (bytes > BODY_MAX_BYTES) throw new Error('the request body is too long');
    chunks.push(part);
  }
  return Buffer.concat(chunks);
}

/** Header lines as Go's servers print them: canonical names in order, without `Host`. */
export function canonicalHeaders(request: IncomingMessage): [string, string][] {
  const rows: [string, string][] = [];
  for (let i = 0; i < request.rawHeaders.length; i += 2) {
    const name = (request.rawHeaders[i] ?? '').toLowerCase().replace(/(^|-)[a-z]/g, (letter) => letter.toUpperCase());
    if (name !== 'Host') rows.push([name, request.rawHeaders[i + 1] ?? '']);
  }
  return rows.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
}
