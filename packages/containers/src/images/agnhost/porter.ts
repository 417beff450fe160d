import type { ImageContext } from '../../image.ts';
import { slashedTime } from '../../texts/time.ts';
import { reply } from '../../web/reply.ts';
import { serveHttp } from '../../web/serve-http.ts';
import { untilStopped } from '../../web/until-stopped.ts';

/** Answers on the port of each `SERVE_PORT_n` of its environment with that variable's value. */
export async function porter(context: ImageContext): Promise<number> {
  for (const [name, value] of Object.entries(context.env)) {
    const port = Number(/^SERVE_PORT_(\d+)$/.exec(name)?.[1] ?? 0);
    if (port < 1 || port > 65_535) continue;
    await serveHttp(context, port, (request, response) => {
      request.resume();
      reply(response, 200, value);
    });
    void context.stderr(`${slashedTime(context.clock.now())} server on port ${port} starting\n`);
  }
  return untilStopped(context);
}
