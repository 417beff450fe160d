import { commonLogTime } from '../../texts/time.ts';
import { combinedLog } from '../../web/access.ts';
import { reply } from '../../web/reply.ts';
import { serverImage } from '../../web/server-image.ts';

/** nginx' demo: who serves, as a page, or as plain text where the tag begins with `plain-text`. */
export const nginxdemosHello = serverImage({
  names: ['nginxdemos/hello', 'nginxdemos/nginx-hello'],
  program: 'nginx',
  entrypoint: [],
  defaultArgs: ['nginx', '-g', 'daemon off;'],
  port: 80,
  start: ({ image }) => ({ port: image.includes('nginxdemos/nginx-hello') ? '8080' : undefined }),
  accessLine: (access) => `${combinedLog(access)} "${access.header('x-forwarded-for')}"`,
  answer({ image, hostname, network, clock }, request, response) {
    request.resume();
    const port = image.includes('nginxdemos/nginx-hello') ? 8080 : 80;
    const rows = [
      ['Server address', `${network.ip}:${port}`],
      ['Server name', hostname],
      ['Date', commonLogTime(clock.now())],
      ['URI', request.url ?? '/'],
    ];
    if (/:[^/]*plain-text/.test(image)) {
      return reply(response, 200, `${rows.map(([name, value]) => `${name}: ${value}`).join('\n')}\n`, { 'content-type': 'text/plain' });
    }
    const items = rows.map(
      ([name, value = '']) => `<p><span>${name}:</span> <span>${value.replace(/[&<>]/g, (mark) => `&#${mark.charCodeAt(0)};`)}</span></p>`,
    );
    reply(
      response,
      200,
      `<!DOCTYPE html>\n<html>\n<head>\n<title>Hello World</title>\n</head>\n<body>\n${items.join('\n')}\n</body>\n</html>\n`,
      {
        'content-type': 'text/html',
      },
    );
  },
});
