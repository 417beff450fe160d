// A web server that takes its time to start: what a startup probe is for. START_SECONDS says how long.
import { defineImage, serveHttp, untilStopped } from '@kubernats/image';

export default defineImage({
  names: ['demo/slow-server'],
  async run(context) {
    const seconds = Number(context.env.START_SECONDS ?? 3);
    console.log(`starting, which takes ${seconds} s`);
    await context.clock.sleep(seconds * 1000);
    context.meter.setMemory(20 * 1024 * 1024);
    await serveHttp(context, 8080, (request, response) => {
      if (request.url === '/healthz') response.end('ok\n');
      else response.end(`hello from ${context.pod.name} on ${context.node.name}\n`);
    });
    console.log('listening on 8080');
    return untilStopped(context);
  },
});
