import { reply } from '../../web/reply.ts';
import { serverImage } from '../../web/server-image.ts';

/** A million square roots on the machine of the documentation. */
const REQUEST_CPU_MS = 50;

/** The server of the HorizontalPodAutoscaler walk-through: each request costs CPU time. */
export const hpaExample = serverImage({
  names: ['hpa-example'],
  program: 'apache2-foreground',
  entrypoint: [],
  defaultArgs: ['apache2-foreground'],
  port: 80,
  async answer({ meter }, request, response) {
    request.resume();
    await meter.work(REQUEST_CPU_MS);
    reply(response, 200, 'OK!', { 'content-type': 'text/html; charset=UTF-8' });
  },
});
