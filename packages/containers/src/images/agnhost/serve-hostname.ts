import type { ImageContext } from '../../image.ts';
import { parseFlags, portOf } from '../../programs/flags.ts';
import { slashedTime } from '../../texts/time.ts';
import { reply } from '../../web/reply.ts';
import { serveHttp } from '../../web/serve-http.ts';
import { untilStopped } from '../../web/until-stopped.ts';

/** Answers HTTP (and with `--tcp` every connection, with `--udp` every datagram) with its host name, on 9376. */
export async function serveHostname(context: ImageContext, words: readonly string[]): Promise<number> {
  const { values } = parseFlags(words.slice(1), { port: '9376', tcp: false, udp: false, http: true, close: false });
  const port = portOf(values.port);
  const { hostname, network } = context;
  const says = (): void => void context.stderr(`${slashedTime(context.clock.now())} Serving on port ${port}.\n`);
  if (values.udp) await network.bindUdp({ host: '0.0.0.0', port }, ({ from }, socket) => socket.send(Buffer.from(hostname), from));
  if (values.tcp) await network.listen({ host: '0.0.0.0', port }, (connection) => connection.end(`${hostname}\n`));
  else if (values.http) {
    await serveHttp(context, port, (request, response) => {
      request.resume();
      reply(response, 200, hostname, values.close ? { connection: 'close' } : {});
    });
  }
  says();
  return untilStopped(context);
}
