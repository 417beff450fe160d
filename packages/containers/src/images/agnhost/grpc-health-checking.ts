import { formatDuration } from '@kubernats/apimachinery';
import type { ImageContext } from '../../image.ts';
import { numberFlag, parseFlags, portOf } from '../../programs/flags.ts';
import { slashedTime } from '../../texts/time.ts';
import { reply, urlOf } from '../../web/reply.ts';
import { serveHttp } from '../../web/serve-http.ts';
import { untilStopped } from '../../web/until-stopped.ts';

/** The gRPC health protocol on 5000, and an HTTP server on 8080 that switches the answer. */
export async function grpcHealthChecking(context: ImageContext, words: readonly string[]): Promise<number> {
  const table = { port: '5000', 'http-port': '8080', 'delay-unhealthy-sec': '-1', service: '' };
  const { values } = parseFlags(words.slice(1), table);
  const unhealthyAfterSec = numberFlag('delay-unhealthy-sec', values['delay-unhealthy-sec']);
  const startedMs = context.clock.monotonic();
  const elapsedMs = (): number => context.clock.monotonic() - startedMs;
  const log = (text: string): void => void context.stderr(`${slashedTime(context.clock.now())} ${text}\n`);
  let forced: boolean | undefined;
  const serving = (): boolean => forced ?? !(unhealthyAfterSec >= 0 && elapsedMs() >= unhealthyAfterSec * 1000);
  await serveHttp(context, portOf(values['http-port']), (request, response) => {
    request.resume();
    const { pathname } = urlOf(request);
    if (pathname !== '/make-serving' && pathname !== '/make-not-serving') return reply(response, 404, '404 page not found\n');
    forced = pathname === '/make-serving';
    log(forced ? 'Mark as healthy' : 'Mark as unhealthy');
    reply(response, 200, formatDuration(elapsedMs()));
  });
  log(`Http server starting to listen on :${values['http-port']}`);
  const { serveGrpcHealth } = await import('../../adapters/grpc-health.ts');
  await serveGrpcHealth(context.network, portOf(values.port), (service) => {
    if (service !== values.service) return undefined;
    return serving() ? 'SERVING' : 'NOT_SERVING';
  });
  log(`gRPC server starting to listen on :${values.port}`);
  return untilStopped(context);
}
