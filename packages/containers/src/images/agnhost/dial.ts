import type { ServerResponse } from 'node:http';
import { fetchHttp } from '../../adapters/http.ts';
import type { ImageContext } from '../../image.ts';
import { reply } from '../../web/reply.ts';

const TRY_TIMEOUT_MS = 5000;
const TRIES_MAX = 1000;

/** `/dial?host=&port=&request=&protocol=http|udp&tries=`: asks another server, and answers with what it said, try by try. */
export async function dialMany(context: ImageContext, form: URLSearchParams, response: ServerResponse): Promise<void> {
  const request = form.get('request') ?? '';
  const protocol = (form.get('protocol') || 'http').toLowerCase();
  const tries = Number(form.get('tries') || 1);
  if (!Number.isInteger(tries) || tries < 1 || tries > TRIES_MAX) return reply(response, 400, 'tries parameter is invalid.\n');
  if (request === '') return reply(response, 400, 'request parameter not specified.\n');
  if (protocol !== 'http' && protocol !== 'udp') return reply(response, 400, `unsupported protocol. ${protocol}\n`);
  const port = Number(form.get('port'));
  const responses: string[] = [];
  const errors: string[] = [];
  for (let i = 0; i < tries; i++) {
    try {
      const host = await context.network.lookup(form.get('host') ?? '');
      responses.push(
        protocol === 'http' ? await askHttp(context, `http://${host}:${port}/${request}`) : await askUdp(context, { host, port }, request),
      );
    } catch (error) {
      errors.push(error instanceof Error ? error.message : String(error));
    }
  }
  const output = { ...(errors.length > 0 ? { errors } : {}), ...(responses.length > 0 ? { responses } : {}) };
  reply(response, 200, JSON.stringify(output));
}

async function askHttp(context: ImageContext, url: string): Promise<string> {
  const given = new AbortController();
  const timer = context.clock.setTimer(TRY_TIMEOUT_MS, () => given.abort(new Error(`Get "${url}": context deadline exceeded`)));
  try {
    const { body } = await fetchHttp(context.network, { url, signal: given.signal });
    return new TextDecoder().decode(body);
  } finally {
    timer.cancel();
  }
}

async function askUdp({ network, clock }: ImageContext, to: { host: string; port: number }, request: string): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  await using socket = await network.bindUdp({ host: network.ip, port: 0 }, ({ data }) => resolve(new TextDecoder().decode(data)));
  socket.send(Buffer.from(request), to);
  const timer = clock.setTimer(TRY_TIMEOUT_MS, () => reject(new Error('reading from udp connection failed: i/o timeout')));
  try {
    return await promise;
  } finally {
    timer.cancel();
  }
}
