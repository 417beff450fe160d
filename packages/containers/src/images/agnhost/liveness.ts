import type { ImageContext } from '../../image.ts';
import { reply, urlOf } from '../../web/reply.ts';
import { serveHttp } from '../../web/serve-http.ts';
import { untilStopped } from '../../web/until-stopped.ts';

const HEALTHY_SECONDS = 10;

/** Is healthy for ten seconds, and then no more: what a liveness probe is there for. */
export async function liveness(context: ImageContext): Promise<number> {
  const startedMs = context.clock.monotonic();
  await serveHttp(context, 8080, (request, response) => {
    request.resume();
    const seconds = (context.clock.monotonic() - startedMs) / 1000;
    const { pathname } = urlOf(request);
    if (pathname === '/started') return reply(response, 200, `${seconds}s`);
    if (pathname === '/redirect') return reply(response, 302, '', { location: urlOf(request).searchParams.get('loc') ?? '/' });
    if (pathname !== '/healthz') return reply(response, 404, '404 page not found\n');
    if (seconds > HEALTHY_SECONDS) return reply(response, 500, `error: ${seconds}`);
    reply(response, 200, 'ok');
  });
  return untilStopped(context);
}
