import type { IncomingMessage, ServerResponse } from 'node:http';
import { fetchHttp } from '../adapters/http.ts';
import type { ImageContext } from '../image.ts';
import { bodyOf } from './reply.ts';

/** Headers that concern one connection only. */
const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'transfer-encoding',
  'te',
  'trailer',
  'upgrade',
  'proxy-connection',
  'content-length',
]);

/** Passes a request on to another server, and its answer back. False: that server cannot be reached. */
export async function proxyTo(context: ImageContext, url: string, request: IncomingMessage, response: ServerResponse): Promise<boolean> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined && name !== 'host' && !HOP_BY_HOP.has(name)) headers[name] = String(value);
  }
  const body = await bodyOf(request);
  try {
    const asked = { url, method: request.method ?? 'GET', headers, signal: context.signal };
    const answer = await fetchHttp(context.network, body.byteLength > 0 ? { ...asked, body } : asked);
    const back = Object.entries(answer.headers).filter(([name]) => !HOP_BY_HOP.has(name));
    response.writeHead(answer.status, { ...Object.fromEntries(back), 'content-length': answer.body.byteLength });
    response.end(answer.body);
    return true;
  } catch (error) {
    void context.stderr(`${error instanceof Error ? error.message : String(error)} while connecting to upstream, upstream: "${url}"\n`);
    return false;
  }
}
